import { Rollback, RollbackState } from '../core/rollback';
import {
  aKey,
  aRollback,
  states,
  T0,
} from '../persistence/__testUtils__/fixtures';
import { createOperatorMetrics } from './operatorMetrics';
import { OperatorState } from './readings';

const MINUTE = 60_000;
const NOTHING: OperatorState = { holds: [], instances: [] };

/** The figures on a clock that tests move. */
function figures(
  readState: () => Promise<OperatorState> = async () => NOTHING,
) {
  const time = { now: T0 + MINUTE };
  const metrics = createOperatorMetrics({
    clock: { now: () => time.now },
    readState,
  });
  return {
    metrics,
    /** The text of a scrape after `ms` more. */
    async scrape(ms: number) {
      time.now += ms;
      return metrics.exposition();
    },
  };
}

/** What is told of what was counted, once new series are told with their value. */
async function scrape(
  tell: (metrics: ReturnType<typeof createOperatorMetrics>) => void,
) {
  const { metrics, scrape: read } = figures();
  tell(metrics);
  await read(0);
  const { body, contentType } = await read(MINUTE);
  expect(contentType).toContain('text/plain');
  return body
    .split('\n')
    .filter(line => line.startsWith('ai_operator_') && !/ 0$/.test(line));
}

const app = 'app_name="payment-service",environment="staging"';

function move(from: RollbackState, to: RollbackState) {
  return scrape(metrics =>
    metrics.moved(
      aRollback('payment-service', { state: from, openedAt: T0 }) as Rollback,
      to,
      T0,
    ),
  );
}

