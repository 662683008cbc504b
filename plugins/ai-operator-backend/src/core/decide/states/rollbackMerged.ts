import { Decision } from '../../decision';
import { calmingNotification, peopleKnow } from '../../explain/notification';
import { pullRequestFacts } from '../../publish';
import { duration } from '../../time';
import { abort, event, move, stay } from '../answers';
import { Context, freshLook, proposalOf, StateNamed } from '../context';
import { deadlineOf } from '../deadline';

type Merged = Context<StateNamed<'RollbackMerged'>>;

/** Since when the checks find it Healthy at the target, the time before the merge not counted. */
function healthyAtTargetSince({ state, application }: Merged) {
  const { healthySince, revision } = application;
  return healthySince !== undefined && revision === state.target.sha
    ? Math.max(healthySince, state.enteredAt)
    : undefined;
}

function recovered(context: Merged, since: number): Decision {
  const { rollback, state, now } = context;
  const { target, mergeSha } = state;
  return move(
    context,
    'recovered',
    {
      name: 'RollbackComplete',
      enteredAt: now,
      ...proposalOf(state),
      mergeSha,
      recoveredAt: since,
    },
    `Healthy at ${target.sha.slice(0, 7)} for ${duration(now - since)}`,
    {
      effects: [
        ...(peopleKnow(rollback)
          ? [
              calmingNotification(
                rollback,
                `Healthy again at ${target.sha.slice(0, 7)}`,
                context.policy,
              ),
            ]
          : []),
        event(context, 'health.restored', {
          ...pullRequestFacts(state.source, state.pullRequest),
          revision: target.sha,
          previousRevision: rollback.currentRevision,
          mergeSha,
          recoveredAt: since,
          downtimeMs: since - rollback.openedAt,
        }),
      ],
    },
  );
}

function notRecoveredBecause({ state, application }: Merged): string {
  const target = state.target.sha.slice(0, 7);
  const { revision, lastCheck } = application;
  return revision === state.target.sha
    ? `The rollback is deployed, but the application is ${lastCheck.health}`
    : `Revision ${
        revision?.slice(0, 7) ?? 'unknown'
      } is running, not the target ${target}: the rollback was merged but not deployed`;
}

/** From the merge to a confirmed recovery (AC-09, AC-10). */
export function decideRollbackMerged(context: Merged): Decision {
  const { rollback, state, application, now, policy } = context;
  const target = state.target.sha.slice(0, 7);
  if (state.healthyAtTargetAt !== undefined && application.streak > 0) {
    return abort(
      context,
      'degraded_again',
      'NEW_DEGRADATION',
      `Degraded again after it was Healthy at ${target}`,
    );
  }
  const since = healthyAtTargetSince(context);
  const inTime =
    since !== undefined && since <= state.enteredAt + policy.timing.recovery;
  // Healthy in time may still be confirmed a little later; the deadline follows it.
  const next: StateNamed<'RollbackMerged'> =
    inTime && state.healthyAtTargetAt !== since
      ? { ...state, healthyAtTargetAt: since }
      : state;
  const look = freshLook(context);
  const confirmed =
    since !== undefined &&
    application.lastCheck.health === 'Healthy' &&
    now - since >= policy.timing.restorationConfirmation &&
    look?.health === 'Healthy' &&
    look.revision === state.target.sha;
  if (confirmed && inTime) {
    return recovered({ ...context, state: next }, since);
  }
  const deadline = deadlineOf({ ...rollback, state: next }, policy);
  if (deadline && now >= deadline.at) {
    return abort(
      { ...context, state: next },
      'not_recovered',
      'NOT_RECOVERED',
      notRecoveredBecause(context),
    );
  }
  return stay(
    context,
    since === undefined
      ? `Waiting for Argo CD to deploy ${target} and for the application to become Healthy`
      : `Healthy at ${target} for ${duration(now - since)}, ${duration(
          policy.timing.restorationConfirmation,
        )} are needed`,
    { next },
  );
}
