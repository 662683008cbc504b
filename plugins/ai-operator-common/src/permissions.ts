import { createPermission } from '@backstage/plugin-permission-common';

/** Seeing applications, rollbacks and their evidence. @public */
export const aiOperatorReadPermission = createPermission({
  name: 'ai-operator.read',
  attributes: { action: 'read' },
});

/** All permissions of AI Operator. @public */
export const aiOperatorPermissions = [aiOperatorReadPermission];
