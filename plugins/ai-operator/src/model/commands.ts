import type {
  AllowedAction,
  HumanCommandName,
  HumanCommandView,
  RollbackDetail,
  RollbackStateName,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import type { Look } from './tone';

/** How a command is called in the portal. */
export const COMMAND_WORDS: Record<
  HumanCommandName,
  {
    /** On the button. */
    action: string;
    /** As title of the dialog. */
    question: string;
    /** After a person's name. */
    past: string;
  }
> = {
  APPROVE: {
    action: 'Approve',
    question: 'Approve this rollback?',
    past: 'approved',
  },
  ABORT: { action: 'Abort', question: 'Abort this rollback?', past: 'aborted' },
  MANUAL: {
    action: 'Take over',
    question: 'Take this rollback over?',
    past: 'took over',
  },
  RESET: { action: 'Reset', question: 'Reset this rollback?', past: 'reset' },
};

/** Where a person spoke. */
export const SOURCE_WORDS: Record<HumanCommandView['source'], string> = {
  portal: 'in the portal',
  issue: 'on the escalation issue',
  review: 'as a review on GitHub',
};

export const COMMAND_LOOKS: Record<HumanCommandView['result'], Look> = {
  pending: { tone: 'active', icon: 'waiting', word: 'Recorded' },
  accepted: { tone: 'positive', icon: 'ok', word: 'Accepted' },
  refused: { tone: 'negative', icon: 'failed', word: 'Refused' },
  withdrawn: { tone: 'neutral', icon: 'none', word: 'Withdrawn' },
};

const BEFORE_MERGE: HumanCommandName[] = ['ABORT', 'MANUAL'];

/** Commands people look for in a state: shown even when the caller may not give them. */
const EXPECTED: Record<RollbackStateName, HumanCommandName[]> = {
  Idle: [],
  DegradationDetected: BEFORE_MERGE,
  CandidateResolved: BEFORE_MERGE,
  PRCreated: BEFORE_MERGE,
  AwaitingMergeApproval: BEFORE_MERGE,
  AwaitingHumanReview: ['APPROVE', ...BEFORE_MERGE],
  RollbackMerged: ['MANUAL'],
  RollbackComplete: [],
  Abort: ['RESET'],
};

function isExpected(
  { state, environment }: RollbackDetail,
  action: HumanCommandName,
): boolean {
  const approvable =
    environment === 'production' &&
    (state === 'PRCreated' || state === 'AwaitingMergeApproval');
  return (
    EXPECTED[state].includes(action) || (action === 'APPROVE' && approvable)
  );
}

/** The buttons of a rollback: what is allowed, and what a person would look for and is told why not. */
export function offeredActions(rollback: RollbackDetail): AllowedAction[] {
  return rollback.allowedActions.filter(
    ({ action, allowed }) => allowed || isExpected(rollback, action),
  );
}

/** The command that was recorded last and that the operator has not acted on yet. */
export function pendingCommand(
  commands: readonly HumanCommandView[] = [],
): HumanCommandView | undefined {
  return commands.filter(({ result }) => result === 'pending').at(-1);
}
