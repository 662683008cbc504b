import { createPermission } from '@backstage/plugin-permission-common';

/** Type of the resource that commands about one rollback are about. @public */
export const RESOURCE_TYPE_AI_OPERATOR_ROLLBACK = 'ai-operator-rollback';

/** Seeing applications, rollbacks and their evidence. @public */
export const aiOperatorReadPermission = createPermission({
  name: 'ai-operator.read',
  attributes: { action: 'read' },
});

/** Approving a rollback; the role table is asked as well. @public */
export const aiOperatorApprovePermission = createPermission({
  name: 'ai-operator.rollback.approve',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_AI_OPERATOR_ROLLBACK,
});

/** Aborting a rollback; the role table is asked as well. @public */
export const aiOperatorAbortPermission = createPermission({
  name: 'ai-operator.rollback.abort',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_AI_OPERATOR_ROLLBACK,
});

/** Taking a rollback over by hand; the role table is asked as well. @public */
export const aiOperatorTakeOverPermission = createPermission({
  name: 'ai-operator.rollback.take-over',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_AI_OPERATOR_ROLLBACK,
});

/** Freeing an application whose rollback was aborted; the role table is asked as well. @public */
export const aiOperatorResetPermission = createPermission({
  name: 'ai-operator.rollback.reset',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_AI_OPERATOR_ROLLBACK,
});

/** Pausing and resuming the operator, everywhere or for one application; the role table is asked as well. @public */
export const aiOperatorPausePermission = createPermission({
  name: 'ai-operator.pause',
  attributes: { action: 'update' },
});

/** Seeing what the operator may do and how its connections are. @public */
export const aiOperatorDoctorPermission = createPermission({
  name: 'ai-operator.doctor',
  attributes: { action: 'read' },
});

/** Permissions about one rollback: these can be narrowed by environment and by owner of the entity. @public */
export const aiOperatorRollbackPermissions = [
  aiOperatorApprovePermission,
  aiOperatorAbortPermission,
  aiOperatorTakeOverPermission,
  aiOperatorResetPermission,
];

/** All permissions of AI Operator. @public */
export const aiOperatorPermissions = [
  aiOperatorReadPermission,
  ...aiOperatorRollbackPermissions,
  aiOperatorPausePermission,
  aiOperatorDoctorPermission,
];
