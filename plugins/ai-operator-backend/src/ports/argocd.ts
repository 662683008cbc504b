import {
  ApplicationKey,
  HealthStatus,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { ListedApplication } from '../core/application';
import { CallContext } from './call';

/** A workload named in an Application's resources. */
export interface WorkloadRef {
  kind: 'Deployment';
  namespace: string;
  name: string;
}

/** One full read of an Application. Times in ms epoch. */
export interface ApplicationDetails {
  key: ApplicationKey;
  health: HealthStatus;
  healthMessage?: string;
  syncStatus?: string;
  revision?: string;
  workloads: WorkloadRef[];
  destination: { server?: string; name?: string; namespace?: string };
  /** Newest first. Argo CD keeps the last `revisionHistoryLimit` (10 by default) deployments. */
  history: Array<{ revision: string; deployedAt: number }>;
  historyLimit: number;
  reconciledAt?: number;
}

/** Argo CD, all instances. Throws PortError. */
export interface ArgoCdPort {
  /** Configured instances, in the order of `argocd.appLocatorMethods`. */
  instances(): Array<{ name: string; url: string }>;
  /** One list call with `fields` for a whole instance (SPEC §4). Audit name `argocd.listApplications`. */
  listApplications(
    instance: string,
    call: CallContext,
  ): Promise<ListedApplication[]>;
  /** A full read. Audit name `argocd.getApplicationHealth`. NOT_FOUND when it does not exist (or is hidden). */
  getApplication(
    key: ApplicationKey,
    call: CallContext,
  ): Promise<ApplicationDetails>;
  /** Where a person looks at it. */
  applicationUrl(key: ApplicationKey): string | undefined;
}
