import { Environment } from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  ArgoFacts,
  ArgoQuestion,
  ElasticsearchFacts,
  Fact,
  fact,
  Failure,
  GitHubAccountFacts,
  GitHubRepositoryFacts,
  KubernetesFacts,
  noFact,
  PrometheusFacts,
} from '../core/doctor/facts';
import { CallContext, PortError, PortErrorCode } from './call';
import { ClusterRef } from './kubernetes';

/** A branch in use, and by applications of which environments. */
export interface BranchInUse {
  branch: string;
  environments: Environment[];
}

/**
 * What the doctor asks of the outside. Nothing here throws because a system is
 * down or says no: that is what is to be learned. All calls only read.
 */
export interface DoctorPort {
  /** Audit name `doctor.argocd`. */
  argocd(
    request: { instance: string; questions: ArgoQuestion[] },
    call: CallContext,
  ): Promise<ArgoFacts>;

  /** Audit name `doctor.kubernetes`. */
  kubernetes(
    request: { cluster: string; namespaces: string[] },
    call: CallContext,
  ): Promise<KubernetesFacts>;

  /** Our name of the cluster that an Argo CD destination means; never asks. */
  clusterOf(ref: ClusterRef): Fact<string>;

  /** The credentials for the owner of a repository. Audit name `doctor.github`. */
  gitHubAccount(
    request: { repository: string },
    call: CallContext,
  ): Promise<GitHubAccountFacts>;

  /** One name (`host/owner`) for all repositories that share credentials and rights; never asks. */
  gitHubAccountOf(repository: string): string;

  /** A repository and what its branches demand. Audit name `doctor.github`. */
  gitHubRepository(
    request: { repository: string; branches: BranchInUse[] },
    call: CallContext,
  ): Promise<GitHubRepositoryFacts>;

  /** Undefined when none is configured. Audit name `doctor.prometheus`. */
  prometheus(call: CallContext): Promise<PrometheusFacts | undefined>;

  /** Where the audit trail is shipped to; undefined when none is configured. Audit name `doctor.elasticsearch`. */
  elasticsearch(call: CallContext): Promise<ElasticsearchFacts | undefined>;

  /** Whether the notifications plugin is there. Audit name `doctor.notifications`. */
  notifications(call: CallContext): Promise<Fact<undefined>>;
}

const FAILURES: Record<PortErrorCode, Failure> = {
  NOT_FOUND: 'missing',
  UNAUTHENTICATED: 'unauthenticated',
  PERMISSION_DENIED: 'forbidden',
  VALIDATION: 'misconfigured',
  CONFLICT: 'odd',
  RATE_LIMITED: 'limited',
  TIMEOUT: 'silent',
  UNAVAILABLE: 'unreachable',
  MALFORMED_ANSWER: 'odd',
  MISCONFIGURED: 'misconfigured',
  CANCELLED: 'silent',
};

/** Why there is no fact. @throws what is no PortError: a fault of our own */
export function whyNot(error: unknown) {
  if (error instanceof PortError) {
    return noFact(FAILURES[error.code], error.message);
  }
  throw error;
}

/** What a call gives as a fact; a PortError is why there is none. */
export async function learn<T>(work: Promise<T>): Promise<Fact<T>> {
  try {
    return fact(await work);
  } catch (error) {
    return whyNot(error);
  }
}