describe('operator metrics', () => {
  const at = states(T0 + 40_000);

  it('count degradations', async () => {
    const lines = await scrape(metrics => {
      metrics.degradationDetected('payment-service', 'staging');
      metrics.degradationDetected('payment-service', 'staging');
    });
    expect(lines).toContain(
      `ai_operator_degradations_detected_total{${app}} 2`,
    );
  });

  it('measure the candidate search from its beginning', async () => {
    const lines = await move(
      { ...at.searching, searchStartedAt: T0 + 30_000 },
      at.candidateResolved,
    );
    expect(lines).toContain(
      'ai_operator_candidate_resolution_duration_seconds_sum{environment="staging"} 10',
    );
  });

  it.each([
    [
      at.candidateResolved,
      at.prCreated,
      `ai_operator_rollbacks_proposed_total{${app},success="true"} 1`,
    ],
    [
      at.candidateResolved,
      at.abort,
      `ai_operator_rollbacks_proposed_total{${app},success="false"} 1`,
    ],
    [
      at.awaitingMerge,
      at.merged,
      `ai_operator_rollbacks_merged_total{${app},auto_merged="true"} 1`,
    ],
    [
      at.prCreated,
      { ...at.merged, mergedBy: 'human' as const },
      `ai_operator_rollbacks_merged_total{${app},auto_merged="false"} 1`,
    ],
    [
      at.prCreated,
      at.abort,
      `ai_operator_rollbacks_aborted_total{${app},reason="CI_FAILURE"} 1`,
    ],
    [
      at.merged,
      { ...at.complete, recoveredAt: T0 + 390_000 },
      'ai_operator_mean_time_to_recovery_seconds_sum{environment="staging"} 390',
    ],
  ])('count the move from $name to the next', async (from, to, line) => {
    await expect(move(from, to)).resolves.toContain(line);
  });

  it('count a failed CI as no failed proposal, and staying as no move', async () => {
    const failed = await move(at.prCreated, at.abort);
    expect(failed.join()).not.toContain('proposed');
    const stayed = await move(at.prCreated, at.prCreated);
    expect(stayed.join()).not.toContain('proposed');
  });

  it('have the buckets of a recovery within 30 s to 20 minutes', async () => {
    const lines = await move(at.merged, {
      ...at.complete,
      recoveredAt: T0 + 390_000,
    });
    expect(lines.join('\n')).toContain('le="1200"');
    expect(lines.join('\n')).not.toContain('seconds_bucket{le="300"');
  });

  it('count calls, failures, broken invariants, effects and trouble', async () => {
    const lines = await scrape(metrics => {
      metrics.observe('github.mergePullRequest', 1_500);
      metrics.observe('github.mergePullRequest', 500, 'TIMEOUT');
      metrics.invariantBroken('I6_ci_success');
      metrics.effectFinished(
        {
          kind: 'close_pull_request',
          application: 'a',
          environment: 'staging',
        },
        { kind: 'close_pull_request', result: 'closed' },
      );
      metrics.tickFinished({
        instance: 'main',
        result: 'ok',
        durationMs: 250,
        now: T0,
      });
      metrics.tickLate('main');
      metrics.loopProblem('outbox');
      metrics.githubBudget({
        host: 'github.com',
        resource: 'core',
        limit: 5_000,
        remaining: 4_000,
        resetAt: T0 + 3_600_000,
      });
    });
    expect(lines).toEqual(
      expect.arrayContaining([
        'ai_operator_mcp_call_duration_seconds_sum{call_name="github.mergePullRequest"} 2',
        'ai_operator_mcp_call_duration_seconds_count{call_name="github.mergePullRequest"} 2',
        'ai_operator_mcp_call_errors_total{call_name="github.mergePullRequest",error_code="TIMEOUT"} 1',
        'ai_operator_invariant_violations_total{invariant_id="I6_ci_success"} 1',
        'ai_operator_effects_total{kind="close_pull_request",result="closed"} 1',
        'ai_operator_tick_duration_seconds_sum{argocd_instance="main",result="ok"} 0.25',
        'ai_operator_ticks_late_total{argocd_instance="main"} 1',
        'ai_operator_loop_problems_total{loop="outbox"} 1',
        'ai_operator_github_budget_remaining{host="github.com",resource="core"} 4000',
      ]),
    );
  });

  it('show what is in the database now, idle applications left out', async () => {
    const answers: OperatorState[] = [
      {
        holds: [
          {
            key: aKey('a'),
            environment: 'staging',
            state: 'PRCreated',
          },
          { key: aKey('b'), environment: 'staging', state: 'Abort' },
        ],
        instances: [{ name: 'main', lastOkAt: T0 }, { name: 'never' }],
      },
      { holds: [], instances: [] },
    ];
    const { scrape: read } = figures(async () => {
      const answer = answers.shift();
      if (!answer) {
        throw new Error('the database is gone');
      }
      return answer;
    });
    const first = (await read(0)).body;
    expect(first).toContain(
      'ai_operator_active_rollbacks{environment="staging"} 1\n',
    );
    expect(first).toContain(
      'ai_operator_active_rollbacks{environment="production"} 0\n',
    );
    expect(first).toContain(
      'ai_operator_fsm_state{app_name="a",state="PRCreated"} 1\n',
    );
    expect(first).toContain(
      'ai_operator_fsm_state{app_name="b",state="Abort"} 1\n',
    );
    expect(first).toContain(
      'ai_operator_last_tick_age_seconds{argocd_instance="main"} 60\n',
    );
    // It has had no time to be looked at yet: the process has just begun.
    expect(first).toContain(
      'ai_operator_last_tick_age_seconds{argocd_instance="never"} 0\n',
    );
    const second = (await read(15_000)).body;
    expect(second).not.toContain('app_name="a"');
    expect(second).toContain('ai_operator_state_readable 1\n');
    const third = (await read(15_000)).body;
    expect(third).toContain('ai_operator_state_readable 0\n');
    expect(third).not.toContain('ai_operator_active_rollbacks{');
  });

  it('read the state once for everybody who asks at about the same time', async () => {
    const readState = jest.fn(async () => NOTHING);
    const { metrics, scrape: read } = figures(readState);
    await Promise.all([metrics.exposition(), metrics.exposition()]);
    await read(900);
    expect(readState).toHaveBeenCalledTimes(1);
    await read(100);
    expect(readState).toHaveBeenCalledTimes(2);
  });

  it('remember per system whether it answers', () => {
    let now = T0;
    const metrics = createOperatorMetrics({
      clock: { now: () => now },
      readState: async () => ({ holds: [], instances: [] }),
    });
    metrics.observe('github.getPullRequestStatus', 1, 'TIMEOUT');
    now += 1;
    // A no is an answer.
    metrics.observe('github.readRepositoryContent', 1, 'NOT_FOUND');
    metrics.observe('kubernetes.getDeploymentStatus', 1, 'CANCELLED');
    expect([...metrics.lastCalls()]).toEqual([
      [
        'github',
        {
          failedAt: T0,
          failedCall: 'github.getPullRequestStatus',
          errorCode: 'TIMEOUT',
          answeredAt: T0 + 1,
        },
      ],
    ]);
  });
});
