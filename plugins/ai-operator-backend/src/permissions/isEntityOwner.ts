import { createPermissionRule } from '@backstage/plugin-permission-node';
import { z } from 'zod';
import { rollbackResourceRef } from './rollbackResource';

/**
 * Allows only what concerns applications whose catalog entity one of the claims
 * owns. An application without an entity, or without an owner, is nobody's.
 * @public
 */
export const isEntityOwner = createPermissionRule({
  name: 'IS_ENTITY_OWNER',
  description:
    "Allow rollbacks of applications whose catalog entity has one of these owners; an application without one is nobody's",
  resourceRef: rollbackResourceRef,
  paramsSchema: z.object({
    claims: z
      .array(z.string())
      .describe(
        'Full entity refs, such as those the signed-in user is and belongs to',
      ),
  }),
  apply: ({ owners }, { claims }) => {
    const owned = new Set(owners.map(owner => owner.toLowerCase()));
    return claims.some(claim => owned.has(claim.toLowerCase()));
  },
  toQuery: ({ claims }) => ({ key: 'owner' as const, values: claims }),
});
