import type { CastDefinition, SystemDefinition } from './types';

/** Domains of the company's business. */
export const DOMAINS: CastDefinition['domains'] = [
  {
    name: 'commerce',
    title: 'Commerce',
    description: 'Selling things and getting paid',
    owner: 'storefront',
  },
  {
    name: 'operations',
    title: 'Operations',
    description: 'Moving what was sold',
    owner: 'fulfilment',
  },
  {
    name: 'foundation',
    title: 'Foundation',
    description: 'What everything else stands on',
    owner: 'platform',
  },
];

/** Systems of the company; each is a project in Argo CD. */
export const SYSTEMS: SystemDefinition[] = [
  {
    name: 'payments',
    title: 'Payments',
    description: 'Charges, refunds and the books',
    domain: 'commerce',
    owner: 'payments',
  },
  {
    name: 'storefront',
    title: 'Storefront',
    description: 'The shop itself',
    domain: 'commerce',
    owner: 'storefront',
  },
  {
    name: 'fulfilment',
    title: 'Fulfilment',
    description: 'Stock, parcels and returns',
    domain: 'operations',
    owner: 'fulfilment',
  },
  {
    name: 'insights',
    title: 'Insights',
    description: 'Search, recommendations and reports',
    domain: 'commerce',
    owner: 'insights',
  },
  {
    name: 'platform',
    title: 'Platform',
    description: 'Identity, messages and the way in',
    domain: 'foundation',
    owner: 'platform',
  },
];
