import type {
  ApplicationDetail,
  ApplicationSummary,
  Role,
  RollbackDetail,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { isNeeded, whoCould } from './people';
import { rollbackHeadline, type Headline } from './rollbackVerdict';
import { HEALTH_LOOKS } from './tone';
import { STATE_WAITS_FOR } from './words';

type Application = ApplicationSummary & Partial<ApplicationDetail>;

/** Known replicas as `1/3`. */
export function replicasText(application: ApplicationSummary) {
  const replicas = application.replicas;
  if (!replicas) return undefined;
  return replicas.known
    ? `${replicas.available}/${replicas.desired}`
    : undefined;
}

/** A rollback that says more than the health: open, aborted (locks the application) or just complete. */
export function tellingRollback(
  application: Partial<ApplicationDetail>,
): RollbackDetail | undefined {
  const rollback = application.rollback;
  return rollback && rollback.state !== 'Idle' ? rollback : undefined;
}

function degradedHeadline(application: Application): Headline {
  const { streak, streakNeeded, explanation } = application;
  const base = {
    tone: 'negative',
    icon: 'failed',
    detail: explanation,
  } as const;
  if (streak === 0) {
    return { ...base, text: 'Degraded in Argo CD, but no replica is missing' };
  }
  if (streakNeeded !== undefined && streak < streakNeeded) {
    return { ...base, text: `Degraded, ${streak} of ${streakNeeded} checks` };
  }
  return { ...base, text: 'Degraded, and no rollback is under way' };
}

function healthHeadline(application: Application): Headline {
  const { tone, icon } = HEALTH_LOOKS[application.health];
  const base = { tone, icon, detail: application.explanation };
  const replicas = application.replicas;
  switch (application.health) {
    case 'Healthy':
      return replicas?.known && replicas.desired === 0
        ? { ...base, text: 'Healthy, scaled to zero on purpose' }
        : { ...base, text: 'Healthy' };
    case 'Progressing':
      return { ...base, text: 'Progressing: a rollout is under way' };
    case 'Suspended':
      return { ...base, text: 'Suspended on purpose' };
    case 'Missing':
      return {
        ...base,
        icon: 'person',
        text: 'Needs you: resources are missing',
      };
    case 'Unknown':
      return {
        ...base,
        icon: 'person',
        text: 'Needs you: Argo CD cannot tell the health',
      };
    case 'NotMeasured':
      return {
        ...base,
        tone: 'warning',
        text: 'The health could not be measured',
      };
    default:
      return degradedHeadline(application);
  }
}

const lowerFirst = (text: string) =>
  text.charAt(0).toLowerCase() + text.slice(1);

function isUnproven({ streak, streakNeeded }: Application): boolean {
  return streakNeeded === undefined || streak < streakNeeded;
}

type Active = NonNullable<ApplicationSummary['activeRollback']>;

/** What a person is asked for, as far as the fleet table knows the rollback; production is never merged without one (RB-08). */
function personHeadline(
  application: Application,
  { state, deadlineAt }: Active,
  roles?: readonly Role[],
): Headline | undefined {
  const { environment, explanation } = application;
  const asks =
    state === 'AwaitingHumanReview' ||
    state === 'Abort' ||
    (state === 'AwaitingMergeApproval' && environment === 'production');
  if (!asks) return undefined;
  const aborted = state === 'Abort';
  const mine = isNeeded({ state, needsHuman: true }, roles);
  const who = mine
    ? 'Needs you'
    : `Needs ${whoCould(aborted ? 'RESET' : 'APPROVE')}`;
  const approve = state === 'AwaitingMergeApproval' ? 'approve' : 'review';
  return {
    tone: aborted ? 'negative' : 'warning',
    icon: mine || aborted ? 'person' : 'waiting',
    text: aborted
      ? 'Rollback aborted, waiting for a reset'
      : `${who}: ${approve} the rollback`,
    detail: explanation,
    deadlineAt,
  };
}

function activeHeadline(
  application: Application,
  active: Active,
  roles?: readonly Role[],
): Headline {
  const { explanation: detail, mode } = application;
  if (active.state === 'DegradationDetected' && isUnproven(application)) {
    return degradedHeadline(application);
  }
  if (active.state === 'CandidateResolved' && mode === 'observe') {
    const text = 'Would roll back, but only observes';
    return { tone: 'neutral', icon: 'paused', text, detail };
  }
  return (
    personHeadline(application, active, roles) ?? {
      tone: 'active',
      icon: 'working',
      text: `Rolling back: ${lowerFirst(STATE_WAITS_FOR[active.state])}`,
      detail,
      deadlineAt: active.deadlineAt,
    }
  );
}

/**
 * The headline of one application: its rollback when there is one, else its
 * health. `roles` are the caller's, where the rollback is known in short only.
 */
export function applicationHeadline(
  application: Application,
  roles?: readonly Role[],
): Headline {
  const rollback = tellingRollback(application);
  if (rollback) {
    const { streakNeeded } = application;
    return rollbackHeadline(rollback, { streakNeeded, roles });
  }
  const active = application.activeRollback;
  return active && active.state !== 'Idle'
    ? activeHeadline(application, active, roles)
    : healthHeadline(application);
}

/**
 * What somebody opens the page for comes first: rollbacks and what is not well,
 * before applications that are. Otherwise the order stays, so that nothing
 * moves while it is read.
 */
export function byAttention<T extends Application>(
  applications: readonly T[],
): T[] {
  const rank = (application: T) =>
    tellingRollback(application) || application.health !== 'Healthy' ? 0 : 1;
  return [...applications].sort((a, b) => rank(a) - rank(b));
}
