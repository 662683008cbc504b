import { Rollback } from '../../core/rollback';
import {
  aRollback,
  states,
  T0,
} from '../../persistence/__testUtils__/fixtures';
import { OperatorMetrics } from '../operatorMetrics';
import { OperatorState } from '../readings';

const at = states(T0);

/** Tells of one of everything: each counter and histogram has a series then. */
export function oneOfEverything(metrics: OperatorMetrics): void {
  const rollback = (state: Rollback['state']) =>
    aRollback('payment-service', { state, openedAt: T0 }) as Rollback;
  metrics.degradationDetected('payment-service', 'staging');
  metrics.moved(rollback(at.searching), at.candidateResolved, T0);
  metrics.moved(rollback(at.candidateResolved), at.prCreated, T0);
  metrics.moved(rollback(at.awaitingMerge), at.merged, T0);
  metrics.moved(
    rollback(at.merged),
    { ...at.complete, recoveredAt: T0 + 390_000 },
    T0,
  );
  metrics.moved(rollback(at.prCreated), at.abort, T0);
  metrics.invariantBroken('I6_ci_success');
  metrics.observe('github.mergePullRequest', 1_500, 'TIMEOUT');
  metrics.effectFinished(
    { kind: 'close_pull_request', application: 'a', environment: 'staging' },
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
    resetAt: T0 + 1,
  });
}

/** One of everything for the gauges. */
export const STATE: OperatorState = {
  holds: [
    {
      key: { name: 'payment-service' },
      environment: 'staging',
      state: 'PRCreated',
    },
  ],
  instances: [{ name: 'main', lastOkAt: T0 - 5_000 }],
  sinks: [{ kind: 'elasticsearch', backlog: 3, setAside: 0 }],
  chain: { result: 'intact', checkedAt: T0 },
};
