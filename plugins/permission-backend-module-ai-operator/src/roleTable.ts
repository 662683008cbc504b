import { Role, ROLES } from '@ai-operator/backstage-plugin-ai-operator-common';
import { LoggerService } from '@backstage/backend-plugin-api';
import { Config } from '@backstage/config';

/**
 * Who has which role, as far as a policy can see it: entity refs of groups and
 * users, full and in lower case.
 * @public
 */
export type OwnershipRoleTable = Record<Role, string[]>;

const ROLE_KEYS: Record<Role, string> = {
  developer: 'developer',
  approver: 'approver',
  senior_maintainer: 'seniorMaintainer',
  admin: 'admin',
};

/** `alice`, `user:alice` and `user:default/alice` are one user, as in the configuration of the operator. */
function toFullRef(text: string, kind: 'group' | 'user'): string {
  const [, writtenKind = kind, namespace = 'default', name] =
    /^(?:([^:/]+):)?(?:([^:/]+)\/)?(.*)$/.exec(text.trim().toLowerCase()) ?? [];
  return `${writtenKind}:${namespace}/${name}`;
}

/**
 * Reads `groups` and `users` of `aiOperator.roles`. What cannot be read gives
 * nobody a role: AI Operator itself reports it with its key.
 * @public
 */
export function readOwnershipRoleTable(
  config: Config,
  logger: LoggerService,
): OwnershipRoleTable {
  const readRefs = (role: Role, kind: 'group' | 'user'): string[] => {
    const key = `aiOperator.roles.${ROLE_KEYS[role]}.${kind}s`;
    try {
      return (config.getOptionalStringArray(key) ?? []).map(text =>
        toFullRef(text, kind),
      );
    } catch (error) {
      logger.warn(
        `'${key}' is not a list of entity refs, so it gives nobody a permission of AI Operator: ${error}`,
      );
      return [];
    }
  };
  const read = (role: Role) => [
    ...readRefs(role, 'group'),
    ...readRefs(role, 'user'),
  ];
  return {
    developer: read('developer'),
    approver: read('approver'),
    senior_maintainer: read('senior_maintainer'),
    admin: read('admin'),
  };
}

/**
 * The roles of somebody who is or belongs to these entities.
 * @public
 */
export function rolesOfOwner(
  table: OwnershipRoleTable,
  ownershipEntityRefs: readonly string[],
): Role[] {
  const owned = new Set(ownershipEntityRefs.map(ref => ref.toLowerCase()));
  return ROLES.filter(role => table[role].some(ref => owned.has(ref)));
}
