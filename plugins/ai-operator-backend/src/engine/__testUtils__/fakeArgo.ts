import {
  ApplicationKey,
  HealthStatus,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { ListedApplication, Replicas } from '../../core';
import {
  ApplicationDetails,
  ArgoCdPort,
  CallContext,
  GitHubPort,
  KubernetesPort,
  PortError,
} from '../../ports';

/** An application as the fake Argo CD and its cluster have it. */
export interface FakeApplication {
  health: HealthStatus;
  revision: string;
  replicas: Replicas;
  labels: Record<string, string>;
  syncStatus: string;
}

/** One Argo CD instance `staging` with its cluster; tests change `applications` between ticks. */
export class FakeArgo {
  readonly #now: () => number;
  readonly applications = new Map<string, FakeApplication>();
  /** Thrown by the next list calls while set. */
  listError: unknown;
  /** Runs in every list call before it answers; may move the clock, wait, or throw. */
  onList: ((call: CallContext) => void | Promise<void>) | undefined;
  detailError: PortError | undefined;
  lists = 0;
  details: string[] = [];

  /** `now` in ms epoch: when its calls begin. */
  constructor(now: () => number) {
    this.#now = now;
  }

  set(name: string, change: Partial<FakeApplication> = {}): void {
    this.applications.set(name, {
      health: 'Healthy',
      revision: 'a'.repeat(40),
      replicas: { available: 3, desired: 3 },
      labels: { 'ai-operator.enabled': 'true', environment: 'staging' },
      syncStatus: 'Synced',
      ...this.applications.get(name),
      ...change,
    });
  }

  degrade(name: string): void {
    this.set(name, {
      health: 'Degraded',
      replicas: { available: 1, desired: 3 },
    });
  }

  key(name: string): ApplicationKey {
    return { instance: 'staging', namespace: 'argocd', name };
  }

  get argocd(): ArgoCdPort {
    return {
      instances: () => [{ name: 'staging', url: 'https://argo' }],
      applicationUrl: () => undefined,
      listApplications: async (_instance, call) => {
        const { record } = call;
        this.lists += 1;
        await this.onList?.(call);
        const failed = this.listError !== undefined;
        record({
          name: 'argocd.listApplications',
          parameters: { instance: 'staging' },
          result: failed ? 'failure' : 'success',
          errorCode:
            this.listError instanceof PortError
              ? this.listError.code
              : undefined,
          startedAt: this.#now(),
          durationMs: 1,
          retryCount: 0,
        });
        if (failed) {
          throw this.listError;
        }
        return [...this.applications].map(
          ([
            name,
            { health, revision, labels, syncStatus },
          ]): ListedApplication => ({
            key: this.key(name),
            project: 'default',
            labels,
            annotations: {},
            health,
            syncStatus,
            revision,
            source: { repoUrl: `https://github.example/my-org/${name}.git` },
            destination: { name: 'staging', namespace: 'apps' },
          }),
        );
      },
      getApplication: async (key, { record }) => {
        this.details.push(key.name);
        record({
          name: 'argocd.getApplicationHealth',
          parameters: { application: key.name },
          result: this.detailError ? 'failure' : 'success',
          errorCode: this.detailError?.code,
          startedAt: this.#now(),
          durationMs: 1,
          retryCount: 0,
        });
        if (this.detailError) {
          throw this.detailError;
        }
        return this.#detailsOf(key);
      },
    };
  }

  get kubernetes(): KubernetesPort {
    return {
      getDeployment: async (_cluster, namespace, name) => {
        const found = this.applications.get(name);
        return {
          namespace,
          name,
          desired: found?.replicas.desired ?? 0,
          available: found?.replicas.available ?? 0,
          paused: false,
          declares: {
            replicas: true,
            readinessProbe: false,
            livenessProbe: true,
          },
        };
      },
    };
  }

  get github(): GitHubPort {
    return {
      repositorySlug: (url: string) =>
        /^https:\/\/github\.example\/(.+)\.git$/.exec(url)?.[1],
    } as GitHubPort;
  }

  #detailsOf(key: ApplicationKey): ApplicationDetails {
    const found = this.applications.get(key.name);
    if (!found) {
      throw new PortError('NOT_FOUND', `${key.name} does not exist`);
    }
    return {
      key,
      health: found.health,
      syncStatus: found.syncStatus,
      revision: found.revision,
      workloads: [{ kind: 'Deployment', namespace: 'apps', name: key.name }],
      destination: { name: 'staging', namespace: 'apps' },
      history: [],
      historyLimit: 10,
    };
  }
}
