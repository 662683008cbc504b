import { isError } from '@backstage/errors';
import type { Cancel, WorldClock } from '../clock';
import type { Deployments, Workload, WorkloadSpec } from '../deployments';
import type { ArgoApplication } from './application';
import {
  gitSource,
  parseApplicationManifest,
  parseDeployments,
} from './manifest';

/** How often Argo CD looks at git by itself (its own default). */
export const POLL_INTERVAL_MS = 120_000;

/** How long a sync takes from start to applied manifests. */
export const SYNC_MS = 2_000;

/** Manifest files read per application at most. */
const FILE_LIMIT = 50;

/** The git side of a repository, as far as Argo CD reads it. */
export interface SourceRepository {
  resolve(rev: string): Promise<string | undefined>;
  readFile(rev: string, path: string): Promise<Buffer | undefined>;
  listTree(
    rev: string,
    path?: string,
  ): Promise<{ type: string; path: string }[] | undefined>;
}

/**
 * Argo CD's application controller: compares what the branch asks for with what
 * is deployed, and syncs the difference. Only what is on the branch is ever
 * deployed, so only a merged pull request changes anything.
 */
export class ArgoController {
  readonly #clock: WorldClock;
  readonly #pollIntervalMs: number;
  readonly #deployments: Deployments;
  readonly #repository: (fullName: string) => SourceRepository;
  readonly #applications: () => readonly ArgoApplication[];
  readonly #clusterOf: (application: ArgoApplication) => string;
  readonly #note: (kind: string, message: string) => void;
  readonly #busy = new Map<ArgoApplication, Promise<void>>();
  readonly #heads = new Map<ArgoApplication, string>();
  readonly #cancels = new Set<Cancel>();
  #stopped = false;

  constructor(options: {
    clock: WorldClock;
    pollIntervalMs: number;
    deployments: Deployments;
    repository: (fullName: string) => SourceRepository;
    applications: () => readonly ArgoApplication[];
    clusterOf: (application: ArgoApplication) => string;
    note: (kind: string, message: string) => void;
  }) {
    this.#clock = options.clock;
    this.#pollIntervalMs = options.pollIntervalMs;
    this.#deployments = options.deployments;
    this.#repository = options.repository;
    this.#applications = options.applications;
    this.#clusterOf = options.clusterOf;
    this.#note = options.note;
  }

