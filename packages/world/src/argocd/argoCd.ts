import { Router } from 'express';
import type { WorldClock } from '../clock';
import type { Deployments } from '../deployments';
import type { ArgoApplication } from './application';
import {
  ArgoController,
  POLL_INTERVAL_MS,
  type SourceRepository,
} from './controller';
import { ArgoInstance } from './instance';
import { createArgoRouter } from './router';
import { Sessions } from './sessions';

/** All Argo CD instances of the world, with the controller that syncs them. */
export class ArgoCd {
  /** Mount at `/argocd`: `/<instance>/api/v1/...`. */
  readonly router: Router;
  readonly controller: ArgoController;
  /** By instance name. */
  readonly sessions: ReadonlyMap<string, Sessions>;
  readonly #instances: ReadonlyMap<string, ArgoInstance>;

  constructor(options: {
    clock: WorldClock;
    deployments: Deployments;
    instances: { name: string; environment: string; cluster: string }[];
    repository: (fullName: string) => SourceRepository;
    note: (kind: string, message: string) => void;
    pollIntervalMs?: number;
  }) {
    const { clock } = options;
    this.#instances = new Map(
      options.instances.map(instance => [
        instance.name,
        new ArgoInstance(instance),
      ]),
    );
    this.sessions = new Map(
      options.instances.map(({ name }) => [name, new Sessions(clock)]),
    );
    this.controller = new ArgoController({
      clock,
      deployments: options.deployments,
      repository: options.repository,
      note: options.note,
      pollIntervalMs: options.pollIntervalMs ?? POLL_INTERVAL_MS,
      applications: () => this.applications(),
      clusterOf: application =>
        this.#instances.get(application.instance)?.cluster ??
        application.instance,
    });
    this.router = Router();
    for (const instance of this.#instances.values()) {
      this.router.use(
        `/${instance.name}`,
        createArgoRouter({
          instance,
          controller: this.controller,
          sessions: this.sessions.get(instance.name) ?? new Sessions(clock),
          clock,
        }),
      );
    }
  }

  /** Instances in the order of the cast. */
  instances(): ArgoInstance[] {
    return [...this.#instances.values()];
  }

  /** One instance by name. */
  instance(name: string): ArgoInstance | undefined {
    return this.#instances.get(name);
  }

  /** Applications of every instance. */
  applications(): ArgoApplication[] {
    return this.instances().flatMap(instance => [...instance.applications()]);
  }

  /** The application of a service in an environment. */
  find(name: string, environment: string): ArgoApplication | undefined {
    return this.instances()
      .filter(instance => instance.environment === environment)
      .map(instance => instance.find(name))
      .find(application => application !== undefined);
  }
}
