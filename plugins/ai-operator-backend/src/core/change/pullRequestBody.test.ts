import { evaluate } from '../evaluate';
import { known, unknown } from '../verdict';
import {
  CHANGE,
  CORRELATION_ID,
  CURRENT,
  degradedRecord,
  HOUR,
  observationAt,
  POLICY,
  RESOLVED,
  rollbackIn,
  SOURCE,
  STATES,
  T0,
  TARGET,
} from '../__testUtils__/fixtures';
import { headBranch, prLabels, prTitle } from './pullRequest';
import { commitMessage, prBody, PullRequestBodyFacts } from './pullRequestBody';

function facts(
  overrides: Partial<PullRequestBodyFacts> = {},
): PullRequestBodyFacts {
  const rollback = overrides.rollback ?? rollbackIn(STATES.resolved());
  return {
    rollback,
    application: degradedRecord(),
    source: SOURCE,
    target: RESOLVED,
    currentDeployedAt: T0 - 2 * HOUR,
    change: CHANGE,
    verdicts: evaluate(
      rollback,
      observationAt(T0, { openPullRequests: known([], T0) }),
      T0,
      POLICY,
    ),
    ...overrides,
  };
}

function line(body: string, start: string) {
  return body.split('\n').find(candidate => candidate.startsWith(start));
}

it('has the sections of the worked example with true values', () => {
  const body = prBody(facts(), T0, POLICY);
  expect(body.match(/^#{2,3} .*/gm)).toEqual([
    '## 🤖 Automated Rollback',
    '### Degradation Details',
    '### Rollback Target',
    '### Changes',
    '### CI Status',
    '### Merge Strategy',
  ]);
  expect(line(body, '**Correlation ID:**')).toContain(CORRELATION_ID);
  expect(line(body, '**Timestamp:**')).toBe(
    '**Timestamp:** 2026-02-27T10:30:00Z',
  );
  expect(line(body, '- **Current Revision:**')).toBe(
    `- **Current Revision:** ${CURRENT} (deployed 2 hours ago)`,
  );
  expect(line(body, '- **Replica Status:**')).toBe(
    '- **Replica Status:** 1/3 available',
  );
  expect(line(body, '- **Persistence:**')).toBe(
    '- **Persistence:** Degraded for 3 consecutive health checks, one every 10 seconds, since 2026-02-27T10:29:40Z',
  );
  expect(line(body, '- **Target Revision:**')).toContain(TARGET);
  expect(line(body, '- **Commit Author:**')).toContain('jane.doe@example.com');
  expect(line(body, '- **Stability Score:**')).toBe(
    '- **Stability Score:** 99.8 % uptime over 24h when deployed',
  );
  expect(body).toContain(`-    targetRevision: ${CURRENT} # the release`);
  expect(body).toContain(`+    targetRevision: ${TARGET} # the release`);
  expect(body).toContain('**AUTO-MERGE ENABLED (Staging Environment)**');
  expect(body.match(/^- (✅|⏳|❌) I\d: /gm)).toEqual([
    '- ✅ I1: ',
    '- ✅ I2: ',
    '- ✅ I3: ',
    '- ✅ I4: ',
    '- ✅ I5: ',
    '- ⏳ I6: ',
    '- ✅ I7: ',
    '- ⏳ I8: ',
  ]);
});

it.each([
  ['production', 'propose', /\*\*HUMAN APPROVAL REQUIRED \(Production/],
  [
    'staging',
    'propose',
    /\*\*MERGE BY PEOPLE \(Staging Environment, mode propose/,
  ],
] as const)(
  'never promises a merge of its own in %s %s',
  (environment, mode, text) => {
    const body = prBody(
      facts({ rollback: rollbackIn(STATES.resolved(), { environment }) }),
      T0,
      { ...POLICY, modes: { ...POLICY.modes, [environment]: mode } },
    );
    expect(body).toMatch(text);
    expect(body).not.toContain('AUTO-MERGE');
    expect(body).not.toContain('automatically merged**');
  },
);

it('leaves out what is not known and says what could not be measured', () => {
  const body = prBody(
    facts({
      currentDeployedAt: undefined,
      target: {
        ...RESOLVED,
        uptime: unknown('no Prometheus is configured', T0),
        author: { name: 'Jane Doe' },
      },
      application: degradedRecord(T0, {
        lastCheck: {
          ...degradedRecord().lastCheck,
          replicas: unknown('403', T0),
        },
      }),
    }),
    T0,
    POLICY,
  );
  expect(line(body, '- **Current Revision:**')).toBe(
    `- **Current Revision:** ${CURRENT}`,
  );
  expect(body).toContain('not measurable (no Prometheus is configured)');
  expect(body).toContain('could not be read');
  expect(body).not.toMatch(/undefined|NaN|null/);
});

it('lets foreign text neither ping people nor close issues nor end a block', () => {
  const body = prBody(
    facts({
      target: {
        ...RESOLVED,
        message: 'Fixes #7 `@oncall`\n## Not a heading',
        author: { name: '@everyone' },
      },
      change: {
        ...CHANGE,
        files: [{ path: 'a.yaml', before: '```\nold\n', after: '```\nnew\n' }],
      },
    }),
    T0,
    POLICY,
  );
  expect(line(body, '- **Commit Message:**')).toBe(
    "- **Commit Message:** `Fixes #7 '@oncall'`",
  );
  expect(line(body, '- **Commit Author:**')).toBe(
    '- **Commit Author:** `jane.doe@example.com`'.replace(
      'jane.doe@example.com',
      '@everyone',
    ),
  );
  expect(body).not.toMatch(/^## Not a heading/m);
  expect(body).toMatch(/^````diff$/m);
});

it('stays below what GitHub accepts', () => {
  const long = 'x'.repeat(200_000);
  const body = prBody(
    facts({
      target: { ...RESOLVED, message: long },
      change: {
        ...CHANGE,
        files: [{ path: 'a.yaml', before: long, after: `${long}y` }],
      },
    }),
    T0,
    POLICY,
  );
  expect(body.length).toBeLessThan(65_000);
  expect(body).toContain('too long to show');
});

it('names branch, title, labels and commit as agreed (RB-06)', () => {
  expect(headBranch('payment-service', TARGET)).toBe(
    'rollback/payment-service-abc123d',
  );
  const title = prTitle('payment-service', TARGET, 'staging');
  expect(title).toBe(
    'Rollback: payment-service to abc123d (degraded in staging)',
  );
  expect(prLabels('production')).toEqual([
    'ai-operator',
    'rollback',
    'production',
  ]);
  const message = commitMessage(facts(), title);
  expect(message.split('\n')[0]).toBe(title);
  expect(message).toContain(CURRENT);
  expect(message).toContain(`Correlation-ID: ${CORRELATION_ID}`);
});

it('says where the audit trail can be read: in Elasticsearch, where it is shipped to', () => {
  expect(line(prBody(facts(), T0, POLICY), '**Audit Log:**')).toBe(
    `**Audit Log:** See \`/api/ai-operator/v1/audit?correlationId=${CORRELATION_ID}\` of the developer portal for full decision trail.`,
  );
  const shipped = {
    ...POLICY,
    auditTrail: { ...POLICY.auditTrail, index: 'ai-operator-audit' },
  };
  expect(line(prBody(facts(), T0, shipped), '**Audit Log:**')).toBe(
    '**Audit Log:** See Elasticsearch index `ai-operator-audit-2026.02.27` for full decision trail.',
  );
});
