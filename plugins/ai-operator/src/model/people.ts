import {
  ACTION_OF_COMMAND,
  mayDo,
  PERMISSION_MATRIX,
  ROLES,
  roleWords,
  type Actor,
  type HumanCommandName,
  type Person,
  type Role,
  type RollbackDetail,
  type RollbackSummary,
} from '@ai-operator/backstage-plugin-ai-operator-common';

/** What tells who has to decide: the backend's own judgement in details, the caller's roles in lists. */
type Decidable = Pick<RollbackSummary, 'state' | 'needsHuman'> &
  Partial<Pick<RollbackDetail, 'allowedActions'>>;

/** The command that a rollback which needs a person waits for; undefined when no command would help. */
export function commandNeeded(
  rollback: Pick<RollbackSummary, 'state' | 'needsHuman'>,
): HumanCommandName | undefined {
  if (!rollback.needsHuman) return undefined;
  switch (rollback.state) {
    case 'AwaitingMergeApproval':
    case 'AwaitingHumanReview':
      return 'APPROVE';
    case 'Abort':
      return 'RESET';
    default:
      return undefined;
  }
}

/**
 * Whether the caller may give the command the rollback waits for: by the
 * backend's judgement where it is known, else by the caller's roles; false
 * when neither is known, so that nobody is called in vain.
 */
export function isNeeded(
  rollback: Decidable,
  roles: readonly Role[] = [],
): boolean {
  const command = commandNeeded(rollback);
  if (command === undefined) return rollback.needsHuman;
  const judged = rollback.allowedActions?.find(
    ({ action }) => action === command,
  );
  return judged?.allowed ?? mayDo(ACTION_OF_COMMAND[command], roles);
}

/** Who could give a command, by the permission matrix: `a senior maintainer`. */
export function whoCould(command: HumanCommandName): string {
  const actors: readonly Actor[] =
    PERMISSION_MATRIX[ACTION_OF_COMMAND[command]];
  return ROLES.filter(role => actors.includes(role))
    .map(role => `${role === 'admin' ? 'an' : 'a'} ${roleWords(role)}`)
    .join(' or ');
}

/** Rollbacks that need a person: first those the caller can act on, then those that wait for somebody else. */
export function splitByNeed<T extends Decidable>(
  rollbacks: readonly T[],
  roles: readonly Role[],
): { mine: T[]; others: T[] } {
  return {
    mine: rollbacks.filter(rollback => isNeeded(rollback, roles)),
    others: rollbacks.filter(rollback => !isNeeded(rollback, roles)),
  };
}

/** A person in one word: the name of the User in the catalog, else the GitHub login. */
export function personName({ entityRef, login }: Person): string {
  return (
    entityRef?.slice(entityRef.lastIndexOf('/') + 1) ?? login ?? 'Somebody'
  );
}
