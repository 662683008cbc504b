import type { ServiceDefinition } from './types';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * The service everything is shown with. The newest stable revision is two days
 * old; between it and the one running now lie a commit whose CI failed and one
 * that was up 95 % of its time.
 */
export const PAYMENT_SERVICE: ServiceDefinition = {
  name: 'payment-service',
  title: 'Payment Service',
  description: 'Charges cards and gives the money back.',
  owner: 'payments',
  system: 'payments',
  namespace: 'payments',
  deployments: [{ name: 'payment-service', replicas: 3 }],
  environments: { staging: {}, production: {} },
  history: [
    {
      key: 'initial',
      message: 'Take payments by card',
      author: 'erin',
      ageMs: 21 * DAY,
      version: '2.10.0',
      staging: { ageMs: 21 * DAY - HOUR },
      production: { ageMs: 20 * DAY },
    },
    {
      key: 'refunds',
      message: 'Refund in the currency of the charge',
      author: 'jane',
      ageMs: 12 * DAY,
      version: '2.11.0',
      staging: { ageMs: 12 * DAY - HOUR },
      production: { ageMs: 11 * DAY },
    },
    {
      key: 'idempotency',
      message: 'Honour the Idempotency-Key header',
      author: 'dave',
      ageMs: 6 * DAY,
      version: '2.12.0',
      staging: { ageMs: 6 * DAY - HOUR, uptime: 0.9991 },
      production: { ageMs: 5 * DAY, uptime: 0.9993 },
    },
    {
      key: 'stable',
      message: 'Fix payment processing bug',
      author: 'jane',
      ageMs: 2 * DAY,
      version: '2.12.1',
      staging: { ageMs: 2 * DAY - HOUR, uptime: 0.998 },
    },
    {
      key: 'failed-ci',
      message: 'Batch settlement calls',
      author: 'dave',
      ageMs: 20 * HOUR,
      version: '2.13.0',
      ci: 'failure',
    },
    {
      key: 'shaky',
      message: 'Keep connections to the bank open',
      author: 'mei',
      ageMs: 16 * HOUR,
      version: '2.13.1',
      staging: { ageMs: 15 * HOUR, uptime: 0.95 },
    },
  ],
};
