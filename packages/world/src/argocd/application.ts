import type { RevisionBehaviour, Workload } from '../deployments';
import type { ApplicationSpec } from './manifest';

/** Deployments Argo CD remembers per application (`revisionHistoryLimit`). */
export const HISTORY_LIMIT = 10;

/** A deployment of the past, as `status.history` lists it. */
export interface HistoryEntry {
  id: number;
  revision: string;
  /** Epoch milliseconds. */
  deployStartedAt: number;
  /** Epoch milliseconds. */
  deployedAt: number;
  spec: ApplicationSpec;
}

/** The sync under way, or the last one. */
export interface SyncOperation {
  phase: 'Running' | 'Succeeded' | 'Failed' | 'Error';
  revision: string;
  /** Epoch milliseconds. */
  startedAt: number;
  finishedAt?: number;
  message: string;
  spec: ApplicationSpec;
}

/** Something wrong that Argo CD reports in `status.conditions`. */
export interface Condition {
  type: 'ComparisonError' | 'InvalidSpecError' | 'SyncError';
  message: string;
  /** Epoch milliseconds. */
  since: number;
}

/** Where the application's manifest lives. */
export interface GitLocation {
  /** `owner/name`. */
  repository: string;
  branch: string;
  manifestPath: string;
}

export interface ArgoApplicationOptions {
  name: string;
  instance: string;
  environment: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  spec: ApplicationSpec;
  createdAt: number;
  /** Absent: the application does not follow a repository of this world. */
  git?: GitLocation;
  onChange?: () => void;
}

/** What Argo CD knows about one application. */
export class ArgoApplication {
  readonly name: string;
  readonly namespace = 'argocd';
  readonly instance: string;
  readonly environment: string;
  readonly createdAt: number;
  readonly git: GitLocation | undefined;
  readonly #onChange: () => void;
  #labels: Record<string, string>;
  #annotations: Record<string, string>;
  #spec: ApplicationSpec;
  #workloads: Workload[] = [];
  #history: HistoryEntry[] = [];
  #nextHistoryId = 0;
  #operation: SyncOperation | undefined;
  #conditions: Condition[] = [];
  #targetRevision: string | undefined;
  #deployedRevision: string | undefined;
  #reconciledAt: number;
  #unreachable = false;
  #flaggedAt = 0;
  #version = 1;
  readonly #behaviours = new Map<string, RevisionBehaviour>();

  constructor(options: ArgoApplicationOptions) {
    this.name = options.name;
    this.instance = options.instance;
    this.environment = options.environment;
    this.createdAt = options.createdAt;
    this.git = options.git;
    this.#labels = options.labels;
    this.#annotations = options.annotations;
    this.#spec = options.spec;
    this.#reconciledAt = options.createdAt;
    this.#onChange = options.onChange ?? (() => {});
  }

  get labels(): Readonly<Record<string, string>> {
    return this.#labels;
  }

  get annotations(): Readonly<Record<string, string>> {
    return this.#annotations;
  }

  get spec(): ApplicationSpec {
    return this.#spec;
  }

  get project(): string {
    return this.#spec.project;
  }

  get workloads(): readonly Workload[] {
    return this.#workloads;
  }

  get history(): readonly HistoryEntry[] {
    return this.#history;
  }

  get operation(): SyncOperation | undefined {
    return this.#operation;
  }

  get conditions(): readonly Condition[] {
    return this.#conditions;
  }

  /** Commit the manifest asks for, as last compared. */
  get targetRevision(): string | undefined {
    return this.#targetRevision;
  }

  /** Commit last synced successfully. */
  get deployedRevision(): string | undefined {
    return this.#deployedRevision;
  }

  /** When Argo CD last compared, epoch milliseconds. */
  get reconciledAt(): number {
    return this.#reconciledAt;
  }

  /** Argo CD cannot reach the cluster: health Unknown. */
  get unreachable(): boolean {
    return this.#unreachable;
  }

  /** When `unreachable`, paused or missing last changed, epoch milliseconds. */
  get flaggedAt(): number {
    return this.#flaggedAt;
  }

  /** Rises with every change except `reconciledAt`. */
  get version(): number {
    return this.#version;
  }

  get syncStatus(): 'Synced' | 'OutOfSync' | 'Unknown' {
    if (this.#conditions.some(({ type }) => type === 'ComparisonError')) {
      return 'Unknown';
    }
    const missing = this.#workloads.some(workload => workload.missing);
    return missing || this.#targetRevision !== this.#deployedRevision
      ? 'OutOfSync'
      : 'Synced';
  }

