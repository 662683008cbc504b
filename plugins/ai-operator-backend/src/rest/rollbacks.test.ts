import { TestDatabases } from '@backstage/backend-test-utils';
import { INVARIANT_IDS } from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  aKey,
  anAudit,
  openOne,
  states,
  tick,
} from '../persistence/__testUtils__/fixtures';
import { SHA, startServer, T0 } from './__testUtils__/server';
import { tamper } from './__testUtils__/trail';
import { decideFor, payment } from './__testUtils__/story';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

describe('GET /v1/rollbacks', () => {
  it('is empty on an empty database', async () => {
    const { get } = await startServer(databases);
    const { body } = await get('/v1/rollbacks').expect(200);
    expect(body).toEqual({ items: [], totalItems: 0 });
  });

  it('tells everything a row shows, newest first', async () => {
    const { db, get, time } = await startServer(databases);
    const { correlationId } = await payment(db);
    const failed = await openOne(db, 'cart', { openedAt: T0 + 1 });
    await decideFor(db, failed, states(T0 + 60_000).abort);
    const done = await openOne(db, 'search', { openedAt: T0 + 2 });
    await decideFor(db, done, states(T0 + 70_000).idle);
    time.now = T0 + 190_000;
    const { body } = await get('/v1/rollbacks').expect(200);
    expect(body.totalItems).toBe(3);
    expect(body.items).toMatchObject([
      {
        correlationId: done.correlationId,
        state: 'Idle',
        outcome: 'completed',
        endedAt: T0 + 70_000,
        needsHuman: false,
      },
      {
        correlationId: failed.correlationId,
        state: 'Abort',
        abortReason: 'CI_FAILURE',
        endedAt: T0 + 60_000,
        needsHuman: true,
      },
      {
        correlationId,
        application: aKey('payment-service'),
        environment: 'staging',
        state: 'AwaitingMergeApproval',
        version: 4,
        openedAt: T0,
        stateSince: T0 + 180_000,
        deadlineAt: T0 + 300_000,
        needsHuman: false,
        pullRequest: { number: 42, headSha: SHA.head },
        explanation: expect.stringMatching(/\w/),
      },
    ]);
    expect(body.items[2]).not.toHaveProperty('endedAt');
    expect(body.items[1]).not.toHaveProperty('outcome');
  });

  it('filters and pages', async () => {
    const { db, get } = await startServer(databases);
    for (let n = 0; n < 5; n++) {
      const rollback = await openOne(db, `s${n}`, {
        openedAt: T0 + n,
        environment: n === 4 ? 'production' : 'staging',
      });
      if (n === 0) {
        await decideFor(db, rollback, states(T0 + 10).abort);
      }
    }
    async function ask(query: string) {
      const { body } = await get(`/v1/rollbacks?${query}`).expect(200);
      return body.items.map(
        (item: { application: { name: string } }) => item.application.name,
      );
    }
    await expect(ask('open=true')).resolves.toEqual(['s4', 's3', 's2', 's1']);
    await expect(ask('open=false')).resolves.toEqual(['s0']);
    await expect(ask('needsHuman=true')).resolves.toEqual(['s0']);
    await expect(ask('environment=production')).resolves.toEqual(['s4']);
    await expect(ask('state=Abort,Idle')).resolves.toEqual(['s0']);
    await expect(ask('application=s2')).resolves.toEqual(['s2']);
    await expect(ask(`since=${T0 + 3}`)).resolves.toEqual(['s4', 's3']);
    await expect(ask('order=asc&limit=2')).resolves.toEqual(['s0', 's1']);
    const first = await get('/v1/rollbacks?limit=3').expect(200);
    expect(first.body.totalItems).toBe(5);
    await expect(
      ask(`limit=3&cursor=${first.body.nextCursor}`),
    ).resolves.toEqual(['s1', 's0']);
  });

  it.each([
    ['open=maybe', 'open'],
    ['needsHuman=1', 'needsHuman'],
    ['since=yesterday', 'since'],
    ['since=-1', 'since'],
    ['since=9999999999999999', 'since'],
    ['limit=1000', 'limit'],
    ['application=', 'application'],
    ['state=', 'state'],
    ['page=2', 'page'],
  ])('refuses ?%s', async (query, field) => {
    const { get } = await startServer(databases);
    const { body } = await get(`/v1/rollbacks?${query}`).expect(400);
    expect(body.error).toMatchObject({ code: 'BAD_REQUEST', field });
  });
});

