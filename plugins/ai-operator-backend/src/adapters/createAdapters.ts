import { DefaultGithubCredentialsProvider } from '@backstage/integration';
import { ARGOCD_CALLS, HttpArgoCd } from './argocd';
import { AUDIT_FILE_CALLS } from './auditFile';
import { ELASTICSEARCH_CALLS } from './elasticsearch';
import { GitHub, GITHUB_CALLS, GitHubClient, Repositories } from './github';
import { CallEnvironment, checkRetryTable } from './http';
import { Kubernetes, KUBERNETES_CALLS } from './kubernetes';
import { kubernetesTransport } from './kubernetesTransport';
import { Prometheus, PROMETHEUS_CALLS } from './prometheus';
import { readIntegrations } from './readIntegrations';
import { watchBudget } from './watchBudget';
import { AdapterOptions, Adapters } from './types';

/** Calls made by what is put together elsewhere: people, notifications, the pager, the doctor. */
export const CALLS_MADE_ELSEWHERE = [
  'catalog.readPeople',
  'notifications.send',
  'pager.page',
  'doctor.argocd',
  'doctor.kubernetes',
  'doctor.github',
  'doctor.prometheus',
  'doctor.elasticsearch',
  'doctor.notifications',
] as const;

/**
 * Everything outside, behind ports. Connects to nothing yet: a system that is
 * down shows in its calls.
 */
export function createAdapters(options: AdapterOptions): Adapters {
  checkRetryTable([
    ...ARGOCD_CALLS,
    ...GITHUB_CALLS,
    ...KUBERNETES_CALLS,
    ...PROMETHEUS_CALLS,
    ...ELASTICSEARCH_CALLS,
    ...AUDIT_FILE_CALLS,
    ...CALLS_MADE_ELSEWHERE,
  ]);
  const { config, clock, sleep } = options;
  const metrics = watchBudget(
    options.metrics,
    options.logger,
    config.githubBudget.warn,
  );
  const environment: CallEnvironment = { clock, sleep, metrics };
  const integrations = readIntegrations(options);
  return {
    argocd: new HttpArgoCd(config.argocd, environment),
    kubernetes: new Kubernetes(
      config.kubernetes,
      kubernetesTransport(options),
      environment,
    ),
    github: new GitHub(
      new GitHubClient({
        credentials:
          options.githubCredentials ??
          DefaultGithubCredentialsProvider.fromIntegrations(integrations),
        config: config.github,
        clock,
        metrics,
      }),
      new Repositories(integrations),
      environment,
    ),
    metricsSource: new Prometheus(config.prometheus, environment),
  };
}
