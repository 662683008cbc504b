import { ENVIRONMENTS } from '@ai-operator/backstage-plugin-ai-operator-common';
import { createPermissionRule } from '@backstage/plugin-permission-node';
import { z } from 'zod';
import { rollbackResourceRef } from './rollbackResource';

/**
 * Allows only what concerns rollbacks in some environments.
 * @public
 */
export const isInEnvironment = createPermissionRule({
  name: 'IS_IN_ENVIRONMENT',
  description: 'Allow rollbacks in one of these environments',
  resourceRef: rollbackResourceRef,
  paramsSchema: z.object({
    environments: z
      .array(z.enum(ENVIRONMENTS))
      .min(1)
      .describe('Environments of which the rollback must be in one'),
  }),
  apply: ({ rollback }, { environments }) =>
    environments.includes(rollback.environment),
  toQuery: ({ environments }) => ({
    key: 'environment' as const,
    values: environments,
  }),
});
