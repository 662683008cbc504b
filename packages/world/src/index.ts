export * from './argocd';
export * from './cast';
export * from './clock';
export * from './control';
export * from './credentials';
export * from './deployments';
export {
  type ElasticIndex,
  type Elasticsearch,
  type Principal as ElasticPrincipal,
  type Rights as ElasticRights,
  type StoredDocument,
} from './elasticsearch';
export * from './faults';
export {
  type Acting,
  createGitHub,
  type GitHubServer,
  type IssueSummary,
  type PullSummary,
  type WebhookConfig,
  type WebhookControl,
  type WebhookDelivery,
} from './github';
export { ClusterPermissions, type ClusterRule } from './kubernetes';
export {
  INCIDENT_LIMIT,
  type PagedIncident,
  type Page,
  type PagerService,
} from './pager';
export {
  type Slack,
  type SlackChannel,
  type SlackContent,
  type SlackMessage,
  type SlackUser,
} from './slack';
export * from './types';
export { createWorld, DEFAULT_PORT, startWorld } from './world';
