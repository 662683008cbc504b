import { AuditRecord } from '@ai-operator/backstage-plugin-ai-operator-common';
import { openScenario, Scenario } from './__testUtils__/scenario';
import {
  askGitHub,
  auditOf,
  inClone,
  moves,
  payloadOf,
  REPOSITORY,
  restRollback,
  toldOf,
} from './__testUtils__/look';
import {
  commentsOn,
  escalationIssues,
  inPortal,
  ownToken,
  reactionsTo,
} from './__testUtils__/people';

jest.setTimeout(180_000);

const ID = '00000000-0000-4000-8000-000000000001';
const SERVICE = { service: 'payment-service' };
const PRODUCTION = { ...SERVICE, environment: 'production' as const };
const INCIDENTS = 'my-org/operations';

/** Seed §9.3 up to step 5: the pull request is open, its CI is through, people have been asked. */
async function waitingForApproval(): Promise<Scenario> {
  const scenario = await openScenario({
    start: '10:29:20',
    ci: { durationMs: 30_000 },
    argo: { pollIntervalMs: 10_000 },
    aiOperator: { escalation: { repository: INCIDENTS } },
  });
  await scenario.operator.beat();
  await scenario.runUntil('10:29:25');
  await scenario.world.control.deployBad(PRODUCTION);
  await scenario.runUntil('10:31:00');
  return scenario;
}

async function stateNow({ db }: Scenario): Promise<string> {
  const row = await db.knex('rollbacks').where({ correlation_id: ID }).first();
  return row.state;
}

async function headOfMain(scenario: Scenario): Promise<string> {
  return inClone(scenario, 'main', git => git('rev-parse', 'HEAD'));
}

async function refusals(scenario: Scenario): Promise<AuditRecord[]> {
  const audit = await auditOf(scenario, ID);
  return audit.filter(
    ({ actionType, level }) =>
      actionType === 'HUMAN_COMMAND' && level === 'WARN',
  );
}

async function issueNumber(scenario: Scenario): Promise<number> {
  const [issue] = await escalationIssues(scenario, INCIDENTS);
  return issue.number;
}

interface Review {
  user: { login: string };
  state: string;
  commit_id: string;
}

