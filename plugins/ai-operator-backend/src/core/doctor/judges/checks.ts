import { DoctorFinding } from '@ai-operator/backstage-plugin-ai-operator-common';

/**
 * Every check there is, by area: the last parts of the findings' ids, which stay
 * the same. `docs/runbooks/doctor.md` has a row for each, and a test sees to it.
 */
export const CHECKS = {
  config: ['all', 'mistake'],
  operator: ['applications', 'pause', 'rollbacks', 'outbox', 'issues', 'poll'],
  database: ['connection', 'dialect', 'clock'],
  argocd: [
    'connection',
    'version',
    'tls',
    'credentials',
    'clock',
    'rights',
    'excess',
  ],
  kubernetes: [
    'cluster',
    'connection',
    'clock',
    'rights',
    'excess',
    'left-out',
  ],
  github: [
    'credentials',
    'rights',
    'excess',
    'clock',
    'budget',
    'access',
    'issues',
    'exists',
    'checks',
    'approvals',
    'stale-approvals',
    'force-push',
    'bypass',
    'merge-queue',
    'in-use',
    'left-out',
    'webhooks',
  ],
  prometheus: ['configured', 'connection', 'ready', 'query', 'clock'],
  people: ['table', 'senior-maintainer'],
  notifications: ['recipients', 'connection'],
  pager: ['configured'],
  audit: [
    'chain',
    'shipped',
    'backlog',
    'set-aside',
    'connection',
    'version',
    'rights',
    'template',
    'lifecycle',
  ],
} as const satisfies Record<DoctorFinding['area'], readonly string[]>;

/** A check of one area. */
export type CheckId<A extends DoctorFinding['area']> =
  (typeof CHECKS)[A][number];