  /** When what we report changes by itself next (epoch ms), `Infinity` for never. */
  nextChangeAfter(now: number): number {
    return this.#workloads.reduce(
      (next, workload) => Math.min(next, workload.nextChangeAfter(now)),
      Infinity,
    );
  }

  /** Takes over a manifest that was read and resolved. */
  compare(options: {
    at: number;
    labels: Record<string, string>;
    annotations: Record<string, string>;
    spec: ApplicationSpec;
    revision: string;
  }): void {
    this.#reconciledAt = options.at;
    const changed =
      this.#targetRevision !== options.revision ||
      this.#conditions.some(({ type }) => type === 'ComparisonError') ||
      JSON.stringify([this.#spec, this.#labels, this.#annotations]) !==
        JSON.stringify([options.spec, options.labels, options.annotations]);
    this.#labels = options.labels;
    this.#annotations = options.annotations;
    this.#spec = options.spec;
    this.#targetRevision = options.revision;
    if (changed) {
      this.#conditions = this.#conditions.filter(
        ({ type }) => type !== 'ComparisonError',
      );
      this.#touch();
    }
  }

  /** The comparison failed: sync status Unknown until it works again. */
  failComparison(at: number, message: string): void {
    this.#reconciledAt = at;
    if (!this.#conditions.some(other => other.message === message)) {
      this.#conditions = [{ type: 'ComparisonError', message, since: at }];
      this.#touch();
    }
  }

  /** Looked, found nothing new. */
  observe(at: number): void {
    this.#reconciledAt = at;
  }

  beginSync(at: number, revision: string): SyncOperation {
    this.#operation = {
      phase: 'Running',
      revision,
      startedAt: at,
      message: 'one or more synchronization tasks are running',
      spec: this.#spec,
    };
    this.#touch();
    return this.#operation;
  }

  /** Records a finished deployment of the running operation's revision. */
  finishSync(at: number): void {
    const operation = this.#operation;
    if (operation?.phase !== 'Running') {
      return;
    }
    this.#operation = {
      ...operation,
      phase: 'Succeeded',
      finishedAt: at,
      message: 'successfully synced (all tasks run)',
    };
    this.#conditions = this.#conditions.filter(
      ({ type }) => type !== 'SyncError',
    );
    this.recordDeployment({
      revision: operation.revision,
      deployStartedAt: operation.startedAt,
      deployedAt: at,
      spec: operation.spec,
    });
  }

  failSync(at: number, message: string): void {
    const operation = this.#operation;
    if (operation?.phase === 'Running') {
      this.#operation = {
        ...operation,
        phase: 'Failed',
        finishedAt: at,
        message,
      };
      this.#conditions = [
        ...this.#conditions.filter(({ type }) => type !== 'SyncError'),
        { type: 'SyncError', message, since: at },
      ];
      this.#touch();
    }
  }

  /** Appends to the history and makes its revision the deployed one. */
  recordDeployment(entry: Omit<HistoryEntry, 'id'>): void {
    const numbered = { id: this.#nextHistoryId, ...entry };
    this.#nextHistoryId += 1;
    this.#history = [...this.#history, numbered].slice(-HISTORY_LIMIT);
    this.#deployedRevision = entry.revision;
    this.#operation ??= {
      phase: 'Succeeded',
      revision: entry.revision,
      startedAt: entry.deployStartedAt,
      finishedAt: entry.deployedAt,
      message: 'successfully synced (all tasks run)',
      spec: entry.spec,
    };
    if (this.#operation.phase === 'Succeeded') {
      this.#operation = {
        ...this.#operation,
        revision: entry.revision,
        startedAt: entry.deployStartedAt,
        finishedAt: entry.deployedAt,
        spec: entry.spec,
      };
    }
    this.#touch();
  }

  /** The Deployments this application consists of. */
  setWorkloads(workloads: Workload[]): void {
    this.#workloads = workloads;
    this.#touch();
  }

  /** Says what pods of an image will do once they are deployed. */
  setBehaviour(image: string, behaviour: RevisionBehaviour): void {
    this.#behaviours.set(image, behaviour);
  }

  /** What pods of an image were said to do; undefined when nothing was said. */
  behaviourOf(image: string): RevisionBehaviour | undefined {
    return this.#behaviours.get(image);
  }

  /** Whether Argo CD reaches the cluster. */
  setUnreachable(at: number, unreachable: boolean): void {
    this.#unreachable = unreachable;
    this.#flaggedAt = at;
    const message =
      'failed to load live state: failed to get cluster info: Get "https://kubernetes.default.svc/version?timeout=32s": net/http: TLS handshake timeout';
    if (unreachable) {
      this.#conditions = [{ type: 'ComparisonError', message, since: at }];
    } else {
      this.#conditions = this.#conditions.filter(
        condition => condition.message !== message,
      );
    }
    this.#touch();
  }

  /** Pauses or resumes the rollouts of every Deployment. */
  setPaused(at: number, paused: boolean): void {
    this.#flaggedAt = at;
    this.#workloads.forEach(workload => workload.setPaused(paused));
  }

  /** Removes the Deployments from the cluster, or puts them back. */
  setMissing(at: number, missing: boolean): void {
    this.#flaggedAt = at;
    this.#workloads.forEach(workload => workload.setMissing(missing));
  }

  /** A Deployment of this application changed. */
  workloadChanged(): void {
    this.#touch();
  }

  #touch(): void {
    this.#version += 1;
    this.#onChange();
  }
}
