import type {
  Role,
  RollbackSummary,
  RollbackDetail,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { COMMAND_WORDS, pendingCommand } from './commands';
import { commandNeeded, isNeeded, personName, whoCould } from './people';
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
  /** Who has to do something, where `text` tells something else. */
  need?: string;
  /** The operator's own sentence, where it says more. */
  detail?: string;
  /** When this ends by itself, ms epoch. */
  deadlineAt?: number;
}

type Rollback = RollbackSummary &
  Partial<
    Pick<
      RollbackDetail,
      | 'targetRevision'
      | 'escalation'
      | 'checks'
      | 'allowedActions'
      | 'commands'
      | 'githubDemands'
      | 'verdicts'
    >
  >;

/** What the caller is, for the difference between "needs you" and "needs somebody". */
export interface HeadlineOptions {
  /** How many degraded checks in a row prove a degradation. */
  streakNeeded?: number;
  /** Roles of the caller; not needed where the rollback carries `allowedActions`. */
  roles?: readonly Role[];
}

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

/** Who gave the command that ended it, where that is known. */
function whoEndedIt({ commands = [] }: Rollback): string | undefined {
  const ending = commands.filter(
    ({ command, result }) =>
      result === 'accepted' && (command === 'ABORT' || command === 'MANUAL'),
  );
  const last = ending.at(-1);
  return last && personName(last.person);
}

function abortedText(rollback: Rollback): string {
  const who = whoEndedIt(rollback);
  if (rollback.abortReason === 'MANUAL_TAKEOVER') {
    return `Taken over by ${who ?? 'a person'}`;
  }
  return rollback.abortReason === 'ABORTED_BY_HUMAN' && who
    ? `Aborted by ${who}`
    : `Aborted: ${abortReason(rollback)}`;
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

/** Calls the caller when they may do it, else says who could. */
function whoIsNeeded(rollback: Rollback, roles?: readonly Role[]): string {
  const command = commandNeeded(rollback);
  if (isNeeded(rollback, roles)) return 'Needs you';
  return command ? `Needs ${whoCould(command)}` : 'Needs a person';
}

function needsPerson(
  text: string,
  rollback: Rollback,
  { roles }: HeadlineOptions,
): Headline {
  const mine = isNeeded(rollback, roles);
  return {
    tone: 'warning',
    icon: mine ? 'person' : 'waiting',
    text: `${whoIsNeeded(rollback, roles)}: ${text}`,
    detail: rollback.explanation,
    deadlineAt: rollback.deadlineAt,
  };
}

/** Somebody has decided, and the operator has not looked yet. */
function decidedHeadline(rollback: Rollback): Headline | undefined {
  const pending = pendingCommand(rollback.commands);
  return pending?.command
    ? {
        tone: 'active',
        icon: 'working',
        text: `${personName(pending.person)} ${
          COMMAND_WORDS[pending.command].past
        }: the operator acts on it with its next look`,
        detail: rollback.explanation,
        deadlineAt: rollback.deadlineAt,
      }
    : undefined;
}

function approvalHeadline(
  pr: string,
  rollback: Rollback,
  options: HeadlineOptions,
): Headline {
  if (!rollback.needsHuman) {
    return rollingBack('checking the invariants before the merge', rollback);
  }
  if (rollback.verdicts?.approval?.result !== 'holds') {
    return needsPerson(`approve${pr}`, rollback, options);
  }
  return rollback.githubDemands?.length
    ? {
        tone: 'warning',
        icon: 'waiting',
        text: `Approved, but GitHub does not let${pr} be merged yet`,
        detail: rollback.explanation,
        deadlineAt: rollback.deadlineAt,
      }
    : {
        ...rollingBack('', rollback),
        text: 'Approved: checking the invariants before the merge',
      };
}

function abortedHeadline(
  rollback: Rollback,
  { roles }: HeadlineOptions,
): Headline {
  const takenOver = rollback.abortReason === 'MANUAL_TAKEOVER';
  const until = takenOver ? ', if it does not become Healthy by itself' : '';
  let icon: StatusIconName = rollback.needsHuman ? 'person' : 'failed';
  if (takenOver) icon = 'paused';
  return {
    tone: takenOver ? 'warning' : 'negative',
    icon,
    text: abortedText(rollback),
    need: rollback.needsHuman
      ? `${whoIsNeeded(rollback, roles)}: reset it once it is mended${until}`
      : undefined,
    detail: rollback.explanation,
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
  options: HeadlineOptions = {},
): Headline {
  const decided = decidedHeadline(rollback);
  if (decided) return decided;
  const pr = rollback.pullRequest
    ? ` pull request #${rollback.pullRequest.number}`
    : ' the rollback';
  switch (rollback.state) {
    case 'DegradationDetected':
      return detectedHeadline(rollback, options.streakNeeded);
    case 'CandidateResolved':
      return rollback.dryRun === undefined
        ? rollingBack('opening the pull request', rollback)
        : observing(rollback.explanation);
    case 'PRCreated':
      return rollback.needsHuman
        ? needsPerson(`look at${pr}`, rollback, options)
        : rollingBack('waiting for CI', rollback);
    case 'AwaitingMergeApproval':
      return approvalHeadline(pr, rollback, options);
    case 'AwaitingHumanReview':
      return needsPerson(`review${pr}`, rollback, options);
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
      return abortedHeadline(rollback, options);
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
