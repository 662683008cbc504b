import {
  DefaultGithubCredentialsProvider,
  ScmIntegrations,
} from '@backstage/integration';
import { ConfigReader } from '@backstage/config';
import { ARGOCD_CALLS, HttpArgoCd } from './argocd';
import { GitHub, GITHUB_CALLS, GitHubClient, Repositories } from './github';
import { CallEnvironment, checkRetryTable } from './http';
import {
  createKubeconfigTransport,
  createProxyTransport,
  Kubernetes,
  KUBERNETES_CALLS,
  loadClientNode,
} from './kubernetes';
import { Prometheus, PROMETHEUS_CALLS } from './prometheus';
import { watchBudget } from './watchBudget';
import { AdapterOptions, Adapters } from './types';

/** The configuration's own check reports what is wrong here; the backend starts all the same. */
function readIntegrations({ rootConfig, logger }: AdapterOptions) {
  try {
    return ScmIntegrations.fromConfig(rootConfig);
  } catch (error) {
    logger.error(
      `'integrations' cannot be read, so no repository can be reached: ${error}`,
    );
    return ScmIntegrations.fromConfig(new ConfigReader({}));
  }
}

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
  ]);
  const { config, clock, sleep, discovery, auth } = options;
  const metrics = watchBudget(options.metrics, options.logger);
  const environment: CallEnvironment = { clock, sleep, metrics };
  const integrations = readIntegrations(options);
  const { kubernetes } = config;
  const transport =
    kubernetes.transport === 'proxy'
      ? createProxyTransport({
          discovery,
          auth,
          clock,
          requestTimeout: kubernetes.requestTimeout,
        })
      : createKubeconfigTransport({
          kubeconfigPath: kubernetes.kubeconfigPath,
          requestTimeout: kubernetes.requestTimeout,
          load: options.loadKubernetesClient ?? loadClientNode,
        });
  return {
    argocd: new HttpArgoCd(config.argocd, environment),
    kubernetes: new Kubernetes(kubernetes, transport, environment),
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
