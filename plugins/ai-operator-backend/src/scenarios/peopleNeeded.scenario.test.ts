import { openScenario, Scenario } from './__testUtils__/scenario';
import {
  askGitHub,
  auditOf,
  eventsOf,
  inClone,
  moves,
  payloadOf,
  REPOSITORY,
  restRollback,
  toldOf,
} from './__testUtils__/look';

jest.setTimeout(180_000);

const ID = '00000000-0000-4000-8000-000000000001';
const SERVICE = { service: 'payment-service' };

interface Issue {
  title: string;
  body: string;
  state: string;
  labels: Array<{ name: string }>;
  pull_request?: unknown;
}

async function escalations(scenario: Scenario): Promise<Issue[]> {
  const issues = await askGitHub<Issue[]>(
    scenario,
    `/repos/${REPOSITORY}/issues?state=all&labels=escalation`,
  );
  return issues.filter(issue => issue.pull_request === undefined);
}

async function headOf(scenario: Scenario, branch: string): Promise<string> {
  return inClone(scenario, branch, git => git('rev-parse', 'HEAD'));
}

describe('what only people may decide', () => {
  let scenario: Scenario;

  beforeEach(async () => {
    scenario = await openScenario({
      start: '10:29:20',
      ci: { durationMs: 30_000 },
      argo: { pollIntervalMs: 24 * 3_600_000 },
    });
    await scenario.operator.beat();
    await scenario.runUntil('10:29:25');
  });

  afterEach(async () => {
    await scenario.close();
  });

  /** Seed §9.3 up to the approval, and RB-08. */
  it('example 2b: in production the pull request waits for approval, is never merged, and ends after an hour', async () => {
    await scenario.world.control.deployBad({
      ...SERVICE,
      environment: 'production',
    });
    await scenario.runUntil('10:31:30');
    const before = await headOf(scenario, 'main');
    await expect(moves(scenario)).resolves.toEqual([
      '10:30:00 Idle -> DegradationDetected',
      '10:30:20 DegradationDetected -> CandidateResolved',
      '10:30:20 CandidateResolved -> PRCreated',
      expect.stringMatching(/^10:30:5\d PRCreated -> AwaitingMergeApproval$/),
    ]);
    const [issue] = await escalations(scenario);
    expect(issue).toMatchObject({ state: 'open' });
    expect(issue.title).toMatch(
      /^\[URGENT\] AI Operator Escalation: payment-service - /,
    );
    expect(issue.labels.map(({ name }) => name).sort()).toEqual([
      'ai-operator',
      'escalation',
      'production',
      'urgent',
    ]);
    const { verdicts } = await restRollback(scenario, ID);
    expect(
      verdicts?.invariants.find(({ id }) => id === 'I1_environment'),
    ).toMatchObject({ result: 'broken' });
    // AC-06: told at once, not only when the degradation was confirmed.
    const [first] = (await auditOf(scenario, ID)).filter(
      ({ actionType }) => actionType === 'ESCALATION',
    );
    expect(first).toMatchObject({
      level: 'ERROR',
      timestamp: expect.any(Number),
    });
    expect(new Date(first.timestamp).toISOString()).toContain('10:30:00');

    await scenario.runUntil('11:31:30');
    await expect(
      moves(scenario).then(all => all[all.length - 1]),
    ).resolves.toMatch(/^11:30:5\d AwaitingMergeApproval -> Abort$/);
    await expect(restRollback(scenario, ID)).resolves.toMatchObject({
      state: 'Abort',
      abortReason: 'APPROVAL_TIMEOUT',
    });
    await expect(headOf(scenario, 'main')).resolves.toBe(before);
    expect(eventsOf(scenario).join()).not.toContain('merge.completed');
    await expect(escalations(scenario)).resolves.toHaveLength(1);
  });

  it('a production pull request that a person merges is followed to recovery', async () => {
    await scenario.world.control.deployBad({
      ...SERVICE,
      environment: 'production',
    });
    await scenario.runUntil('10:31:30');
    for (const login of ['alice', 'erin']) {
      await scenario.world.control.approve({ ...SERVICE, login });
    }
    await scenario.world.control.mergePullRequest({ ...SERVICE, by: 'alice' });
    await scenario.world.control.sync({
      ...SERVICE,
      environment: 'production',
    });
    await scenario.runUntil('10:36:00');
    expect((await moves(scenario)).slice(4, 6)).toEqual([
      expect.stringContaining('AwaitingMergeApproval -> RollbackMerged'),
      expect.stringContaining('RollbackMerged -> RollbackComplete'),
    ]);
    expect(payloadOf(scenario, 'merge.completed')).toMatchObject({
      mergedBy: 'human',
    });
  });

  /** Seed §9.4. */
  it('example 3: failed CI ends the rollback with an escalation, nothing merged, the application locked', async () => {
    scenario.world.control.ci({ ...SERVICE, outcome: 'fail' });
    await scenario.world.control.deployBad(SERVICE);
    await scenario.runUntil('10:30:25');
    const before = await headOf(scenario, 'staging');
    await scenario.runUntil('10:32:00');
    await expect(restRollback(scenario, ID)).resolves.toMatchObject({
      state: 'Abort',
      abortReason: 'CI_FAILURE',
      needsHuman: true,
      escalation: { reason: 'CI_FAILURE', issueUrl: expect.any(String) },
    });
    const [issue, ...others] = await escalations(scenario);
    expect(others).toEqual([]);
    expect(issue.title).toContain('payment-service - CI Failure');
    expect(issue.body).toContain(
      '| I6 | CI succeeded on the pull request | ❌ broken |',
    );
    await expect(headOf(scenario, 'staging')).resolves.toBe(before);
    expect(
      toldOf(scenario).map(text => text.slice('10:30:00 '.length)),
    ).toEqual([
      'degradation.detected',
      'Idle -> DegradationDetected',
      'degradation.confirmed',
      'candidate.resolved',
      'DegradationDetected -> CandidateResolved',
      'pr.created',
      'CandidateResolved -> PRCreated',
      'merge.ci_failed',
      'abort',
      'PRCreated -> Abort',
    ]);
    expect(payloadOf(scenario, 'merge.ci_failed')?.failedChecks).not.toEqual(
      [],
    );
    expect(payloadOf(scenario, 'abort')).toMatchObject({
      reason: 'CI_FAILURE',
      from: 'PRCreated',
      pullRequest: { number: 42 },
    });

    // Still degraded, but nothing new begins until a person has looked.
    await scenario.runUntil('10:35:00');
    await expect(
      scenario.db.knex('rollbacks').select('state'),
    ).resolves.toEqual([{ state: 'Abort' }]);
  });

  it('CI that never ends is not waited for longer than 300 seconds', async () => {
    scenario.world.control.ci({ ...SERVICE, outcome: 'hang' });
    await scenario.world.control.deployBad(SERVICE);
    await scenario.runUntil('10:35:19');
    await expect(moves(scenario)).resolves.toHaveLength(3);
    await scenario.runUntil('10:35:20');
    await expect(restRollback(scenario, ID)).resolves.toMatchObject({
      state: 'Abort',
      abortReason: 'CI_TIMEOUT',
    });
  });

  it('a pull request that somebody closes ends the rollback with a question to people', async () => {
    await scenario.world.control.deployBad(SERVICE);
    await scenario.runUntil('10:30:25');
    await scenario.world.control.closePullRequest({ ...SERVICE, by: 'alice' });
    await scenario.runUntil('10:30:40');
    await expect(restRollback(scenario, ID)).resolves.toMatchObject({
      state: 'Abort',
      abortReason: 'PR_CLOSED',
    });
    await expect(escalations(scenario)).resolves.toHaveLength(1);
  });

  it('the hold label keeps the operator from merging', async () => {
    await scenario.world.control.deployBad(SERVICE);
    await scenario.runUntil('10:30:25');
    const response = await fetch(
      `${scenario.url}/api/v3/repos/${REPOSITORY}/issues/42/labels`,
      {
        method: 'POST',
        headers: {
          authorization: 'token world-github-operator',
          'content-type': 'application/json',
        },
        body: JSON.stringify({ labels: ['do-not-merge/hold'] }),
      },
    );
    expect(response.status).toBe(200);
    const before = await headOf(scenario, 'staging');
    await scenario.runUntil('10:32:00');
    await expect(restRollback(scenario, ID)).resolves.toMatchObject({
      state: 'AwaitingHumanReview',
      needsHuman: true,
    });
    await expect(headOf(scenario, 'staging')).resolves.toBe(before);
  });
});

describe('mode observe', () => {
  it('tells what it would do and does nothing outside', async () => {
    const scenario = await openScenario({
      start: '10:29:20',
      argo: { pollIntervalMs: 24 * 3_600_000 },
      aiOperator: {
        environments: {
          staging: { mode: 'observe', branch: 'staging' },
          production: { mode: 'observe', branch: 'main' },
        },
      },
    });
    try {
      await scenario.operator.beat();
      await scenario.runUntil('10:29:25');
      await scenario.world.control.deployBad(SERVICE);
      const before = await headOf(scenario, 'staging');
      await scenario.runUntil('10:33:00');
      expect(
        scenario.world.github
          .pulls(REPOSITORY)
          .filter(({ labels }) => labels.includes('ai-operator')),
      ).toEqual([]);
      await expect(headOf(scenario, 'staging')).resolves.toBe(before);
      await expect(escalations(scenario)).resolves.toEqual([]);
      const { explanation, candidates } = await restRollback(scenario, ID);
      expect(candidates?.rows.some(row => row.verdict === 'resolved')).toBe(
        true,
      );
      expect(explanation).toMatch(/observe/i);
    } finally {
      await scenario.close();
    }
  });
});
