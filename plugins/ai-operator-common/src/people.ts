import { Environment, HumanCommandName } from './words';

/** Roles of people (seed §2.1). They do not contain each other: a person has those that are given. @public */
export const ROLES = [
  'developer',
  'approver',
  'senior_maintainer',
  'admin',
] as const;

/** {@inheritDoc ROLES} @public */
export type Role = (typeof ROLES)[number];

/** Who may do something: a role of people, or the operator itself. @public */
export type Actor = Role | 'ai_operator';

/**
 * The permission matrix: who may do what. The first eight rows are those of
 * seed §2.2, cell by cell; the others are seed §8.2 (only a senior maintainer
 * overrides the operator) and SPEC §5. Enforced by the backend, whatever the
 * installed permission policy says.
 * @public
 */
export const PERMISSION_MATRIX = {
  create_promotion_pr: ['developer', 'approver', 'senior_maintainer'],
  create_rollback_pr: ['senior_maintainer', 'ai_operator'],
  approve_promotion_pr: ['approver', 'senior_maintainer'],
  approve_rollback_pr: ['senior_maintainer'],
  merge_staging_rollback: ['senior_maintainer', 'ai_operator'],
  merge_production_rollback: ['senior_maintainer'],
  force_push_main: [],
  modify_branch_protection: ['senior_maintainer'],
  abort_rollback: ['senior_maintainer'],
  take_over_rollback: ['senior_maintainer'],
  reset_rollback: ['senior_maintainer'],
  pause: ['senior_maintainer', 'admin'],
} as const satisfies Record<string, readonly Actor[]>;

/** A row of {@link PERMISSION_MATRIX}. @public */
export type MatrixAction = keyof typeof PERMISSION_MATRIX;

/** The row of the matrix that decides about a command. @public */
export const ACTION_OF_COMMAND: Record<HumanCommandName, MatrixAction> = {
  APPROVE: 'approve_rollback_pr',
  ABORT: 'abort_rollback',
  MANUAL: 'take_over_rollback',
  RESET: 'reset_rollback',
};

const ROLE_WORDS: Record<Role, string> = {
  developer: 'developer',
  approver: 'approver',
  senior_maintainer: 'senior maintainer',
  admin: 'admin',
};

/** A role as people say it. @public */
export function roleWords(role: Role): string {
  return ROLE_WORDS[role];
}

const ACTION_WORDS: Record<MatrixAction, (environment: string) => string> = {
  create_promotion_pr: () => 'creating a promotion pull request',
  create_rollback_pr: () => 'opening a rollback pull request',
  approve_promotion_pr: () => 'approving a promotion',
  approve_rollback_pr: environment => `approving a${environment} rollback`,
  merge_staging_rollback: () => 'merging a staging rollback',
  merge_production_rollback: () => 'merging a production rollback',
  force_push_main: () => 'force-pushing to the main branch',
  modify_branch_protection: () => 'changing branch protection',
  abort_rollback: environment => `aborting a${environment} rollback`,
  take_over_rollback: environment => `taking over a${environment} rollback`,
  reset_rollback: environment => `resetting a${environment} rollback`,
  pause: () => 'pausing and resuming the operator',
};

/** True when one of the roles has the cell. @public */
export function mayDo(action: MatrixAction, roles: readonly Role[]): boolean {
  const allowed: readonly Actor[] = PERMISSION_MATRIX[action];
  return roles.some(role => allowed.includes(role));
}

function listWords(words: string[]): string {
  return words.length < 2
    ? words.join('')
    : `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}`;
}

/**
 * The sentence a refused person reads everywhere: "approving a production
 * rollback needs the role senior maintainer; you are approver".
 * @public
 */
export function explainRefusal(
  action: MatrixAction,
  roles: readonly Role[],
  environment?: Environment,
): string {
  const allowed: readonly Actor[] = PERMISSION_MATRIX[action];
  const needed = allowed.filter(
    (actor): actor is Role => actor !== 'ai_operator',
  );
  const words = ACTION_WORDS[action](environment ? ` ${environment}` : '');
  const you =
    roles.length === 0
      ? 'you have no role in AI Operator'
      : `you are ${roles.map(roleWords).join(' and ')}`;
  return needed.length === 0
    ? `${words} is nobody's to do; ${you}`
    : `${words} needs the role ${listWords(needed.map(roleWords))}; ${you}`;
}
