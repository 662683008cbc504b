import {
  AuthService,
  DiscoveryService,
  LoggerService,
  RootConfigService,
} from '@backstage/backend-plugin-api';
import { GithubCredentialsProvider } from '@backstage/integration';
import { OperatorConfig } from '../config';
import {
  ArgoCdPort,
  Clock,
  GitHubPort,
  KubernetesPort,
  MetricsSourcePort,
  PortErrorCode,
} from '../ports';

/** Waits; rejects with the signal's reason when aborted. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

/** Told about every finished external call, retries included, once. */
export interface CallMetrics {
  /** `INTERNAL` is a fault of our own, not of the other side. */
  observe(
    name: string,
    durationMs: number,
    errorCode?: PortErrorCode | 'INTERNAL',
  ): void;
  /** What GitHub says is left of a request budget; `resetAt` is ms epoch. */
  githubBudget?(budget: {
    host: string;
    resource: string;
    limit: number;
    remaining: number;
    resetAt: number;
  }): void;
}

export interface AdapterOptions {
  config: OperatorConfig;
  /** Read for `integrations` only. */
  rootConfig: RootConfigService;
  clock: Clock;
  sleep: Sleep;
  logger: LoggerService;
  discovery: DiscoveryService;
  auth: AuthService;
  metrics: CallMetrics;
  /** Default: from `integrations.github`, shared by all calls and asked for each. */
  githubCredentials?: GithubCredentialsProvider;
  /** Default: a dynamic import of `@kubernetes/client-node`, which is an ES module. */
  loadKubernetesClient?: () => Promise<
    typeof import('@kubernetes/client-node')
  >;
}

/** The outside world, behind ports. */
export interface Adapters {
  argocd: ArgoCdPort;
  kubernetes: KubernetesPort;
  github: GitHubPort;
  metricsSource: MetricsSourcePort;
}

/** Shape of `createAdapters` in `./index`. Throws only on mistakes in this code, never because a system is down. */
export type CreateAdapters = (options: AdapterOptions) => Adapters;
