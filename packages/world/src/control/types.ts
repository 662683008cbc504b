import type { Environment } from '../cast/types';
import type { Fault, FaultSpec, FaultSystem } from '../faults';
import type { PeopleControl } from './peopleTypes';

/** Names an application; `staging` is meant when no environment is given. */
export interface Target {
  service: string;
  environment?: Environment;
}

/** An application as the world sees it. */
export interface ApplicationStatus {
  service: string;
  environment: Environment;
  instance: string;
  repository: string | undefined;
  branch: string | undefined;
  health: string;
  sync: string;
  /** `available/desired`, summed over its Deployments. */
  replicas: string;
  /** Revision that is deployed. */
  revision: string | undefined;
}

/** A pull request or issue that is open. */
export interface OpenItem {
  repository: string;
  number: number;
  title: string;
  url: string;
}

/** The world at a glance. */
export interface WorldStatus {
  /** Epoch milliseconds. */
  now: number;
  startedAt: number;
  baseUrl: string;
  applications: ApplicationStatus[];
  openPullRequests: OpenItem[];
  openIssues: OpenItem[];
  faults: readonly Fault[];
}

/** Something that happened in the world. */
export interface WorldEvent {
  /** Epoch milliseconds. */
  at: number;
  kind: string;
  message: string;
}

/** Everything that can be done to the world, for tests, the HTTP API and the CLI. */
export interface WorldControl extends PeopleControl {
  status(): WorldStatus;
  /** What happened, newest last; at most the last 1000. */
  log(): readonly WorldEvent[];
  /**
   * Pushes a commit that crashes and one that deploys it, as a developer would
   * (author dave). Only `available` pods (default 1) will become ready.
   * Argo CD is refreshed unless `refresh` is false: then it comes with its next poll.
   */
  deployBad(
    target: Target & { available?: number; refresh?: boolean },
  ): Promise<{ revision: string; deployCommit: string }>;
  /** Pushes a commit that works and deploys it: a fix forward. */
  deployGood(
    target: Target & { refresh?: boolean },
  ): Promise<{ revision: string; deployCommit: string }>;
  /** What runs now begins to crash at once, without any push. */
  crash(target: Target & { available?: number }): void;
  /** What runs now recovers. `recoverMs` default 5000. */
  heal(target: Target & { recoverMs?: number }): void;
  /** Down and up again, `times` (default 5), each for `downMs`/`upMs` (default 15000). */
  flap(
    target: Target & {
      available?: number;
      downMs?: number;
      upMs?: number;
      times?: number;
    },
  ): void;
  /** Changes the replicas in the cluster; 0 is an intentional scale-down. */
  scale(target: Target & { replicas: number }): void;
  suspend(target: Target & { suspended: boolean }): void;
  /** What CI says about commits pushed to the service's repository from now on. */
  ci(options: {
    service: string;
    outcome: 'pass' | 'fail' | 'hang';
    durationMs?: number;
  }): void;
  /** Argo CD looks at the branch now, as its Refresh button does. */
  sync(target: Target): Promise<void>;
  /** Somebody pushes an unrelated commit to the environment's branch. */
  moveBranch(target: Target): Promise<{ branch: string; sha: string }>;
  fault(spec: FaultSpec): Fault;
  clearFaults(which?: { id?: string; system?: FaultSystem }): number;
}
