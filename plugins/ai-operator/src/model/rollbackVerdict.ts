import type {
  RollbackSummary,
  RollbackDetail,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import type { StatusIconName, Tone } from './tone';
import {
  OUTCOME_TITLES,
  REASON_TITLES,
  shortRevision,
  STATE_WAITS_FOR,
} from './words';

/** What a tired person reads first: one sentence, one colour, one picture. */
export interface Headline {
  tone: Tone;
  icon: StatusIconName;
  text: string;
  /** The operator's own sentence, where it says more. */
  detail?: string;
  /** When this ends by itself, ms epoch. */
  deadlineAt?: number;
}

type Rollback = RollbackSummary &
  Partial<Pick<RollbackDetail, 'targetRevision' | 'escalation' | 'checks'>>;

const OPEN_STATES = new Set<RollbackSummary['state']>([
  'DegradationDetected',
  'CandidateResolved',
  'PRCreated',
  'AwaitingMergeApproval',
  'AwaitingHumanReview',
  'RollbackMerged',
]);

/** Whether something still happens by itself or by a person's answer. */
export function isOpen(rollback: Pick<RollbackSummary, 'state'>): boolean {
  return OPEN_STATES.has(rollback.state);
}

/** Why an aborted rollback stopped, in words. */
export function abortReason(rollback: Rollback): string {
  const reason = rollback.abortReason ?? rollback.escalation?.reason;
  return reason ? REASON_TITLES[reason] : 'the reason was not recorded';
}

function rollingBack(text: string, rollback: Rollback): Headline {
  return {
    tone: 'active',
    icon: 'working',
    text: `Rolling back: ${text}`,
    detail: rollback.explanation,
    deadlineAt: rollback.deadlineAt,
  };
}

function needsYou(text: string, rollback: Rollback): Headline {
  return {
    tone: 'warning',
    icon: 'person',
    text: `Needs you: ${text}`,
    detail: rollback.explanation,
    deadlineAt: rollback.deadlineAt,
  };
}

/** Not proven yet, queued, or searching: three phases of one state. */
function detectedHeadline(rollback: Rollback, streakNeeded?: number): Headline {
  const { confirmedAt, searchStartedAt, explanation } = rollback;
  if (searchStartedAt !== undefined) {
    return rollingBack('searching a stable candidate', rollback);
  }
  if (confirmedAt !== undefined) {
    return {
      tone: 'active',
      icon: 'waiting',
      text: 'Rolling back: waiting for its turn',
      detail: explanation,
    };
  }
  const streak = rollback.checks?.reduce(
    (newest, check) => (check.at >= newest.at ? check : newest),
    { at: 0, streak: 0 },
  ).streak;
  const counted = streakNeeded
    ? `Degraded, ${streak} of ${streakNeeded} checks`
    : `Degraded, ${streak} checks in a row`;
  return {
    tone: 'negative',
    icon: 'failed',
    text: streak ? counted : 'Degraded, not proven yet',
    detail: explanation,
  };
}

/** What happens is only told, not done (mode `observe`). */
function observing(explanation: string): Headline {
  return {
    tone: 'neutral',
    icon: 'paused',
    text: 'Would roll back, but only observes',
    detail: explanation,
  };
}

/** The headline of one rollback. */
export function rollbackHeadline(
  rollback: Rollback,
  streakNeeded?: number,
): Headline {
  const pr = rollback.pullRequest
    ? ` pull request #${rollback.pullRequest.number}`
    : ' the rollback';
  switch (rollback.state) {
    case 'DegradationDetected':
      return detectedHeadline(rollback, streakNeeded);
    case 'CandidateResolved':
      return rollback.dryRun === undefined
        ? rollingBack('opening the pull request', rollback)
        : observing(rollback.explanation);
    case 'PRCreated':
      return rollback.needsHuman
        ? needsYou(`look at${pr}`, rollback)
        : rollingBack('waiting for CI', rollback);
    case 'AwaitingMergeApproval':
      return rollback.needsHuman
        ? needsYou(`approve and merge${pr}`, rollback)
        : rollingBack('checking the invariants before the merge', rollback);
    case 'AwaitingHumanReview':
      return needsYou(`review${pr}`, rollback);
    case 'RollbackMerged':
      return {
        ...rollingBack('', rollback),
        text: rollback.targetRevision
          ? `Rolled back to ${shortRevision(
              rollback.targetRevision,
            )}: waiting for recovery`
          : 'Rollback merged: waiting for recovery',
      };
    case 'RollbackComplete':
      return {
        tone: 'positive',
        icon: 'ok',
        text: rollback.targetRevision
          ? `Recovered: rolled back to ${shortRevision(
              rollback.targetRevision,
            )}`
          : 'Recovered: the rollback is complete',
        detail: rollback.explanation,
      };
    case 'Abort':
      return {
        tone: 'negative',
        icon: rollback.needsHuman ? 'person' : 'failed',
        text: `Aborted: ${abortReason(rollback)}`,
        detail: rollback.explanation,
      };
    case 'Idle':
      return {
        tone: rollback.outcome === 'reset' ? 'neutral' : 'positive',
        icon: rollback.outcome === 'reset' ? 'none' : 'ok',
        text: rollback.outcome ? OUTCOME_TITLES[rollback.outcome] : 'Ended',
        detail: rollback.explanation,
      };
    default:
      return {
        tone: 'neutral',
        icon: 'unknown',
        text: STATE_WAITS_FOR[rollback.state],
        detail: rollback.explanation,
      };
  }
}
