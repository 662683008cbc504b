import { Environment } from '@ai-operator/backstage-plugin-ai-operator-common';
import { ApplicationRecord } from '../application';
import { deadlineOf } from '../decide/deadline';
import { Policy } from '../policy';
import { replicaWords } from '../poll/words';
import { Rollback, VerdictSet } from '../rollback';
import { clockTime, duration } from '../time';
import { verdictCounts } from '../verdictLines';
import { recommendedAction } from './recommendedAction';

/** A reason ends with one full stop, whether or not it is made of sentences itself. */
function asSentence(because: string): string {
  return because.endsWith('.') ? because : `${because}.`;
}

function notMergedYet(
  environment: Environment,
  verdicts: VerdictSet | undefined,
): string {
  if (environment === 'staging') {
    return 'it is not merged yet';
  }
  return verdicts?.approval?.result === 'holds'
    ? 'it is approved, but not merged yet'
    : 'it waits for a senior maintainer to approve it';
}

/** What clears by itself, such as records that wait to be shipped: nobody is asked about it yet. */
function heldBack(verdicts: VerdictSet | undefined): string {
  const reasons = (verdicts?.guards ?? [])
    .filter(({ result }) => result !== 'holds')
    .map(({ because }) => because);
  return reasons.length === 0 ? '' : `: ${reasons.join('; ')}`;
}

function whatItThinks(
  { environment, state, verdicts }: Rollback,
  policy: Policy,
  now: number,
) {
  switch (state.name) {
    case 'DegradationDetected':
      if (state.confirmedAt === undefined) {
        return `A degradation was seen; ${policy.timing.persistenceChecks} consecutive degraded checks confirm it.`;
      }
      return state.searchStartedAt === undefined
        ? 'The degradation is confirmed. It waits for one of the places for concurrent rollbacks.'
        : 'The degradation is confirmed. The operator looks for an older revision that is proven stable.';
    case 'CandidateResolved':
      if (state.dryRun) {
        return `The operator only observes here: ${state.dryRun.because}. It ends when the application is Healthy again.`;
      }
      return `${state.target.sha.slice(
        0,
        7,
      )} was stable and is the rollback target. ${
        state.change
          ? 'Its pull request is being opened.'
          : 'Its pull request is being planned.'
      }`;
    case 'PRCreated':
      return `Pull request #${
        state.pullRequest.number
      } goes back to ${state.target.sha.slice(0, 7)}. It waits for CI.`;
    case 'AwaitingMergeApproval':
      return state.mergeAttempt > 0
        ? `CI of #${
            state.pullRequest.number
          } succeeded and the merge was asked for${verdictCounts(verdicts)}.`
        : asSentence(
            `CI of #${state.pullRequest.number} succeeded; ${notMergedYet(
              environment,
              verdicts,
            )}${verdictCounts(verdicts)}${heldBack(verdicts)}`,
          );
    case 'AwaitingHumanReview':
      return `A person has to decide about #${state.pullRequest.number}: ${state.question}.`;
    case 'RollbackMerged':
      return state.healthyAtTargetAt === undefined
        ? `#${
            state.pullRequest.number
          } is merged. The operator waits for ${state.target.sha.slice(
            0,
            7,
          )} to be deployed and Healthy.`
        : `#${
            state.pullRequest.number
          } is merged and the application Healthy at ${state.target.sha.slice(
            0,
            7,
          )} since ${clockTime(state.healthyAtTargetAt, now)}. ${duration(
            policy.timing.restorationConfirmation,
          )} confirm it.`;
    case 'RollbackComplete':
      return `Rolled back to ${state.target.sha.slice(
        0,
        7,
      )}; Healthy since ${clockTime(state.recoveredAt, now)}.`;
    case 'Abort':
      return `Aborted: ${asSentence(state.because)} ${recommendedAction(
        state.reason,
        state.pullRequest,
      )} No new rollback begins until a senior maintainer resets it.`;
    case 'Idle':
      return `Ended (${state.outcome.replace('_', ' ')}): ${asSentence(
        state.because,
      )}`;
    default: {
      const never: never = state;
      throw new Error(`Unknown state ${JSON.stringify(never)}`);
    }
  }
}

/** The next checks prove it or end it: that it would be too old tomorrow helps nobody. */
function isUnproven({ state }: Rollback): boolean {
  return (
    state.name === 'DegradationDetected' && state.confirmedAt === undefined
  );
}

/** One or two sentences: what the operator thinks of this rollback and why, what it waits for, until when. */
export function explainRollback(
  rollback: Rollback,
  now: number,
  policy: Policy,
): string {
  const thought = whatItThinks(rollback, policy, now);
  const gone =
    rollback.state.goneSince === undefined
      ? ''
      : ' Argo CD does not list the application at the moment.';
  const deadline = deadlineOf(rollback, policy);
  if (!deadline || isUnproven(rollback)) {
    return `${thought}${gone}`;
  }
  return `${thought}${gone} At ${clockTime(deadline.at, now)} ${
    deadline.then
  }.`;
}

const HEALTH_WORDS: Record<ApplicationRecord['lastCheck']['health'], string> = {
  Healthy: 'Healthy. Nothing to do.',
  Progressing: 'A deployment is in progress. The operator waits for it.',
  Suspended: 'Paused on purpose. Nothing to do.',
  Degraded: 'Argo CD reports Degraded.',
  Missing:
    'Argo CD finds resources missing: a person has to look, a rollback would not bring them back.',
  Unknown: 'Argo CD cannot tell the health: a person has to look.',
  NotMeasured: 'The health could not be measured.',
};

function withoutRollback(record: ApplicationRecord): string {
  const { lastCheck, streak, environment, source } = record;
  const { health, because, replicas } = lastCheck;
  if (health === 'NotMeasured') {
    return `The health could not be measured${
      because ? `: ${because}` : ''
    }. This counts neither as degraded nor as healthy.`;
  }
  if (health !== 'Degraded') {
    return HEALTH_WORDS[health];
  }
  if (streak === 0) {
    if (!replicas?.known) {
      return 'Argo CD reports Degraded, but replicas could not be read: without them no degradation begins.';
    }
    return replicas.value.desired === 0
      ? 'Argo CD reports Degraded, but the workload is scaled to zero on purpose.'
      : `Argo CD reports Degraded, but all ${replicas.value.desired} replicas are available: a rollback would not help.`;
  }
  if (environment === undefined) {
    return `Degraded${replicaWords(
      replicas,
    )}. The operator does not act: the environment of the Application is not known.`;
  }
  return `Degraded${replicaWords(replicas)} (${streak} consecutive checks).${
    source.known
      ? ' A rollback begins with the next check.'
      : ` The operator cannot roll it back: ${source.because}`
  }`;
}

/** The same for an application; `rollback` is the open one, or the one whose Abort locks it. */
export function explainApplication(
  record: ApplicationRecord,
  rollback: Rollback | undefined,
  now: number,
  policy: Policy,
): string {
  if (!rollback || rollback.state.name === 'Idle') {
    return withoutRollback(record);
  }
  if (
    rollback.state.name === 'Abort' &&
    record.lastCheck.health !== 'Degraded'
  ) {
    return `${withoutRollback(record)} ${explainRollback(
      rollback,
      now,
      policy,
    )}`;
  }
  return explainRollback(rollback, now, policy);
}