describe('example 2b: a production rollback', () => {
  let scenario: Scenario;
  let before: string;

  beforeEach(async () => {
    scenario = await waitingForApproval();
    before = await headOfMain(scenario);
  });

  afterEach(async () => {
    await scenario.close();
  });

  /** Steps 7 and 8, whoever approved where. */
  async function mergedAndRecovered(): Promise<void> {
    await scenario.runUntil('10:36:00');
    expect((await moves(scenario)).map(move => move.slice(9))).toEqual([
      'Idle -> DegradationDetected',
      'DegradationDetected -> CandidateResolved',
      'CandidateResolved -> PRCreated',
      'PRCreated -> AwaitingMergeApproval',
      'AwaitingMergeApproval -> RollbackMerged',
      'RollbackMerged -> RollbackComplete',
      'RollbackComplete -> Idle',
    ]);
    expect(toldOf(scenario).map(text => text.slice(9))).toEqual([
      'degradation.detected',
      'Idle -> DegradationDetected',
      'degradation.confirmed',
      'candidate.resolved',
      'DegradationDetected -> CandidateResolved',
      'pr.created',
      'CandidateResolved -> PRCreated',
      'PRCreated -> AwaitingMergeApproval',
      'merge.completed',
      'AwaitingMergeApproval -> RollbackMerged',
      'health.restored',
      'RollbackMerged -> RollbackComplete',
      'RollbackComplete -> Idle',
    ]);
    expect(payloadOf(scenario, 'merge.completed')).toMatchObject({
      mergedBy: 'operator',
      approvedBy: 'user:default/alice',
    });
    const message = await inClone(scenario, 'main', git =>
      git('log', '-1', '--format=%B'),
    );
    expect(message).toMatch(/Approval: alice approved [0-9a-f]{7} /);
    const [issue] = await escalationIssues(scenario, INCIDENTS);
    expect(issue.state).toBe('closed');
    // One thread: told of the degradation, asked for approval, told of the end.
    const titles = scenario.told.sent.map(({ title }) => title);
    expect(titles).toEqual([
      '@oncall AI Operator: payment-service (production) is Degraded',
      '@oncall AI Operator needs approval for rollback PR #42',
      expect.stringContaining('Healthy again'),
    ]);
    expect(new Set(scenario.told.sent.map(({ scope }) => scope))).toEqual(
      new Set([ID]),
    );
    expect(scenario.pager.incidents.size).toBe(0);
  }

  it('asks people with the issue and the message of the document', async () => {
    const [issue] = await escalationIssues(scenario, INCIDENTS);
    expect(issue).toMatchObject({
      title: '[URGENT] AI Operator Escalation: payment-service - Degraded',
      state: 'open',
    });
    expect(issue.labels.map(({ name }) => name).sort()).toEqual([
      'ai-operator',
      'escalation',
      'production',
      'urgent',
    ]);
    for (const word of ['APPROVE', 'ABORT', 'MANUAL', ID, '#42']) {
      expect(issue.body).toContain(word);
    }
    expect(scenario.told.threads.get(ID)).toMatchObject({
      title: '@oncall AI Operator needs approval for rollback PR #42',
      audience: 'oncall',
      severity: 'critical',
    });
    const rollback = await restRollback(scenario, ID);
    expect(rollback.verdicts?.approval).toMatchObject({
      result: 'broken',
      because: expect.stringContaining('No senior maintainer has approved #42'),
    });
  });

  it('(a) is merged after alice approves on the pull request', async () => {
    await scenario.world.control.approve({ ...SERVICE, login: 'alice' });
    await mergedAndRecovered();
    expect(await headOfMain(scenario)).not.toBe(before);
  });

  it('(b) is merged after alice approves in the portal, her own review with her own token', async () => {
    const token = ownToken(scenario, 'alice');
    const { version } = await restRollback(scenario, ID);
    const answer = await inPortal(scenario, 'alice', 'approve', ID, {
      expectedVersion: version,
      token,
    });
    expect(answer.status).toBe(202);
    expect(answer.body.review).toMatchObject({ submitted: true });
    const reviews = await askGitHub<Review[]>(
      scenario,
      `/repos/${REPOSITORY}/pulls/42/reviews`,
    );
    expect(reviews).toEqual([
      expect.objectContaining({
        user: expect.objectContaining({ login: 'alice' }),
        state: 'APPROVED',
      }),
    ]);
    await mergedAndRecovered();
    // Used once: it is in no record, no row and no log.
    const everything = JSON.stringify([
      await auditOf(scenario, ID),
      await scenario.db.knex('commands'),
      await scenario.db.knex('outbox'),
      scenario.logger.at('info'),
      scenario.logger.at('warn'),
      scenario.logger.at('error'),
    ]);
    expect(everything).not.toContain(token);
  });

  it('without a token the approval is recorded, and it is said what GitHub still demands', async () => {
    const answer = await inPortal(scenario, 'alice', 'approve', ID);
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({
      review: { submitted: false },
      githubDemands: [
        expect.stringContaining('GitHub demands 1 approving review'),
      ],
    });
    await scenario.runUntil('10:33:00');
    expect(await stateNow(scenario)).toBe('AwaitingMergeApproval');
    const rollback = await restRollback(scenario, ID);
    expect(rollback.verdicts?.approval).toMatchObject({ result: 'holds' });
    expect(rollback.githubDemands).toEqual([
      expect.stringContaining('GitHub demands 1 approving review'),
    ]);
    expect(await headOfMain(scenario)).toBe(before);
    // Somebody with no say in rollbacks satisfies GitHub; alice's approval is what counts for us.
    await scenario.world.control.approve({ ...SERVICE, login: 'bob' });
    await scenario.runUntil('10:34:00');
    expect(await moves(scenario)).toContainEqual(
      expect.stringContaining('AwaitingMergeApproval -> RollbackMerged'),
    );
  });

  it('(c) is merged after alice approves on the issue, once GitHub has its review', async () => {
    const issue = await issueNumber(scenario);
    const comment = await scenario.world.control.comment({
      login: 'alice',
      text: 'APPROVE verified in Argo CD',
      repository: INCIDENTS,
      number: issue,
    });
    await scenario.world.control.approve({ ...SERVICE, login: 'bob' });
    await mergedAndRecovered();
    expect(await reactionsTo(scenario, INCIDENTS, comment.id)).toEqual(['+1']);
    const replies = (await commentsOn(scenario, INCIDENTS, issue)).filter(
      ({ user }) => user.login === 'ai-operator[bot]',
    );
    expect(replies.map(({ body }) => body)).toEqual([
      expect.stringContaining('alice: The approval of #42 at'),
      expect.stringContaining('This rollback has ended'),
    ]);
  });

  it.each(['dave', 'bob'])(
    '%s is refused at each of the three doors, each time with the reason and a record',
    async login => {
      const role = login === 'bob' ? 'approver' : 'developer';
      const sentence = `approving a production rollback needs the role senior maintainer; you are ${role}`;
      // The pull request: GitHub takes the review, the operator does not.
      await scenario.world.control.approve({ ...SERVICE, login });
      // The portal.
      const answer = await inPortal(scenario, login, 'approve', ID);
      expect(answer.status).toBe(403);
      expect(answer.body.error).toMatchObject({
        code: 'ROLE_NEEDED',
        message: expect.stringContaining(sentence),
      });
      // The issue.
      const issue = await issueNumber(scenario);
      const comment = await scenario.world.control.comment({
        login,
        text: 'APPROVE',
        repository: INCIDENTS,
        number: issue,
      });
      await scenario.runUntil('10:32:30');
      expect(await stateNow(scenario)).toBe('AwaitingMergeApproval');
      expect(await headOfMain(scenario)).toBe(before);
      expect(await reactionsTo(scenario, INCIDENTS, comment.id)).toEqual([
        '-1',
      ]);
      const replies = await commentsOn(scenario, INCIDENTS, issue);
      expect(replies[replies.length - 1].body).toContain(
        `${login}: not done. ${sentence}`,
      );
      expect(
        (await refusals(scenario)).map(({ actor, metadata }) => ({
          actor,
          door: metadata.door,
        })),
      ).toEqual([
        { actor: `user:default/${login}`, door: 'portal' },
        { actor: `user:default/${login}`, door: 'issue' },
      ]);
      const rollback = await restRollback(scenario, ID);
      expect(rollback.verdicts?.approval?.because).toContain(
        `${login} approved, but approving a production rollback needs the role senior maintainer; ${login} is ${role}`,
      );
    },
  );

  it.each<[string, (scenario: Scenario) => Promise<unknown>]>([
    [
      'dismissed',
      ({ world }) =>
        world.control.dismiss({ ...SERVICE, login: 'alice', by: 'erin' }),
    ],
    [
      'followed by a request for changes',
      ({ world }) =>
        world.control.requestChanges({ ...SERVICE, login: 'alice' }),
    ],
    [
      'followed by a new push',
      ({ world }) => world.control.push({ ...SERVICE, login: 'dave' }),
    ],
    [
      'by somebody who has lost the role',
      async ({ company }) => company.leave('alice', 'senior-maintainers'),
    ],
  ])('an approval %s is none', async (_name, undo) => {
    await scenario.world.control.approve({ ...SERVICE, login: 'alice' });
    await undo(scenario);
    await scenario.runUntil('10:33:00');
    expect(scenario.events.map(({ type }) => type)).not.toContain(
      'merge.completed',
    );
    expect(await headOfMain(scenario)).toBe(before);
    const { verdicts } = await restRollback(scenario, ID);
    expect([verdicts?.approval?.result, await stateNow(scenario)]).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/broken|AwaitingHumanReview/),
      ]),
    );
  });

  it('the hold label stops the merge at the last moment, and is put before a person', async () => {
    await scenario.world.control.label({
      ...SERVICE,
      label: 'do-not-merge/hold',
    });
    await scenario.world.control.approve({ ...SERVICE, login: 'alice' });
    await scenario.runUntil('10:32:00');
    expect(await stateNow(scenario)).toBe('AwaitingHumanReview');
    expect(await headOfMain(scenario)).toBe(before);
    await scenario.world.control.unlabel({
      ...SERVICE,
      label: 'do-not-merge/hold',
    });
    await inPortal(scenario, 'erin', 'approve', ID);
    await scenario.runUntil('10:33:00');
    expect(await moves(scenario)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('AwaitingHumanReview -> AwaitingMergeApproval'),
        expect.stringContaining('AwaitingMergeApproval -> RollbackMerged'),
      ]),
    );
  });

  it('a merge queue is never bypassed: a person is asked', async () => {
    scenario.world.control.mergeQueue({ ...PRODUCTION, on: true });
    await scenario.world.control.approve({ ...SERVICE, login: 'alice' });
    await scenario.runUntil('10:32:00');
    expect(await stateNow(scenario)).toBe('AwaitingHumanReview');
    expect(await headOfMain(scenario)).toBe(before);
  });

  it('take-over: the pull request is closed and the application left alone until it is Healthy', async () => {
    const answer = await inPortal(scenario, 'erin', 'manual', ID, {
      reason: 'I fix it forward',
    });
    expect(answer.status).toBe(202);
    await scenario.runUntil('10:31:30');
    await expect(restRollback(scenario, ID)).resolves.toMatchObject({
      state: 'Abort',
      abortReason: 'MANUAL_TAKEOVER',
    });
    const pull = await askGitHub<{ state: string }>(
      scenario,
      `/repos/${REPOSITORY}/pulls/42`,
    );
    expect(pull.state).toBe('closed');
    await scenario.runUntil('11:45:00');
    await expect(scenario.db.knex('rollbacks')).resolves.toHaveLength(1);
    expect(scenario.pager.incidents.size).toBe(0);

    await scenario.world.control.deployGood(PRODUCTION);
    await scenario.runUntil('11:49:00');
    await expect(restRollback(scenario, ID)).resolves.toMatchObject({
      state: 'Idle',
      outcome: 'health_restored',
    });
    const [issue] = await escalationIssues(scenario, INCIDENTS);
    expect(issue.state).toBe('closed');
  });

  it('nobody approves for an hour: aborted, the pager rings once, a reset frees the application', async () => {
    await scenario.runUntil('11:33:00');
    await expect(restRollback(scenario, ID)).resolves.toMatchObject({
      state: 'Abort',
      abortReason: 'APPROVAL_TIMEOUT',
    });
    expect([...scenario.pager.incidents.keys()]).toEqual([ID]);
    await scenario.runUntil('12:00:00');
    expect(
      (await scenario.db.knex('outbox').where({ kind: 'page' })).length,
    ).toBe(1);
    // Locked: it is still degraded, and no second rollback has begun.
    await expect(scenario.db.knex('rollbacks')).resolves.toHaveLength(1);

    const refused = await inPortal(scenario, 'bob', 'reset', ID, {
      reason: 'let it try again',
    });
    expect(refused.status).toBe(403);
    const accepted = await inPortal(scenario, 'alice', 'reset', ID, {
      reason: 'let it try again',
    });
    expect(accepted.status).toBe(202);
    await scenario.runUntil('12:02:00');
    const rollbacks = await scenario.db.knex('rollbacks').orderBy('opened_at');
    expect(rollbacks.map(({ state }) => state)).toEqual([
      'Idle',
      'AwaitingMergeApproval',
    ]);
  });
});

