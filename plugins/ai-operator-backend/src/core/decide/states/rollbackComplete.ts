import { Decision } from '../../decision';
import { endIdle, stay } from '../answers';
import { Facts, StateNamed } from '../context';

/** The result stays visible for a moment, then the application is free for a new rollback. */
export function decideRollbackComplete(
  facts: Facts<StateNamed<'RollbackComplete'>>,
): Decision {
  const { state, now, policy } = facts;
  return now - state.enteredAt >= policy.timing.completeArchive
    ? endIdle(
        facts,
        'archived',
        'completed',
        `Rolled back to ${state.target.sha.slice(0, 7)} and Healthy`,
      )
    : stay(facts, 'The rollback is complete');
}
