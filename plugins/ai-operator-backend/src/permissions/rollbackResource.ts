import {
  ApplicationKey,
  Environment,
  RESOURCE_TYPE_AI_OPERATOR_ROLLBACK,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { createPermissionResourceRef } from '@backstage/plugin-permission-node';

/**
 * What a permission policy may ask about one rollback.
 * @public
 */
export interface RollbackResource {
  rollback: { environment: Environment; application: ApplicationKey };
  /** Full entity refs of the owners of the catalog entities that stand for the application; empty when none does. */
  owners: string[];
}

/**
 * The same, as a condition on many rollbacks: one of `values` must fit.
 * @public
 */
export interface RollbackQuery {
  key: 'environment' | 'owner';
  values: string[];
}

/**
 * Rollbacks as a resource of permissions; its refs are correlation ids.
 * @public
 */
export const rollbackResourceRef = createPermissionResourceRef<
  RollbackResource,
  RollbackQuery
>().with({
  pluginId: 'ai-operator',
  resourceType: RESOURCE_TYPE_AI_OPERATOR_ROLLBACK,
});