describe('several people at once', () => {
  let scenario: Scenario;

  beforeEach(async () => {
    scenario = await waitingForApproval();
  });

  afterEach(async () => {
    await scenario.close();
  });

  it('two click at the same moment: one wins, the other is told who was faster', async () => {
    const { version } = await restRollback(scenario, ID);
    const answers = await Promise.all([
      inPortal(scenario, 'alice', 'abort', ID, {
        reason: 'we fix forward',
        expectedVersion: version,
      }),
      inPortal(scenario, 'erin', 'approve', ID, { expectedVersion: version }),
    ]);
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([202, 409]);
    const lost = answers.find(({ status }) => status === 409);
    expect(lost?.body.error).toMatchObject({
      code: 'VERSION_CONFLICT',
      message: expect.stringMatching(/alice|erin/),
    });
  });

  it('portal, pull request and issue say different things within one look: the word that stops wins, each is answered', async () => {
    const issue = await issueNumber(scenario);
    await scenario.world.control.approve({ ...SERVICE, login: 'alice' });
    await scenario.world.control.comment({
      login: 'alice',
      text: 'APPROVE',
      repository: INCIDENTS,
      number: issue,
    });
    await inPortal(scenario, 'erin', 'abort', ID, { reason: 'wrong cause' });
    await scenario.runUntil('10:33:00');
    await expect(restRollback(scenario, ID)).resolves.toMatchObject({
      state: 'Abort',
      abortReason: 'ABORTED_BY_HUMAN',
    });
    expect(scenario.events.map(({ type }) => type)).not.toContain(
      'merge.completed',
    );
    const replies = await commentsOn(scenario, INCIDENTS, issue);
    expect(replies[replies.length - 1].body).toMatch(
      /alice: not done\. .*(ended|aborted)/,
    );
  });
});

