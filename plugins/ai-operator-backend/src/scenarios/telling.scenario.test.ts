import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { DEMO_ACCESS } from '@ai-operator/world';
import { startSpans } from '../tracing/__testUtils__/spans';
import { moves, restRollback } from './__testUtils__/look';
import { openScenario, Scenario } from './__testUtils__/scenario';
import { ownToken } from './__testUtils__/people';

jest.setTimeout(180_000);

const ID = '00000000-0000-4000-8000-000000000001';
const SERVICE = { service: 'payment-service' };
const INCIDENTS = 'my-org/operations';
const SECRETS = [DEMO_ACCESS.argocd.token, DEMO_ACCESS.github.operatorToken];

/** Seed §9.2: staging degrades at 10:30 and is rolled back without anybody. */
function stagingStory(): Promise<Scenario> {
  return openScenario({
    start: '10:29:20',
    ci: { durationMs: 30_000 },
    argo: { pollIntervalMs: 10_000 },
    aiOperator: {
      escalation: { repository: INCIDENTS },
      timing: { mergeApproval: '120s', escalationPage: '90s' },
    },
  });
}

async function degrade(
  scenario: Scenario,
  environment: 'staging' | 'production' = 'staging',
): Promise<void> {
  await scenario.operator.beat();
  await scenario.runUntil('10:29:25');
  await scenario.world.control.deployBad({ ...SERVICE, environment });
}

