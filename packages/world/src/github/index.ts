export { createGitHub } from './createGitHub';
export * from './types';
export type { Acting } from './acting';
export type {
  WebhookConfig,
  WebhookControl,
  WebhookDelivery,
} from './webhooks/types';
