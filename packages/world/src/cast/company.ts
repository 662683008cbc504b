import { PAYMENT_SERVICE } from './paymentService';
import { PEOPLE, TEAMS } from './people';
import { SERVICES } from './services';
import { DOMAINS, SYSTEMS } from './systems';
import type { CastDefinition } from './types';

const CHECKS = ['test', 'lint', 'branch-protection-check'];

/** The company the world shows when nothing else is asked for: `my-org`. */
export const COMPANY: CastDefinition = {
  organization: 'my-org',
  instances: [
    { name: 'staging', environment: 'staging', cluster: 'staging' },
    { name: 'production', environment: 'production', cluster: 'production' },
  ],
  people: PEOPLE,
  teams: TEAMS,
  domains: DOMAINS,
  systems: SYSTEMS,
  services: [PAYMENT_SERVICE, ...SERVICES],
  repositories: [
    {
      name: 'operations',
      description: 'Incidents: what happened, and what people decided',
    },
  ],
  protection: {
    staging: { requiredChecks: CHECKS, requiredApprovals: 0 },
    main: {
      requiredChecks: CHECKS,
      requiredApprovals: 1,
      dismissStaleReviews: true,
    },
  },
};
