import { Role } from '@ai-operator/backstage-plugin-ai-operator-common';

/** How each role is written in the configuration. */
export const ROLE_KEYS: Record<Role, string> = {
  developer: 'developer',
  approver: 'approver',
  senior_maintainer: 'seniorMaintainer',
  admin: 'admin',
};