  /** Polls at every multiple of the interval since the epoch, so that a test can tell when. */
  start(): void {
    const now = this.#clock.now();
    const wait = this.#pollIntervalMs - (now % this.#pollIntervalMs);
    this.#later(wait, async () => {
      this.start();
      await this.pollAll();
    });
  }

  /** Stops polling and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancels.forEach(cancel => cancel());
    this.#cancels.clear();
    await Promise.allSettled(this.#busy.values());
  }

  /** One round over every application. */
  async pollAll(): Promise<void> {
    for (const application of this.#applications()) {
      if (this.#stopped) {
        return;
      }
      await this.refresh(application);
    }
  }

  /** Compares one application with its branch now; a sync it needs begins, and ends later. */
  async refresh(
    application: ArgoApplication,
    options: { hard?: boolean } = {},
  ): Promise<void> {
    if (options.hard) {
      this.#heads.delete(application);
    }
    // One after the other: what is under way may have read the branch already.
    const underWay = this.#busy.get(application) ?? Promise.resolve();
    const work = underWay.then(() => this.#compare(application));
    this.#busy.set(application, work);
    try {
      await work;
    } finally {
      if (this.#busy.get(application) === work) {
        this.#busy.delete(application);
      }
    }
  }

  async #compare(application: ArgoApplication): Promise<void> {
    const now = this.#clock.now();
    if (!application.git || application.unreachable) {
      application.observe(now);
      return;
    }
    try {
      const resolved = await this.#readManifest(application);
      if (resolved) {
        application.compare({ at: now, ...resolved });
        this.#heads.set(application, resolved.head);
      } else {
        application.observe(now);
      }
    } catch (error) {
      this.#heads.delete(application);
      application.failComparison(
        now,
        `Failed to load target state: ${messageOf(error)}`,
      );
      this.#note(
        'argocd.comparison-failed',
        `${application.instance}/${application.name}: ${messageOf(error)}`,
      );
      return;
    }
    await this.#syncIfNeeded(application);
  }

  /** Undefined when the branch has not moved since the last comparison. */
  async #readManifest(application: ArgoApplication) {
    const { git } = application;
    if (!git) {
      return undefined;
    }
    const repository = this.#repository(git.repository);
    const head = await repository.resolve(`refs/heads/${git.branch}`);
    if (!head) {
      throw new Error(`branch '${git.branch}' not found in ${git.repository}`);
    }
    if (this.#heads.get(application) === head) {
      return undefined;
    }
    const text = await repository.readFile(head, git.manifestPath);
    if (!text) {
      throw new Error(
        `${git.manifestPath}: file does not exist at ${git.branch}`,
      );
    }
    const manifest = parseApplicationManifest(
      text.toString('utf8'),
      application.name,
    );
    const target = gitSource(manifest.spec)?.targetRevision ?? 'HEAD';
    const revision = await repository.resolve(target);
    if (!revision) {
      throw new Error(`unable to resolve '${target}' to a commit SHA`);
    }
    return {
      head,
      revision,
      ...manifest,
      // The root application stamps the environment, so that the file in git
      // is the same on every branch but for its revision.
      labels: { ...manifest.labels, environment: application.environment },
    };
  }

  async #syncIfNeeded(application: ArgoApplication): Promise<void> {
    const { targetRevision: revision, operation } = application;
    const failedBefore =
      operation?.phase === 'Failed' && operation.revision === revision;
    if (
      revision === undefined ||
      revision === application.deployedRevision ||
      operation?.phase === 'Running' ||
      failedBefore
    ) {
      return;
    }
    application.beginSync(this.#clock.now(), revision);
    this.#note(
      'argocd.sync-started',
      `${application.instance}/${application.name} to ${revision.slice(0, 7)}`,
    );
    this.#later(SYNC_MS, () => this.#apply(application, revision));
  }

  async #apply(application: ArgoApplication, revision: string): Promise<void> {
    try {
      const specs = await this.#readWorkloads(application, revision);
      const now = this.#clock.now();
      const kept = this.#deployAll(application, revision, specs, now);
      application.setWorkloads(kept);
      application.finishSync(now);
      this.#note(
        'argocd.synced',
        `${application.instance}/${application.name} runs ${revision.slice(
          0,
          7,
        )}`,
      );
    } catch (error) {
      application.failSync(this.#clock.now(), messageOf(error));
      this.#note(
        'argocd.sync-failed',
        `${application.instance}/${application.name}: ${messageOf(error)}`,
      );
    }
    // The branch may have moved on while this sync ran.
    await this.#syncIfNeeded(application);
  }

  #deployAll(
    application: ArgoApplication,
    revision: string,
    specs: ReadonlyMap<string, WorkloadSpec>,
    now: number,
  ): Workload[] {
    const cluster = this.#clusterOf(application);
    const namespace = application.spec.destination.namespace ?? 'default';
    for (const gone of application.workloads) {
      if (!specs.has(gone.key.name)) {
        this.#deployments.remove(gone.key);
      }
    }
    return [...specs].map(([name, spec]) => {
      const existing = application.workloads.find(
        workload => workload.key.name === name,
      );
      const workload =
        existing ??
        this.#deployments.add({
          key: {
            application: application.name,
            environment: application.environment,
            cluster,
            namespace,
            name,
          },
          spec,
          createdAt: now,
          onChange: () => application.workloadChanged(),
        });
      const behaviour = application.behaviourOf(spec.template.image);
      if (behaviour) {
        workload.setBehaviour(revision, behaviour);
      }
      workload.deploy(now, revision, spec);
      return workload;
    });
  }

  async #readWorkloads(
    application: ArgoApplication,
    revision: string,
  ): Promise<Map<string, WorkloadSpec>> {
    const folder = gitSource(application.spec)?.path ?? '.';
    const path = folder === '.' ? '' : folder.replace(/\/$/, '');
    if (!application.git) {
      throw new Error('no repository to read manifests from');
    }
    const repository = this.#repository(application.git.repository);
    const entries = await repository.listTree(revision, path);
    if (!entries) {
      throw new Error(`app path '${folder}' does not exist`);
    }
    const files = entries
      .filter(
        entry => entry.type === 'blob' && /\.(ya?ml|json)$/.test(entry.path),
      )
      .slice(0, FILE_LIMIT);
    const result = new Map<string, WorkloadSpec>();
    for (const file of files) {
      const full = path ? `${path}/${file.path}` : file.path;
      const text = await repository.readFile(revision, full);
      for (const [name, spec] of parseDeployments(text?.toString() ?? '')) {
        result.set(name, spec);
      }
    }
    if (result.size === 0) {
      throw new Error(`no Deployment in '${folder}' at ${revision}`);
    }
    return result;
  }

  #later(delayMs: number, action: () => Promise<void>): void {
    if (this.#stopped) {
      return;
    }
    const cancel = this.#clock.after(delayMs, async () => {
      this.#cancels.delete(cancel);
      if (this.#stopped) {
        return;
      }
      try {
        await action();
      } catch (error) {
        this.#note('argocd.failed', messageOf(error));
      }
    });
    this.#cancels.add(cancel);
  }
}

function messageOf(error: unknown): string {
  return isError(error) ? error.message : String(error);
}