describe('GET /v1/rollbacks/:correlationId', () => {
  it('tells everything about one', async () => {
    const { db, get, time } = await startServer(databases);
    const { correlationId } = await payment(db);
    time.now = T0 + 190_000;
    const { body } = await get(`/v1/rollbacks/${correlationId}`).expect(200);
    expect(body).toMatchObject({
      correlationId,
      now: T0 + 190_000,
      currentRevision: SHA.bad,
      targetRevision: SHA.good,
      repositoryUrl: 'https://github.example.com/my-org/payment-service',
      argoUrl: 'https://argocd.example.com/payment-service',
      candidates: {
        searchedAt: T0 + 40_000,
        currentRevision: SHA.bad,
        rows: [{ sha: SHA.good, verdict: 'resolved' }],
      },
      ci: {
        observedAt: T0 + 180_000,
        checks: [{ name: 'test', required: true, state: 'success' }],
      },
      timelineOmitted: 0,
    });
    expect(body.verdicts.invariants.map((v: { id: string }) => v.id)).toEqual([
      ...INVARIANT_IDS,
    ]);
    for (const { id, title } of body.verdicts.invariants) {
      expect(title).not.toBe(id);
    }
    expect(body.checks.map((check: { at: number }) => check.at)).toEqual([
      T0,
      T0 + 10_000,
      T0 + 20_000,
    ]);
    expect(body.change.files).toHaveLength(1);
    expect(body.change.files[0].path).toBe('.argocd/application.yaml');
    expect(body.change.files[0].patch.split('\n')).toEqual(
      expect.arrayContaining([
        `-    targetRevision: ${SHA.bad}`,
        `+    targetRevision: ${SHA.good}`,
      ]),
    );
  });

  it('lays the steps out with their times and the present deadline', async () => {
    const { db, get, time } = await startServer(databases);
    const rollback = await payment(db);
    time.now = T0 + 190_000;
    const path = `/v1/rollbacks/${rollback.correlationId}`;
    const { body } = await get(path).expect(200);
    expect(body.steps).toEqual([
      {
        state: 'DegradationDetected',
        status: 'done',
        startedAt: T0,
        endedAt: T0 + 40_000,
      },
      {
        state: 'CandidateResolved',
        status: 'done',
        startedAt: T0 + 40_000,
        endedAt: T0 + 50_000,
      },
      {
        state: 'PRCreated',
        status: 'done',
        startedAt: T0 + 50_000,
        endedAt: T0 + 180_000,
      },
      {
        state: 'AwaitingMergeApproval',
        status: 'current',
        startedAt: T0 + 180_000,
        deadlineAt: T0 + 300_000,
        atDeadline: 'a person is asked to decide',
      },
      { state: 'RollbackMerged', status: 'upcoming' },
      { state: 'RollbackComplete', status: 'upcoming' },
    ]);
    async function statuses() {
      const answer = await get(path).expect(200);
      return answer.body.steps.map(
        (step: { state: string; status: string }) =>
          `${step.state} ${step.status}`,
      );
    }
    await decideFor(db, rollback, states(T0 + 300_000).awaitingHuman);
    await expect(statuses()).resolves.toEqual([
      'DegradationDetected done',
      'CandidateResolved done',
      'PRCreated done',
      'AwaitingMergeApproval done',
      'AwaitingHumanReview current',
      'RollbackMerged upcoming',
      'RollbackComplete upcoming',
    ]);
    await decideFor(db, rollback, states(T0 + 400_000).abort);
    await expect(statuses()).resolves.toEqual([
      'DegradationDetected done',
      'CandidateResolved done',
      'PRCreated done',
      'AwaitingMergeApproval done',
      'AwaitingHumanReview failed',
      'RollbackMerged skipped',
      'RollbackComplete skipped',
    ]);
  });

  it('marks as skipped what was passed over or not needed', async () => {
    const { db, get } = await startServer(databases);
    const merged = await openOne(db, 'merged-by-hand');
    await decideFor(db, merged, states(T0 + 1).candidateResolved);
    await decideFor(db, merged, states(T0 + 2).prCreated);
    await decideFor(db, merged, states(T0 + 3).merged);
    const transient = await openOne(db, 'transient');
    await decideFor(db, transient, {
      name: 'Idle',
      enteredAt: T0 + 20_000,
      outcome: 'transient',
      because: 'It was Healthy again at the second check.',
    });
    async function statuses(id: string) {
      const { body } = await get(`/v1/rollbacks/${id}`).expect(200);
      return body.steps.map((step: { status: string }) => step.status);
    }
    await expect(statuses(merged.correlationId)).resolves.toEqual([
      'done',
      'done',
      'done',
      'skipped',
      'current',
      'upcoming',
    ]);
    await expect(statuses(transient.correlationId)).resolves.toEqual([
      'done',
      ...Array(5).fill('skipped'),
    ]);
  });

  it('tells the timeline in order, each transition once', async () => {
    const { db, get } = await startServer(databases);
    const { correlationId } = await payment(db);
    const { body } = await get(`/v1/rollbacks/${correlationId}`).expect(200);
    expect(
      body.timeline.map((entry: { at: number; title: string }) => [
        (entry.at - T0) / 1_000,
        entry.title,
      ]),
    ).toEqual([
      [0, 'Idle → DegradationDetected'],
      [39, 'github.listCommits'],
      [40, 'DegradationDetected → CandidateResolved'],
      [50, 'CandidateResolved → PRCreated'],
      [180, 'Safety rules: 8 of 8 hold'],
      [180, 'PRCreated → AwaitingMergeApproval'],
    ]);
    expect(body.timeline[1]).toMatchObject({
      kind: 'MCP_CALL',
      durationMs: 120,
      retryCount: 1,
      because: 'github.listCommits answered in 120 ms.',
    });
    expect(body.timeline[2]).toMatchObject({
      kind: 'FSM_TRANSITION',
      from: 'DegradationDetected',
      to: 'CandidateResolved',
    });
    const ids = body.timeline.map((entry: { id: string }) => entry.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('tells the rest of the timeline when a record of it cannot be read', async () => {
    const { db, get } = await startServer(databases);
    const { correlationId } = await payment(db);
    const before = await get(`/v1/rollbacks/${correlationId}`).expect(200);
    const row = await db
      .knex('audit')
      .where({ correlation_id: correlationId, action_type: 'MCP_CALL' })
      .first();
    await tamper(db, { record: 'no JSON' }, row.seq);
    const { body } = await get(`/v1/rollbacks/${correlationId}`).expect(200);
    expect(body.timeline).toEqual(
      before.body.timeline.filter(
        ({ kind }: { kind: string }) => kind !== 'MCP_CALL',
      ),
    );
  });

  it('leaves out the oldest entries of a long timeline, and says how many', async () => {
    const { db, get } = await startServer(databases);
    const { correlationId } = await openOne(db, 'long');
    await tick(db, {
      audit: Array.from({ length: 520 }, (_, n) =>
        anAudit({
          correlationId,
          actionType: 'ERROR',
          timestamp: T0 + 1 + n,
          reasoning: `number ${n}`,
        }),
      ),
    });
    const { body } = await get(`/v1/rollbacks/${correlationId}`).expect(200);
    expect(body.timelineOmitted).toBe(20);
    expect(body.timeline).toHaveLength(501);
    expect(body.timeline[0].kind).toBe('FSM_TRANSITION');
    expect(body.timeline[1].because).toBe('number 20');
  });

  it('shows the question to people', async () => {
    const { db, get } = await startServer(databases);
    const rollback = await payment(db);
    const escalation = {
      reason: 'NEEDS_HUMAN_REVIEW' as const,
      because: 'The label do-not-merge/hold is on the pull request.',
      recommendedAction: 'Take the label off, or close the pull request.',
      at: T0 + 200_000,
    };
    await decideFor(db, rollback, states(T0 + 200_000).awaitingHuman, {
      evidence: { escalation: { ...escalation, firstAt: T0 + 190_000 } },
    });
    const { body } = await get(
      `/v1/rollbacks/${rollback.correlationId}`,
    ).expect(200);
    expect(body.escalation).toEqual(escalation);
    expect(body.needsHuman).toBe(true);
  });

  it('has little to tell at the first check, and tells it', async () => {
    const { db, get } = await startServer(databases);
    const { correlationId } = await openOne(db, 'fresh');
    const { body } = await get(`/v1/rollbacks/${correlationId}`).expect(200);
    for (const part of [
      'candidates',
      'verdicts',
      'change',
      'ci',
      'escalation',
    ]) {
      expect(body).not.toHaveProperty(part);
    }
    expect(body.steps[0]).toMatchObject({ status: 'current' });
  });

  it('answers 404 with what to do', async () => {
    const { get } = await startServer(databases);
    const { body } = await get('/v1/rollbacks/none').expect(404);
    expect(body.error).toMatchObject({
      code: 'ROLLBACK_NOT_FOUND',
      message: expect.stringContaining('retention'),
    });
  });
});
