import {
  createConditionAuthorizer,
  createConditionExports,
} from '@backstage/plugin-permission-node';
import { PolicyDecision } from '@backstage/plugin-permission-common';
import { isEntityOwner } from './isEntityOwner';
import { isInEnvironment } from './isInEnvironment';
import { RollbackResource, rollbackResourceRef } from './rollbackResource';

/**
 * By what a policy can narrow who decides about a rollback.
 * @public
 */
export const rollbackRules = { isInEnvironment, isEntityOwner };

const exported = createConditionExports({
  resourceRef: rollbackResourceRef,
  rules: rollbackRules,
});

/**
 * The rules as conditions, for policies.
 * @public
 */
export const rollbackConditions = exported.conditions;

/**
 * A decision that depends on the rollback, for policies.
 * @public
 */
export const createRollbackConditionalDecision =
  exported.createConditionalDecision;

const authorize = createConditionAuthorizer(Object.values(rollbackRules));

/** Whether a decision of the policy, conditional or not, lets something be done about this rollback. */
export function isAllowedFor(
  decision: PolicyDecision,
  rollback: RollbackResource,
): boolean {
  return authorize(decision, rollback);
}