describe('comments on the issue', () => {
  let scenario: Scenario;
  let issue: number;

  beforeEach(async () => {
    scenario = await waitingForApproval();
    issue = await issueNumber(scenario);
  });

  afterEach(async () => {
    await scenario.close();
  });

  const say = (login: string, text: string) =>
    scenario.world.control.comment({
      login,
      text,
      repository: INCIDENTS,
      number: issue,
    });
  const operatorReplies = async () =>
    (await commentsOn(scenario, INCIDENTS, issue))
      .filter(({ user }) => user.login === 'ai-operator[bot]')
      .map(({ body }) => body);

  it('that are talk stay without an answer; unclear ones get the usage once', async () => {
    await say('alice', 'I would not ABORT yet, looking at the logs');
    await say('dave', 'me too');
    await say('alice', 'approve');
    await scenario.runUntil('10:33:30');
    expect(await operatorReplies()).toEqual([
      expect.stringContaining(
        "'approve' is not a command; did you mean APPROVE?",
      ),
    ]);
    expect(await stateNow(scenario)).toBe('AwaitingMergeApproval');
  });

  it('that were edited are no commands; one that is deleted before the merge is taken back', async () => {
    const edited = await say('alice', 'looking');
    await scenario.runUntil('10:31:05');
    scenario.world.control.editComment({
      id: edited.id,
      text: 'APPROVE',
      by: 'erin',
    });
    await scenario.runUntil('10:31:40');
    expect(await operatorReplies()).toEqual([
      expect.stringContaining('edited comments are no commands'),
    ]);
    const approval = await say('alice', 'APPROVE');
    await scenario.runUntil('10:32:20');
    expect((await restRollback(scenario, ID)).verdicts?.approval?.result).toBe(
      'holds',
    );
    scenario.world.control.deleteComment({ id: approval.id });
    await scenario.runUntil('10:33:00');
    await scenario.world.control.approve({ ...SERVICE, login: 'bob' });
    await scenario.runUntil('10:34:00');
    expect(await stateNow(scenario)).toBe('AwaitingMergeApproval');
    expect((await restRollback(scenario, ID)).verdicts?.approval?.result).toBe(
      'broken',
    );
  });

  it('MANUAL from the issue takes over, and what is said after the end is answered so', async () => {
    await say('erin', 'MANUAL I have it');
    await scenario.runUntil('10:32:00');
    expect(await stateNow(scenario)).toBe('Abort');
    await say('alice', 'APPROVE');
    await scenario.runUntil('10:33:00');
    const replies = await operatorReplies();
    expect(replies[0]).toContain('erin: erin took over');
    expect(replies[1]).toContain(
      'alice: not done. This rollback has been aborted',
    );
    await inPortal(scenario, 'alice', 'reset', ID, { reason: 'done' });
    await scenario.runUntil('10:33:40');
    await say('alice', 'ABORT');
    await scenario.runUntil('10:34:30');
    const last = await operatorReplies();
    expect(last[last.length - 1]).toContain('This rollback has ended');
  });
});

