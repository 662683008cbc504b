import {
  ACTION_OF_COMMAND,
  explainRefusal,
  HUMAN_COMMANDS,
  HumanCommandName,
  mayDo,
  Role,
  RollbackStateName,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { Rollback } from '../rollback';
import { pullRequestOf } from '../stateFacts';

/** Whether a command may be given; `because` says what will happen, or why not and who could. */
export type CommandJudgement =
  | { allowed: true; because: string }
  | { allowed: false; code: 'ROLE' | 'STATE'; because: string };

const BEFORE_MERGE: readonly RollbackStateName[] = [
  'DegradationDetected',
  'CandidateResolved',
  'PRCreated',
  'AwaitingMergeApproval',
  'AwaitingHumanReview',
];

const WHEN: Record<HumanCommandName, readonly RollbackStateName[]> = {
  APPROVE: ['PRCreated', 'AwaitingMergeApproval', 'AwaitingHumanReview'],
  ABORT: BEFORE_MERGE,
  MANUAL: [...BEFORE_MERGE, 'RollbackMerged'],
  RESET: ['Abort'],
};

function prOf({ state }: Rollback): string {
  const pullRequest = pullRequestOf(state);
  return pullRequest ? `#${pullRequest.number}` : 'the pull request';
}

/** Why the command means nothing in this state; undefined when it fits. */
export function doesNotFit(
  rollback: Rollback,
  command: HumanCommandName,
): string | undefined {
  const { state, environment } = rollback;
  if (state.name === 'Idle') {
    return 'This rollback has ended: nothing is left to decide';
  }
  if (state.name === 'Abort' && command !== 'RESET') {
    return 'This rollback has been aborted: the only thing left to do is to reset it';
  }
  if (command === 'RESET' && state.name !== 'Abort') {
    return 'Only an aborted rollback can be reset; this one is still under way: abort it or take it over';
  }
  if (!WHEN[command].includes(state.name)) {
    switch (command) {
      case 'APPROVE':
        return pullRequestOf(state)
          ? `${prOf(rollback)} is merged already: there is nothing to approve`
          : 'There is no pull request to approve yet';
      case 'ABORT':
        return `${prOf(
          rollback,
        )} is merged already: take the rollback over if the operator should stop watching it`;
      default:
        return `The rollback is in ${state.name}: there is nothing to take over`;
    }
  }
  if (
    command === 'APPROVE' &&
    environment === 'staging' &&
    state.name !== 'AwaitingHumanReview'
  ) {
    return 'In staging the operator merges by itself when all invariants hold; nobody has been asked to approve';
  }
  return undefined;
}

function whatHappens(rollback: Rollback, command: HumanCommandName): string {
  const { application, environment } = rollback;
  const pr = prOf(rollback);
  const hasPr = pullRequestOf(rollback.state) !== undefined;
  switch (command) {
    case 'APPROVE':
      return environment === 'production'
        ? `Your approval of ${pr} is recorded for exactly its present commit. The operator merges it as soon as I2 to I8 hold and GitHub allows it.`
        : `The operator merges ${pr} if all invariants hold now; until they do, it keeps waiting.`;
    case 'ABORT':
      return `The rollback ends here${
        hasPr && rollback.state.name !== 'RollbackMerged'
          ? ` and ${pr} is closed`
          : ''
      }. ${
        application.name
      } stays as it is, and no new rollback begins until a senior maintainer resets it.`;
    case 'MANUAL':
      return `You take over${
        hasPr && rollback.state.name !== 'RollbackMerged'
          ? `: ${pr} is closed`
          : ''
      }. The operator leaves ${
        application.name
      } alone until it is Healthy again or somebody resets it.`;
    default:
      return `${application.name} is free again: if it is still degraded, a new rollback begins with new proof.`;
  }
}

/**
 * Whether a person with these roles may give this command now (seed §2.2, §8.2;
 * SPEC §5, §7). Asked at every door before the command is recorded, whatever
 * the permission policy says.
 */
export function judgeCommand(
  rollback: Rollback,
  command: HumanCommandName,
  roles: readonly Role[],
): CommandJudgement {
  const action = ACTION_OF_COMMAND[command];
  if (!mayDo(action, roles)) {
    return {
      allowed: false,
      code: 'ROLE',
      because: explainRefusal(action, roles, rollback.environment),
    };
  }
  const unfit = doesNotFit(rollback, command);
  return unfit === undefined
    ? { allowed: true, because: whatHappens(rollback, command) }
    : { allowed: false, code: 'STATE', because: unfit };
}

/** Every command with its judgement, for the portal's buttons. */
export function allowedActions(
  rollback: Rollback,
  roles: readonly Role[],
): Array<{ action: HumanCommandName; allowed: boolean; because: string }> {
  return HUMAN_COMMANDS.map(action => {
    const { allowed, because } = judgeCommand(rollback, action, roles);
    return { action, allowed, because };
  });
}
