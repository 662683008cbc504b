import { UserInfoService } from '@backstage/backend-plugin-api';
import {
  AuthorizeResult,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import {
  PermissionPolicy,
  PolicyQuery,
  PolicyQueryUser,
} from '@backstage/plugin-permission-node';
import { decideByMatrix } from './decideByMatrix';
import { OwnershipRoleTable, rolesOfOwner } from './roleTable';

/**
 * Gives people what the permission matrix of AI Operator gives their roles, and
 * allows whatever belongs to other plugins. Callers that are no signed-in user
 * get nothing of AI Operator; services are never asked about here.
 * @public
 */
export class AiOperatorPermissionPolicy implements PermissionPolicy {
  readonly #roles: OwnershipRoleTable;
  readonly #userInfo: UserInfoService;

  constructor(options: {
    roles: OwnershipRoleTable;
    userInfo: UserInfoService;
  }) {
    this.#roles = options.roles;
    this.#userInfo = options.userInfo;
  }

  async handle(
    { permission }: PolicyQuery,
    user?: PolicyQueryUser,
  ): Promise<PolicyDecision> {
    const withoutRoles = decideByMatrix(permission, []);
    if (withoutRoles === undefined) {
      return { result: AuthorizeResult.ALLOW };
    }
    if (user === undefined) {
      return { result: AuthorizeResult.DENY };
    }
    if (withoutRoles.result === AuthorizeResult.ALLOW) {
      return withoutRoles;
    }
    const { userEntityRef, ownershipEntityRefs } =
      await this.#userInfo.getUserInfo(user.credentials);
    const roles = rolesOfOwner(this.#roles, [
      userEntityRef,
      ...ownershipEntityRefs,
    ]);
    return decideByMatrix(permission, roles) ?? withoutRoles;
  }
}
