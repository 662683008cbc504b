import { CandidateRow } from './candidate';
import { Effect } from './effect';
import { TransitionId } from './decide/transitions';
import { Rollback, RollbackState, VerdictSet } from './rollback';

/** What came of a person's command; written with the decision, told to the person. */
export interface CommandAnswer {
  id: string;
  result: 'accepted' | 'refused';
  because: string;
}

/**
 * What to do about one rollback, decided from (rollback, observation, now, policy)
 * and nothing else.
 */
export interface Decision {
  /** The state from now on; the same object as before when nothing moved. */
  next: RollbackState;
  /** The row of the table of moves; set exactly when the state's name changes. */
  transition?: TransitionId;
  /** Why, for audit and portal. Present whether or not the state moved. */
  because: string;
  effects: Effect[];
  /** When to look again (ms epoch); undefined only for a rollback that has ended. */
  wakeAt: number | undefined;
  /** Stored with the rollback when present. */
  candidates?: { searchedAt: number; rows: CandidateRow[] };
  verdicts?: VerdictSet;
  escalation?: Omit<NonNullable<Rollback['escalation']>, 'issueUrl'>;
  /** Answers to the commands that were pending. */
  answers?: CommandAnswer[];
}

/** States in which nothing more happens by itself; `Abort` additionally locks the application until reset. */
export function hasEnded(rollback: Pick<Rollback, 'state'>): boolean {
  return rollback.state.name === 'Idle' || rollback.state.name === 'Abort';
}

/** True when nothing good happens until a person does something: a decision, an approval, or a reset. */
export function needsHuman({
  state,
  environment,
}: Pick<Rollback, 'state' | 'environment'>): boolean {
  return (
    state.name === 'AwaitingHumanReview' ||
    state.name === 'Abort' ||
    (state.name === 'AwaitingMergeApproval' && environment === 'production')
  );
}
