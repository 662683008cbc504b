import {
  aiOperatorAbortPermission,
  aiOperatorApprovePermission,
  aiOperatorDoctorPermission,
  aiOperatorPausePermission,
  aiOperatorReadPermission,
  aiOperatorResetPermission,
  aiOperatorTakeOverPermission,
  MatrixAction,
  mayDo,
  Role,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  AuthorizeResult,
  DefinitivePolicyDecision,
  Permission,
} from '@backstage/plugin-permission-common';

/** What decides about each of our permissions: a row of the matrix, or that somebody is signed in. */
const RULES = new Map<string, MatrixAction | 'signed_in'>([
  [aiOperatorReadPermission.name, 'signed_in'],
  [aiOperatorDoctorPermission.name, 'signed_in'],
  [aiOperatorApprovePermission.name, 'approve_rollback_pr'],
  [aiOperatorAbortPermission.name, 'abort_rollback'],
  [aiOperatorTakeOverPermission.name, 'take_over_rollback'],
  [aiOperatorResetPermission.name, 'reset_rollback'],
  [aiOperatorPausePermission.name, 'pause'],
]);

/**
 * What the permission matrix of AI Operator (seed §2.2) says about a signed-in
 * person with these roles; undefined for permissions of other plugins, which
 * are not ours to decide.
 * @public
 */
export function decideByMatrix(
  permission: Permission,
  roles: readonly Role[],
): DefinitivePolicyDecision | undefined {
  const rule = RULES.get(permission.name);
  if (rule === undefined) {
    return undefined;
  }
  const allowed = rule === 'signed_in' || mayDo(rule, roles);
  return { result: allowed ? AuthorizeResult.ALLOW : AuthorizeResult.DENY };
}
