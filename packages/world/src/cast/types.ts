import type { BranchProtection, Permission } from '../github/types';

/** Where an application runs. */
export type Environment = 'staging' | 'production';

/** What an application is found doing when the world begins. */
export type InitialState =
  | 'healthy'
  /** A slow rollout is under way. */
  | 'progressing'
  /** The Deployment is paused. */
  | 'suspended'
  /** Argo CD knows the application, the cluster has nothing of it. */
  | 'missing'
  /** Argo CD cannot compare: the cluster does not answer it. */
  | 'unknown';

/** A Deployment of an application. */
export interface DeploymentDefinition {
  name: string;
  /**
   * Absent: the manifest does not say, and the default of 1 applies (AC-05).
   * 0 is an intentional scale-down.
   */
  replicas?: number;
  /** Default true; false is a compliance finding (AC-04). */
  readinessProbe?: boolean;
  /** Default true; false is a compliance finding (AC-04). */
  livenessProbe?: boolean;
}

/** An application as one environment has it. */
export interface EnvironmentDefinition {
  /** Default `healthy`. */
  state?: InitialState;
}

/** A code commit in a service's past, and what became of it when deployed. */
export interface CommitDefinition {
  /** Name by which the cast refers to it. */
  key: string;
  message: string;
  /** Login of a person of the cast. */
  author: string;
  /** How long before the world begins, milliseconds. */
  ageMs: number;
  /** Version written to package.json and used as image tag. */
  version: string;
  /** Default `success`. */
  ci?: 'success' | 'failure';
  /** Files besides the generated ones, by path; undefined deletes. */
  files?: Record<string, string | undefined>;
  /** Absent: never deployed to staging. */
  staging?: DeploymentOfCommit;
  /** Absent: never deployed to production. */
  production?: DeploymentOfCommit;
}

/** When and how well a commit ran in an environment. */
export interface DeploymentOfCommit {
  /** How long before the world begins it was deployed, milliseconds. */
  ageMs: number;
  /** Share of time (0..1) it answered scrapes. Default 0.9995. */
  uptime?: number;
}

/** A service: a component of the catalog, applications in Argo CD, code in git. */
export interface ServiceDefinition {
  name: string;
  title: string;
  description: string;
  /** Slug of the owning team. */
  owner: string;
  system: string;
  namespace: string;
  /** Default: `name`. Several services may share one repository. */
  repository?: string;
  /** Folder of the manifests in the repository. Default `deploy`. */
  path?: string;
  /** Default `.argocd/application.yaml`. */
  manifestPath?: string;
  /** Default: one Deployment named after the service, 2 replicas. */
  deployments?: DeploymentDefinition[];
  environments: Partial<Record<Environment, EnvironmentDefinition>>;
  /** Default true: its applications carry `ai-operator.enabled: "true"`. */
  watched?: boolean;
  /** Default: a short history made up from the service's name. */
  history?: CommitDefinition[];
  /**
   * Not built from a git repository of ours: a published Helm chart, or
   * nothing at all (`none`, for benchmarks).
   */
  source?:
    | { kind: 'chart'; repoURL: string; chart: string; version: string }
    | { kind: 'none' };
  /** Rules of the repository's branches by name, where they are not the company's. */
  protection?: Record<string, BranchProtection>;
  /** How the catalog points at Argo CD. Default `name`. */
  catalogReference?: 'name' | 'selector' | 'none';
}

/** A person of the company. */
export interface PersonDefinition {
  login: string;
  name: string;
  email: string;
  role: string;
  /** Slugs of teams. */
  teams: string[];
  /** False: writes commits but cannot sign in any more. Default true. */
  active?: boolean;
}

/** A team of the company. */
export interface TeamDefinition {
  slug: string;
  name: string;
  description: string;
  permission: Permission;
}

/** An Argo CD instance and the cluster it deploys to. */
export interface InstanceDefinition {
  name: string;
  environment: Environment;
  cluster: string;
}

/** A part of the company's business, for the catalog. */
export interface SystemDefinition {
  name: string;
  title: string;
  description: string;
  domain: string;
  owner: string;
}

/** Everything the world is populated with. */
export interface CastDefinition {
  organization: string;
  instances: InstanceDefinition[];
  people: PersonDefinition[];
  teams: TeamDefinition[];
  domains: {
    name: string;
    title: string;
    description: string;
    owner: string;
  }[];
  systems: SystemDefinition[];
  services: ServiceDefinition[];
  /** Repositories that are no service's, such as one for incidents. */
  repositories?: { name: string; description: string }[];
  /** By branch name, for every repository. */
  protection: Record<string, BranchProtection>;
}

/** The branch that carries an environment. */
export function branchOf(environment: Environment): string {
  return environment === 'production' ? 'main' : 'staging';
}
