import { Question } from '../observation';
import { Policy } from '../policy';
import { Rollback } from '../rollback';

/** What I2, I3, I6, I7 and I8 look at, and whether somebody else ended the pull request. */
const ABOUT_THE_MERGE: readonly Question[] = [
  'freshHealth',
  'pullRequest',
  'ci',
  'openPullRequests',
];

/** Which facts `decide` wants for a rollback in its present state. */
export function questionsFor(
  { state, environment }: Rollback,
  _policy: Policy,
): Question[] {
  switch (state.name) {
    case 'DegradationDetected':
      return state.searchStartedAt === undefined ? [] : ['candidates'];
    case 'CandidateResolved':
      // While a pull request has been asked for, or is only observed, there is nothing to plan.
      return state.change === undefined
        ? ['freshHealth', 'manifest', 'openPullRequests']
        : [];
    case 'PRCreated':
    case 'AwaitingMergeApproval': {
      // In staging nobody is asked to approve until a question is put to people; the answer may be taken back.
      const hasAnswer =
        state.name === 'AwaitingMergeApproval' && state.answered !== undefined;
      return environment === 'production' || hasAnswer
        ? [...ABOUT_THE_MERGE, 'approvals']
        : [...ABOUT_THE_MERGE];
    }
    case 'AwaitingHumanReview':
      return [...ABOUT_THE_MERGE, 'approvals'];
    case 'RollbackMerged':
      return ['freshHealth'];
    case 'RollbackComplete':
    case 'Abort':
    case 'Idle':
      return [];
    default: {
      const never: never = state;
      throw new Error(`Unknown state ${JSON.stringify(never)}`);
    }
  }
}
