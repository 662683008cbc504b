import { createRouteRef, createSubRouteRef } from '@backstage/core-plugin-api';

/** The fleet page. @public */
export const rootRouteRef = createRouteRef({ id: 'ai-operator' });

/** One rollback, addressed by its correlationId. @public */
export const rollbackRouteRef = createSubRouteRef({
  id: 'ai-operator/rollback',
  parent: rootRouteRef,
  path: '/rollbacks/:correlationId',
});

/** What the operator may do, how its connections are, and how to mend them. @public */
export const doctorRouteRef = createSubRouteRef({
  id: 'ai-operator/doctor',
  parent: rootRouteRef,
  path: '/doctor',
});

/** The tab of a component. @public */
export const entityContentRouteRef = createRouteRef({
  id: 'ai-operator/entity',
});
