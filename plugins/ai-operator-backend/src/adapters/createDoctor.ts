import { DefaultGithubCredentialsProvider } from '@backstage/integration';
import { DoctorPort } from '../ports';
import { ArgoCdDoctor } from './argocd';
import { ElasticsearchDoctor } from './elasticsearch';
import { GitHubClient, GitHubDoctor, Repositories } from './github';
import { CallEnvironment } from './http';
import { KubernetesDoctor } from './kubernetes';
import { kubernetesTransport } from './kubernetesTransport';
import { NotificationsDoctor } from './notifications';
import { PrometheusDoctor } from './prometheus';
import { readIntegrations } from './readIntegrations';
import { AdapterOptions } from './types';

/** What the doctor looks with: the same configuration and credentials as the operator's own adapters. Connects to nothing yet. */
export function createDoctor(options: AdapterOptions): DoctorPort {
  const { config, clock, sleep, metrics, discovery, auth } = options;
  const environment: CallEnvironment = { clock, sleep, metrics };
  const integrations = readIntegrations(options);
  const credentials =
    options.githubCredentials ??
    DefaultGithubCredentialsProvider.fromIntegrations(integrations);
  const argocd = new ArgoCdDoctor(config.argocd, environment);
  const kubernetes = new KubernetesDoctor(
    config.kubernetes,
    kubernetesTransport(options),
    environment,
  );
  const gitHubClient = (cacheEntries: number) =>
    new GitHubClient({
      credentials,
      config: { ...config.github, cacheEntries },
      clock,
      metrics,
    });
  const github = new GitHubDoctor(
    {
      // A kept answer has no headers, and those tell of clock and scopes.
      client: gitHubClient(0),
      credentials,
      integrations,
      requestTimeout: config.github.requestTimeout,
    },
    gitHubClient(config.github.cacheEntries),
    new Repositories(integrations),
    environment,
  );
  const prometheus = new PrometheusDoctor(
    config.prometheus,
    config.candidates.uptimeWindow,
    environment,
  );
  const elasticsearch = new ElasticsearchDoctor(
    config.audit.elasticsearch,
    environment,
  );
  const notifications = new NotificationsDoctor(
    { discovery, auth },
    environment,
  );
  return {
    argocd: (request, call) => argocd.examine(request, call),
    kubernetes: (request, call) => kubernetes.examine(request, call),
    clusterOf: ref => kubernetes.clusterOf(ref),
    gitHubAccount: (request, call) => github.account(request, call),
    gitHubAccountOf: repository => github.accountOf(repository),
    gitHubRepository: (request, call) => github.repository(request, call),
    prometheus: call => prometheus.examine(call),
    elasticsearch: call => elasticsearch.examine(call),
    notifications: call => notifications.examine(call),
  };
}