describe('example 3: CI of the rollback fails', () => {
  it('ends in Abort with an issue, stays locked, and a reset frees it', async () => {
    const scenario = await openScenario({
      start: '10:29:20',
      ci: { durationMs: 30_000 },
      argo: { pollIntervalMs: 10_000 },
      aiOperator: { escalation: { repository: INCIDENTS } },
    });
    try {
      await scenario.operator.beat();
      await scenario.runUntil('10:29:25');
      await scenario.world.control.deployBad(SERVICE);
      scenario.world.control.ci({ ...SERVICE, outcome: 'fail' });
      await scenario.runUntil('10:31:30');
      const [issue] = await escalationIssues(scenario, INCIDENTS);
      expect(issue.title).toBe(
        '[URGENT] AI Operator Escalation: payment-service - CI Failure on Rollback PR',
      );
      expect(scenario.told.threads.get(ID)).toMatchObject({
        title:
          '@oncall AI Operator: payment-service (staging) - CI Failure on Rollback PR',
      });
      expect(await stateNow(scenario)).toBe('Abort');
      await scenario.runUntil('10:34:00');
      await expect(scenario.db.knex('rollbacks')).resolves.toHaveLength(1);
      // 60 minutes without an answer: somebody is woken up.
      await scenario.runUntil('11:32:00');
      expect([...scenario.pager.incidents.keys()]).toEqual([ID]);

      scenario.world.control.ci({ ...SERVICE, outcome: 'pass' });
      const answer = await inPortal(scenario, 'alice', 'reset', ID, {
        reason: 'the test was flaky',
      });
      expect(answer.status).toBe(202);
      await scenario.runUntil('11:35:00');
      const issues = await escalationIssues(scenario, INCIDENTS);
      expect(
        issues.find(({ number }) => number === issue.number),
      ).toMatchObject({
        state: 'closed',
      });
      const rollbacks = await scenario.db
        .knex('rollbacks')
        .orderBy('opened_at');
      expect(rollbacks).toHaveLength(2);
      expect(rollbacks[0]).toMatchObject({ state: 'Idle', outcome: 'reset' });
      expect(rollbacks[1]).toMatchObject({ abort_reason: null });
    } finally {
      await scenario.close();
    }
  });
});
