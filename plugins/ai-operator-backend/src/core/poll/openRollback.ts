import { ApplicationRecord } from '../application';
import { Effect } from '../effect';
import { degradationNotification } from '../explain/notification';
import { Policy } from '../policy';
import { publish } from '../publish';
import { Rollback } from '../rollback';
import { TRANSITIONS } from '../decide/transitions';
import { replicaWords } from './words';

/**
 * The rollback that begins with the check just judged, and the effects that go
 * with it: event `degradation.detected`, then the transition from Idle. Call it
 * only when `judgeCheck` said `openRollback`; throws otherwise.
 */
export function openRollback(
  record: ApplicationRecord,
  correlationId: string,
  now: number,
  policy: Policy,
): { rollback: Rollback; because: string; effects: Effect[] } {
  const { key, environment, revision, lastCheck, streak } = record;
  if (environment === undefined || revision === undefined || streak < 1) {
    throw new Error(
      `No rollback can begin for ${key.name}: it needs an environment, a revision and a degraded check`,
    );
  }
  const because = `${key.name} is Degraded${replicaWords(
    lastCheck.replicas,
  )} at revision ${revision.slice(0, 7)}`;
  const rollback: Rollback = {
    correlationId,
    application: key,
    environment,
    currentRevision: revision,
    openedAt: now,
    version: 1,
    steering: 1,
    state: { name: 'DegradationDetected', enteredAt: now },
  };
  // Version 0 is the row before it exists: its decisions have keys of their own.
  const opening = { correlationId, version: 0 };
  const replicas = lastCheck.replicas?.known
    ? { replicas: lastCheck.replicas.value }
    : {};
  return {
    rollback,
    because,
    effects: [
      // AC-06: a production degradation is told at once.
      ...(environment === 'production'
        ? [degradationNotification(rollback, record, opening.version, policy)]
        : []),
      publish(opening, 'degradation.detected', {
        health: 'Degraded',
        revision,
        streak,
        ...replicas,
        because,
      }),
      publish(opening, 'fsm.state_transition', {
        transition: 'degradation_detected',
        from: 'Idle',
        to: 'DegradationDetected',
        because: TRANSITIONS.degradation_detected.when,
      }),
    ],
  };
}
