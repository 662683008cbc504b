import {
  ApplicationKey,
  ComplianceFinding,
  Environment,
  HealthStatus,
  MeasuredHealth,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { Known } from './verdict';

/** Replicas of all workloads of one application, added up. */
export interface Replicas {
  available: number;
  desired: number;
}

/** What one look at an application found. */
export interface HealthReading {
  /** `NotMeasured` when Argo CD did not answer for this application. */
  health: MeasuredHealth;
  /** Why it was not measured, or Argo CD's own message about the health. */
  because?: string;
  /** Absent when nobody asked: replicas are read only where they matter. */
  replicas?: Known<Replicas>;
  /** Revision Argo CD reports as synced. */
  revision?: string;
  syncStatus?: string;
}

/** One health check: a reading, its time (ms epoch) and what it did to the streak. */
export interface HealthCheck extends HealthReading {
  at: number;
  /** Position in the current run of degraded checks; 0 when this check is not degraded. */
  streak: number;
}

/** Where the manifest that decides what runs is kept. */
export interface GitSource {
  /** GitHub `owner/repo`. */
  repository: string;
  /** The branch where the problematic change was merged, and where the rollback goes (RB-01). */
  branch: string;
  /** Path of the file with the Application manifest, relative to the repository. */
  manifestPath: string;
}

/** What we know of an application between two looks. One row in the database. */
export interface ApplicationRecord {
  key: ApplicationKey;
  project: string;
  /** Undefined when the environment label is missing or not mapped: such an application is shown, never acted on. */
  environment?: Environment;
  source: Known<GitSource>;
  /** Kubernetes destination of the Application: a cluster name known to us, and the namespace. */
  destination: { cluster?: string; server?: string; namespace?: string };
  lastCheck: HealthCheck;
  /** Time (ms epoch) of the first check with the present health. */
  healthSince: number;
  /** Consecutive degraded checks; unchanged by checks that could not measure. */
  streak: number;
  /** Time of the first check of the streak. */
  streakSince?: number;
  /** Time of the last check that was counted; a repeated look within one interval is not another check (AC-03). */
  streakCountedAt?: number;
  /** The current run of Missing or Unknown checks (SPEC §4: persistent ones need a person). */
  unclear?: {
    health: 'Missing' | 'Unknown';
    checks: number;
    countedAt: number;
  };
  /** Since when every measured check was Healthy at `revision`; undefined while it is not. */
  healthySince?: number;
  revision?: string;
  /**
   * Correlation id of the open rollback, if any. This and `lockedBy` are read from
   * the rollbacks when a record is loaded; a tick never writes them.
   */
  openRollback?: string;
  /** Correlation id of the latest rollback when it ended in Abort and was not reset: no new one is opened. */
  lockedBy?: string;
  /** Labels of the Application, for selectors of catalog entities (SPEC §3). */
  labels?: Record<string, string>;
  /** What the live Deployments lack (AC-04, AC-05), as of the last full read. */
  findings?: ComplianceFinding[];
}

/** What Argo CD's list call tells about one application, in our words. */
export interface ListedApplication {
  key: ApplicationKey;
  project: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  health: HealthStatus;
  healthMessage?: string;
  syncStatus?: string;
  revision?: string;
  operationPhase?: string;
  source?: {
    repoUrl: string;
    path?: string;
    /** Set for a Helm chart: then there is no Git revision to roll back. */
    chart?: string;
    targetRevision?: string;
  };
  /** More than one source: resolved or refused, never guessed (SPEC §3). */
  sources?: Array<{
    repoUrl: string;
    path?: string;
    chart?: string;
    targetRevision?: string;
  }>;
  destination: { server?: string; name?: string; namespace?: string };
}
