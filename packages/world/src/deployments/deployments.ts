import { Workload, type WorkloadKey, type WorkloadSpec } from './workload';

/**
 * Every Deployment of every cluster: the world's only knowledge of what runs.
 */
export class Deployments {
  readonly #byCluster = new Map<string, Map<string, Workload>>();
  #version = 0;

  /** Rises with every change of any Deployment. */
  get version(): number {
    return this.#version;
  }

  /** @param clusters - names of the clusters that exist */
  constructor(clusters: Iterable<string>) {
    for (const cluster of clusters) {
      this.#byCluster.set(cluster, new Map());
    }
  }

  /** Names of the clusters. */
  clusters(): string[] {
    return [...this.#byCluster.keys()];
  }

  /** Adds a Deployment that has run nothing so far. */
  add(options: {
    key: WorkloadKey;
    spec: WorkloadSpec;
    createdAt: number;
    onChange?: () => void;
  }): Workload {
    const cluster = this.#byCluster.get(options.key.cluster);
    if (!cluster) {
      throw new Error(
        `Deployment ${options.key.name}: no cluster '${options.key.cluster}' in this world`,
      );
    }
    const workload = new Workload({
      ...options,
      onChange: () => {
        this.#version += 1;
        options.onChange?.();
      },
    });
    cluster.set(`${options.key.namespace}/${options.key.name}`, workload);
    this.#version += 1;
    return workload;
  }

  /** Takes a Deployment out of its cluster. */
  remove(key: WorkloadKey): void {
    this.#byCluster.get(key.cluster)?.delete(`${key.namespace}/${key.name}`);
    this.#version += 1;
  }

  /** Deployments of a cluster by namespace and name; undefined for an unknown cluster. */
  inCluster(cluster: string): Workload[] | undefined {
    const workloads = this.#byCluster.get(cluster);
    return workloads && [...workloads.values()];
  }

  /** One Deployment, if it is in the cluster. */
  find(cluster: string, namespace: string, name: string): Workload | undefined {
    return this.#byCluster.get(cluster)?.get(`${namespace}/${name}`);
  }

  /** Every Deployment there is. */
  all(): Workload[] {
    return [...this.#byCluster.values()].flatMap(cluster => [
      ...cluster.values(),
    ]);
  }
}
