import {
  createServiceFactory,
  createServiceRef,
  ServiceRef,
} from '@backstage/backend-plugin-api';

/** Given in place of a service that the backend does not have. */
export const NOT_PROVIDED = Symbol('not provided');

/**
 * A plugin's dependency on a service that not every backend has: those in alpha
 * come with Backstage's own set of services only. Backstage refuses to start a
 * plugin of which a dependency is missing, but a reference may bring a default
 * for that case. Services are found by id, so where the backend has this one, it
 * is what is given.
 */
export function optionalService<T>(
  ref: ServiceRef<T, 'plugin', 'singleton'>,
): ServiceRef<T | typeof NOT_PROVIDED, 'plugin', 'singleton'> {
  return createServiceRef<T | typeof NOT_PROVIDED>({
    id: ref.id,
    scope: 'plugin',
    defaultFactory: async service =>
      createServiceFactory({
        service,
        deps: {},
        factory: (): T | typeof NOT_PROVIDED => NOT_PROVIDED,
      }),
  });
}

/** The service, or undefined where the backend has none. */
export function provided<T>(service: T | typeof NOT_PROVIDED): T | undefined {
  return service === NOT_PROVIDED ? undefined : (service as T);
}
