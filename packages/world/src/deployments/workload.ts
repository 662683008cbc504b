import {
  planCrash,
  planFlapping,
  planRecovery,
  planRollout,
  planScale,
  type RevisionBehaviour,
  type Step,
} from './timeline';

/** Steps kept per Deployment; the oldest go first. */
const STEP_LIMIT = 2_000;

/** How long a rollout takes when a revision has nothing wrong with it. */
export const ROLLOUT_MS = 30_000;

/** A container's template as the manifest of a revision declares it. */
export interface PodTemplate {
  image: string;
  containerPort: number;
  /** Absent probes are a compliance finding (AC-04). */
  readinessProbe: boolean;
  livenessProbe: boolean;
}

/** Names one Deployment in the world. */
export interface WorkloadKey {
  /** Name of the Argo CD application it belongs to. */
  application: string;
  environment: string;
  cluster: string;
  namespace: string;
  /** Name of the Deployment. */
  name: string;
}

/** What a manifest asks for. */
export interface WorkloadSpec {
  replicas: number;
  /** Replicas not written in the manifest, so the default of 1 applies (AC-05). */
  replicasDeclared: boolean;
  progressDeadlineMs: number;
  template: PodTemplate;
}

/**
 * One Deployment: its spec, and a timeline of everything its pods did and are
 * about to do. The truth from which Argo CD, Kubernetes and Prometheus report.
 */
export class Workload {
  readonly key: WorkloadKey;
  readonly createdAt: number;
  #spec: WorkloadSpec;
  #steps: Step[] = [];
  #paused = false;
  #missing = false;
  #version = 1;
  #generation = 1;
  readonly #behaviours = new Map<string, RevisionBehaviour>();
  readonly #uptimes = new Map<string, number>();
  readonly #templates = new Map<string, PodTemplate>();
  readonly #onChange: () => void;

  constructor(options: {
    key: WorkloadKey;
    spec: WorkloadSpec;
    createdAt: number;
    onChange?: () => void;
  }) {
    this.key = options.key;
    this.#spec = options.spec;
    this.createdAt = options.createdAt;
    this.#onChange = options.onChange ?? (() => {});
  }

  get spec(): WorkloadSpec {
    return this.#spec;
  }

  /** `spec.paused`: Argo CD calls such an application Suspended. */
  get paused(): boolean {
    return this.#paused;
  }

  /** The object is not in the cluster at all. */
  get missing(): boolean {
    return this.#missing;
  }

  /** Rises with every change; with `nextChangeAfter` it tells whether an answer is stale. */
  get version(): number {
    return this.#version;
  }

  /** `metadata.generation`: rises with every change of the spec. */
  get generation(): number {
    return this.#generation;
  }

  /** Everything that happened and is planned, oldest first. */
  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** The step that holds at `now`; undefined before the first deployment. */
  at(now: number): Step | undefined {
    for (let index = this.#steps.length - 1; index >= 0; index -= 1) {
      if (this.#steps[index].at <= now) {
        return this.#steps[index];
      }
    }
    return undefined;
  }

  /** When the next planned step begins (epoch ms), `Infinity` if nothing is planned. */
  nextChangeAfter(now: number): number {
    let next = Infinity;
    for (let index = this.#steps.length - 1; index >= 0; index -= 1) {
      if (this.#steps[index].at <= now) {
        break;
      }
      next = this.#steps[index].at;
    }
    return next;
  }

  /** Says what `revision` will do when, or from the next time, it is deployed. */
  setBehaviour(revision: string, behaviour: RevisionBehaviour): void {
    this.#behaviours.set(revision, behaviour);
  }

  /** What `revision` was said to do, if anything. */
  behaviourOf(revision: string): RevisionBehaviour | undefined {
    return this.#behaviours.get(revision);
  }

  /** Share of time (0..1) pods of `revision` answer scrapes while they are ready. */
  setUptime(revision: string, uptime: number): void {
    this.#uptimes.set(revision, uptime);
  }

  /** 0.9995 unless `setUptime` said otherwise: nothing real is up all the time. */
  uptimeOf(revision: string): number {
    return this.#uptimes.get(revision) ?? 0.9995;
  }

  /** The pod template of `revision`; the newest one if that revision is not known. */
  templateOf(revision: string): PodTemplate {
    return this.#templates.get(revision) ?? this.#spec.template;
  }

  /** Starts rolling out `revision` at `at`. */
  deploy(at: number, revision: string, spec: WorkloadSpec = this.#spec): void {
    const before = this.at(at);
    this.#spec = spec;
    this.#missing = false;
    this.#generation += 1;
    this.#templates.set(revision, spec.template);
    this.#replaceFrom(
      at,
      planRollout({
        at,
        before,
        revision,
        desired: spec.replicas,
        behaviour: this.#behaviours.get(revision) ?? { kind: 'stable' },
        rolloutMs: ROLLOUT_MS,
        progressDeadlineMs: spec.progressDeadlineMs,
      }),
    );
  }

  /** What runs now begins to crash, leaving `available` pods. False if nothing runs. */
  crash(at: number, available: number): boolean {
    return this.#change(at, now => planCrash(at, now, available));
  }

  /** What runs now recovers within `recoverMs` and stays well. */
  recover(at: number, recoverMs: number): boolean {
    return this.#change(at, now => {
      this.#behaviours.set(now.revision, { kind: 'stable' });
      return planRecovery(at, now, recoverMs);
    });
  }

  /** What runs now goes down and up again, `times` over. */
  flap(
    at: number,
    options: {
      available: number;
      downMs: number;
      upMs: number;
      times: number;
    },
  ): boolean {
    return this.#change(at, now => planFlapping({ at, now, ...options }));
  }

  /** Asks for another number of replicas without a new revision. */
  scale(at: number, desired: number): boolean {
    this.#spec = { ...this.#spec, replicas: desired, replicasDeclared: true };
    this.#generation += 1;
    return this.#change(at, now =>
      planScale({ at, now, desired, rolloutMs: ROLLOUT_MS }),
    );
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.#generation += 1;
    this.#touch();
  }

  setMissing(missing: boolean): void {
    this.#missing = missing;
    this.#touch();
  }

  #change(at: number, plan: (now: Step) => Step[]): boolean {
    const now = this.at(at);
    if (!now || this.#missing) {
      return false;
    }
    this.#replaceFrom(at, plan(now));
    return true;
  }

  #replaceFrom(at: number, steps: Step[]): void {
    this.#steps = [...this.#steps.filter(step => step.at < at), ...steps].slice(
      -STEP_LIMIT,
    );
    this.#touch();
  }

  #touch(): void {
    this.#version += 1;
    this.#onChange();
  }
}
