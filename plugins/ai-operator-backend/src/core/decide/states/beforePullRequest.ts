import { Decision } from '../../decision';
import { duration } from '../../time';
import { endIdle } from '../answers';
import {
  Context,
  presentHealth,
  restoredSince,
  supersedingRevision,
  StateNamed,
} from '../context';

type Ending = 'superseded' | 'health_restored' | 'no_longer_degraded';

const ALL: readonly Ending[] = [
  'superseded',
  'health_restored',
  'no_longer_degraded',
];

/** True while the latest measured check is not a degraded one: nothing is opened and nothing is given up then. */
export function waitsForHealth(context: Context): boolean {
  return (
    context.application.streak === 0 || presentHealth(context) === 'Healthy'
  );
}

/**
 * The ways a rollback ends before it has a pull request, because there is no
 * longer a reason for one. Nothing was changed outside, so nothing is undone.
 */
export function endedWithoutRollback(
  context:
    | Context<StateNamed<'DegradationDetected'>>
    | Context<StateNamed<'CandidateResolved'>>,
  endings: readonly Ending[] = ALL,
): Decision | undefined {
  const { application, state, now, policy, rollback } = context;
  const other = supersedingRevision(context);
  if (endings.includes('superseded') && other !== undefined) {
    return endIdle(
      context,
      'superseded',
      'superseded',
      `Revision ${other.slice(
        0,
        7,
      )} was deployed in place of ${rollback.currentRevision.slice(
        0,
        7,
      )}: if it degrades too, that is a new degradation`,
    );
  }
  const since = restoredSince(context);
  if (endings.includes('health_restored') && since !== undefined) {
    return endIdle(
      context,
      'health_restored',
      'health_restored',
      `Healthy for ${duration(now - since)} without a rollback`,
    );
  }
  // Progressing, Suspended and the like are neither a degradation nor its end
  // (seed §6.1). After this long the old proof no longer stands; should it degrade
  // again, the poller begins a new rollback with proof of its own.
  const { health } = application.lastCheck;
  const unchangedSince = Math.max(application.healthSince, state.enteredAt);
  if (
    endings.includes('no_longer_degraded') &&
    application.streak === 0 &&
    health !== 'Healthy' &&
    health !== 'NotMeasured' &&
    now - unchangedSince >= policy.timing.recovery
  ) {
    return endIdle(
      context,
      'no_longer_degraded',
      'transient',
      `${health} for ${duration(
        now - unchangedSince,
      )}: that is no longer the degradation that was confirmed`,
    );
  }
  return undefined;
}