describe('what the operator says about itself', () => {
  const spans = startSpans();
  let scenario: Scenario;

  beforeEach(async () => {
    scenario = await stagingStory();
  });

  afterEach(async () => {
    await scenario.close();
  });

  it('is nothing in a hundred healthy ticks', async () => {
    await scenario.operator.beat();
    await scenario.runUntil('10:46:00');
    expect(spans.named('ai-operator.tick').length).toBeGreaterThanOrEqual(200);
    const loud = scenario.logger.entries.filter(
      ({ level }) => level !== 'debug',
    );
    expect(loud).toEqual([]);
  });

  describe('with a rollback in staging', () => {
    beforeEach(async () => {
      await degrade(scenario);
      await scenario.runUntil('10:34:00');
    });

    it('is a line for each move, and each line says whom it is about', async () => {
      const { entries } = scenario.logger;
      const lines = entries.filter(({ level }) => level !== 'debug');
      const told = lines.flatMap(({ fields, level }) =>
        fields.transition ? [`${level} ${fields.from} -> ${fields.to}`] : [],
      );
      const moved = (await moves(scenario)).map(
        move => `info ${move.slice(9)}`,
      );
      expect(moved).toContain('info AwaitingMergeApproval -> RollbackMerged');
      expect(moved).toContain('info RollbackMerged -> RollbackComplete');
      expect(told).toEqual(moved);
      for (const { fields } of lines) {
        expect(fields).toMatchObject({
          correlationId: ID,
          application: expect.stringContaining('payment-service'),
          environment: 'staging',
          component: expect.stringMatching(/^(poller|processor|outbox)$/),
        });
      }
      // The confirmation is no move; nothing else is told besides.
      expect(lines).toHaveLength(told.length + 1);
      expect(scenario.logger.at('warn')).toEqual([]);
      expect(scenario.logger.at('error')).toEqual([]);
    });

    it('is a tree of spans for every tick, look and effect', async () => {
      const [list] = spans.named('argocd.listApplications');
      expect(list.kind).toBe(SpanKind.CLIENT);
      expect(list.attributes).toEqual({
        'service.peer.name': 'argocd',
        'ai_operator.call.retry_count': 0,
      });
      expect(spans.parentOf(list)).toBe('ai-operator.tick');
      const opened = spans
        .named('ai-operator.tick')
        .filter(
          ({ attributes }) => attributes['ai_operator.tick.opened'] === 1,
        );
      expect(opened).toHaveLength(1);
      expect(opened[0].attributes).toMatchObject({
        'ai_operator.argocd.instance': 'staging',
        'ai_operator.result': 'committed',
        'ai_operator.tick.listed': 1,
      });
      const looks = spans
        .named('ai-operator.rollback.look')
        .map(({ attributes }) => [
          attributes['ai_operator.correlation_id'],
          attributes['ai_operator.state.before'],
          attributes['ai_operator.state.after'],
        ]);
      expect(looks).toContainEqual([ID, 'PRCreated', 'AwaitingMergeApproval']);
      const [opening] = spans.named('github.createPullRequest');
      expect(spans.parentOf(opening)).toBe('ai-operator.effect');
      const [merging] = spans
        .named('ai-operator.effect')
        .filter(
          ({ attributes }) =>
            attributes['ai_operator.effect.kind'] === 'merge_pull_request',
        );
      expect(merging.attributes).toMatchObject({
        'ai_operator.correlation_id': ID,
        'ai_operator.application': expect.stringContaining('payment-service'),
        'ai_operator.environment': 'staging',
        'ai_operator.effect.attempt': 1,
        'ai_operator.result': 'merged',
      });
      const askedByLooks = spans
        .named('github.getPullRequestChecks')
        .map(spans.parentOf);
      expect(new Set(askedByLooks)).toEqual(
        new Set(['ai-operator.rollback.look']),
      );
      const roots = spans
        .finished()
        .filter(span => spans.parentOf(span) === undefined)
        .map(({ name }) => name);
      expect(roots.filter(name => !name.startsWith('ai-operator.'))).toEqual(
        [],
      );
      for (const secret of SECRETS) {
        expect(spans.text()).not.toContain(secret);
      }
    });
  });

  it('calls a failing call an error, in the span and in the log, without a credential', async () => {
    await scenario.operator.beat();
    scenario.world.control.fault({
      system: 'argocd',
      kind: 'status',
      status: 503,
    });
    await scenario.runUntil('10:30:00');
    const failed = spans
      .named('argocd.listApplications')
      .filter(({ status }) => status.code === SpanStatusCode.ERROR);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed[0].attributes).toEqual({
      'service.peer.name': 'argocd',
      'ai_operator.call.retry_count': 3,
      'error.type': 'UNAVAILABLE',
    });
    expect(failed[0].events).toMatchObject([{ name: 'exception' }]);
    expect(scenario.logger.at('warn')).toContainEqual(
      expect.stringContaining('could not be read'),
    );
    expect(scenario.logger.at('error')).toContainEqual(
      expect.stringContaining('3 times in a row'),
    );
    const told = JSON.stringify(scenario.logger.entries) + spans.text();
    for (const secret of SECRETS) {
      expect(told).not.toContain(secret);
    }
  });

  describe('when people decide about production', () => {
    beforeEach(async () => {
      await degrade(scenario, 'production');
      await scenario.runUntil('10:31:00');
    });

    const told = async () =>
      Promise.all(
        scenario.auditor.createEvent.mock.calls.map(
          async ([{ request, meta }], index) => {
            const event = await scenario.auditor.createEvent.mock.results[index]
              .value;
            return {
              request,
              meta,
              ended: event.fail.mock.calls.length > 0 ? 'failed' : 'succeeded',
            };
          },
        ),
      );

    const decided = (more: object) => ({
      request: undefined,
      meta: {
        correlationId: ID,
        application: expect.stringContaining('payment-service'),
        environment: 'production',
        ...more,
      },
    });

    it("tells Backstage's auditor of reviews and comments, once each", async () => {
      const [issue] = scenario.world.github.issues(INCIDENTS);
      await scenario.world.control.comment({
        login: 'dave',
        text: 'APPROVE',
        repository: INCIDENTS,
        number: issue.number,
      });
      await scenario.runUntil('10:31:40');
      await scenario.world.control.approve({ ...SERVICE, login: 'alice' });
      await scenario.runUntil('10:34:00');
      expect((await restRollback(scenario, ID)).state).not.toBe(
        'AwaitingMergeApproval',
      );
      expect(await told()).toEqual([
        {
          ...decided({
            command: 'APPROVE',
            door: 'issue',
            person: 'user:default/dave',
          }),
          ended: 'failed',
        },
        {
          ...decided({
            command: 'APPROVE',
            door: 'review',
            person: 'user:default/alice',
          }),
          ended: 'succeeded',
        },
      ]);
    });

    it('asks for a look with a warning, and calls what ended badly an error', async () => {
      const { entries } = scenario.logger;
      const moved = () =>
        entries.flatMap(({ level, fields }) =>
          fields.transition ? [`${level} ${fields.transition}`] : [],
        );
      expect(moved()).toEqual([
        'warn degradation_detected',
        'info candidate_resolved',
        'info pull_request_opened',
        'warn ci_succeeded',
      ]);
      await scenario.runUntil('10:33:30');
      expect(moved().slice(4)).toEqual(['error approval_timed_out']);
      const everything = JSON.stringify(entries);
      for (const secret of [...SECRETS, ownToken(scenario, 'alice')]) {
        expect(everything).not.toContain(secret);
      }
    });
  });
});
