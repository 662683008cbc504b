import type { Express } from 'express';
import type { ArgoCd } from './argocd';
import type { CastDefinition } from './cast/types';
import type { WorldClock } from './clock';
import type { WorldControl } from './control/types';
import type { Deployments } from './deployments';
import type { Elasticsearch } from './elasticsearch';
import type { Faults } from './faults';
import type { GitHubServer, WebhookConfig } from './github';
import type { ClusterPermissions } from './kubernetes';
import type { PagerService } from './pager';
import type { Slack } from './slack';

/** What a world is made from. */
export interface WorldOptions {
  clock: WorldClock;
  /** Folder for the git repositories; what an earlier run left there is replaced. */
  dataDir: string;
  /** Default: the company of `my-org`. */
  cast?: CastDefinition;
  /** Where the world will be reached; goes into manifests and links. Default `http://localhost:4010`. */
  baseUrl?: string;
  ci?: {
    /** From a push to the end of its checks. Default 150000. */
    durationMs?: number;
  };
  github?: {
    /** Where GitHub tells of everything that happens. Default: nowhere. */
    webhook?: WebhookConfig;
  };
  argo?: {
    /** How often Argo CD looks at git by itself. Default 120000, aligned to the clock. */
    pollIntervalMs?: number;
  };
}

/** A running server. */
export interface Listening {
  url: string;
  close(): Promise<void>;
}

/** Argo CD, Kubernetes, GitHub and Prometheus, telling one story; and Slack, a pager and Elasticsearch, which hear of it. */
export interface World {
  /** Serves everything; give it to supertest, or call `listen`. */
  readonly app: Express;
  readonly baseUrl: string;
  readonly clock: WorldClock;
  readonly cast: CastDefinition;
  readonly github: GitHubServer;
  readonly argo: ArgoCd;
  readonly deployments: Deployments;
  /** What the operator may do in each cluster, by the cluster's name. */
  readonly clusters: ReadonlyMap<string, ClusterPermissions>;
  readonly slack: Slack;
  readonly pager: PagerService;
  readonly elasticsearch: Elasticsearch;
  readonly faults: Faults;
  readonly control: WorldControl;
  /** @param host - default 127.0.0.1. Rejects with EADDRINUSE when the port is taken. */
  listen(port: number, host?: string): Promise<Listening>;
  /** Stops listening, polling, CI and faults. */
  close(): Promise<void>;
}
