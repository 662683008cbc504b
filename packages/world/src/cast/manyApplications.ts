import { COMPANY } from './company';
import type { CastDefinition, ServiceDefinition } from './types';

/**
 * A cast of `count` applications on one instance, without git repositories:
 * for benchmarks of what reads them. They are named `app-00000` and so on.
 */
export function manyApplications(count: number): CastDefinition {
  const services = Array.from(
    { length: count },
    (_, index): ServiceDefinition => {
      const name = `app-${String(index).padStart(5, '0')}`;
      return {
        name,
        title: name,
        description: 'One of many.',
        owner: 'platform',
        system: 'platform',
        namespace: `team-${index % 100}`,
        deployments: [{ name, replicas: 2 }],
        environments: { staging: {} },
        source: { kind: 'none' },
      };
    },
  );
  return {
    ...COMPANY,
    instances: COMPANY.instances.filter(
      instance => instance.environment === 'staging',
    ),
    services,
    repositories: [],
  };
}
