import type { PersonDefinition, TeamDefinition } from './types';

/** Teams of the company; the first three carry the roles of the operator's permission matrix. */
export const TEAMS: TeamDefinition[] = [
  {
    slug: 'senior-maintainers',
    name: 'Senior Maintainers',
    description: 'May approve and merge rollbacks of production',
    permission: 'admin',
  },
  {
    slug: 'approvers',
    name: 'Approvers',
    description: 'May approve promotions to production',
    permission: 'push',
  },
  {
    slug: 'developers',
    name: 'Developers',
    description: 'Write and deploy services',
    permission: 'push',
  },
  {
    slug: 'payments',
    name: 'Payments',
    description: 'Takes money and gives it back',
    permission: 'push',
  },
  {
    slug: 'storefront',
    name: 'Storefront',
    description: 'Everything a customer sees',
    permission: 'push',
  },
  {
    slug: 'fulfilment',
    name: 'Fulfilment',
    description: 'From the order to the doorstep',
    permission: 'push',
  },
  {
    slug: 'platform',
    name: 'Platform',
    description: 'What every other team builds on',
    permission: 'push',
  },
  {
    slug: 'insights',
    name: 'Insights',
    description: 'Reports, search and recommendations',
    permission: 'push',
  },
];

/** People of the company. */
export const PEOPLE: PersonDefinition[] = [
  {
    login: 'alice',
    name: 'Alice Martin',
    email: 'alice.martin@example.com',
    role: 'Senior maintainer',
    teams: ['senior-maintainers', 'approvers', 'platform'],
  },
  {
    login: 'erin',
    name: 'Erin Walsh',
    email: 'erin.walsh@example.com',
    role: 'Senior maintainer',
    teams: ['senior-maintainers', 'approvers', 'payments'],
  },
  {
    login: 'bob',
    name: 'Bob Okafor',
    email: 'bob.okafor@example.com',
    role: 'Approver',
    teams: ['approvers', 'storefront'],
  },
  {
    login: 'dave',
    name: 'Dave Novak',
    email: 'dave.novak@example.com',
    role: 'Developer',
    teams: ['developers', 'payments'],
  },
  {
    login: 'jane',
    name: 'Jane Doe',
    email: 'jane.doe@example.com',
    role: 'Developer',
    teams: ['developers', 'payments'],
  },
  {
    login: 'mei',
    name: 'Mei Tanaka',
    email: 'mei.tanaka@example.com',
    role: 'Developer',
    teams: ['developers', 'fulfilment'],
  },
  {
    login: 'omar',
    name: 'Omar Haddad',
    email: 'omar.haddad@example.com',
    role: 'Developer',
    teams: ['developers', 'platform'],
  },
  {
    login: 'ines',
    name: 'Inês Carvalho',
    email: 'ines.carvalho@example.com',
    role: 'Developer',
    teams: ['developers', 'insights'],
  },
];
