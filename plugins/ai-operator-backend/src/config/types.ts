import {
  Environment,
  OperatorMode,
  Role,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { FreezeWindow } from '../core/people';
import { Policy } from '../core/policy';
import { Secret } from './secret';

/**
 * What is wrong with the configuration. `fatal`: the plugin reports it and does
 * nothing else. `degraded`: only the part named by `key` is off.
 */
export interface ConfigProblem {
  severity: 'fatal' | 'degraded';
  /** Full config key, such as `aiOperator.environments.production.mode`. */
  key: string;
  /** What is wrong, as one sentence. */
  because: string;
  howToMend: string;
}

/** How an environment is recognised, where its manifests live, how far the operator may go. */
export interface EnvironmentConfig {
  /** Values of the environment label that mean this environment. */
  labelValues: string[];
  branch: string;
  /** False when `branch` is the default: then a branch the Application itself names goes before it. */
  branchIsExplicit: boolean;
  mode: OperatorMode;
}

/** An application named in the configuration; absent parts match anything. */
export interface NamedApplication {
  instance?: string;
  namespace?: string;
  name: string;
  /** Wins over the environment label. */
  environment?: Environment;
  /** GitHub `owner/repo`; wins over the Application's source. */
  repository?: string;
  branch?: string;
  manifestPath?: string;
}

/** Credentials of one Argo CD instance: token > instance credentials > default credentials. */
export type ArgoCredentials =
  | { kind: 'token'; token: Secret }
  | { kind: 'session'; username: string; password: Secret }
  | { kind: 'none' };

export interface ArgoInstanceConfig {
  name: string;
  /** Without a trailing slash. */
  url: string;
  credentials: ArgoCredentials;
}

export interface PrometheusConfig {
  /** Without a trailing slash. */
  url: string;
  /** PromQL with placeholders `{app}`, `{revision}`, `{environment}`, `{window}`. */
  query: string;
  auth:
    | { kind: 'bearer'; token: Secret }
    | { kind: 'basic'; username: string; password: Secret }
    | { kind: 'none' };
  requestTimeout: number;
}

/** Says which Kubernetes cluster an Argo CD destination means; absent parts match anything. */
export interface ClusterMapping {
  instance?: string;
  server?: string;
  destinationName?: string;
  /** Name in the kubernetes plugin, or the kubeconfig context. */
  cluster: string;
}

export interface KubernetesConfig {
  /** `proxy`: through the kubernetes plugin. `kubeconfig`: our own client (a file, or in-cluster when there is none). */
  transport: 'proxy' | 'kubeconfig';
  kubeconfigPath?: string;
  clusters: ClusterMapping[];
  requestTimeout: number;
}

/** Who has one role: full entity refs in lower case, and GitHub teams as `org/team` or `host/org/team`. */
export interface RoleMembers {
  groups: string[];
  githubTeams: string[];
  users: string[];
}

/** Who is told when people are needed. */
export interface NotifyConfig {
  /** Entity refs of the people and groups on call. */
  recipients: string[];
  /** Entity refs told as well when the operator lacks a permission; empty: the recipients alone. */
  admins: string[];
  /** Tell every user of the portal. */
  broadcast: boolean;
}

/** The built-in pager: one POST to this address. */
export interface PagerConfig {
  url: string;
  /** Sent along; `token` of the configuration is among them as `Authorization`. */
  headers: Record<string, Secret>;
}

/** Where the audit trail is shipped: nodes, or a deployment of Elastic Cloud. */
export interface ElasticsearchConfig {
  /** Without trailing slashes; absent with a cloud id. */
  nodes?: string[];
  cloudId?: string;
  auth:
    | { kind: 'apiKey'; /** Base64 of `id:api_key`. */ apiKey: Secret }
    | { kind: 'basic'; username: string; password: Secret }
    | { kind: 'none' };
  /** Certificates of the authorities to trust besides the usual ones, as PEM. */
  ca?: string;
  /** What the names of daily indices begin with. */
  indexPrefix: string;
  /** How long Elasticsearch keeps an index. */
  lifecycle: number;
  requestTimeout: number;
  /** Without a trailing slash. */
  kibanaUrl?: string;
}

/** The audit trail: how long it is kept, where it is shipped, and what depends on that. */
export interface AuditConfig {
  /** How long the database keeps it, at least 90 days. */
  retention: number;
  /** Production merges wait while records cannot be shipped. */
  productionMergesNeedTrail: boolean;
  /** How long a record may wait before they do. */
  stopMergesAfter: number;
  /** How often the operator recomputes the chain itself. */
  verifyInterval: number;
  /** Without either, the database alone is the trail. */
  elasticsearch?: ElasticsearchConfig;
  file?: { /** Absolute. */ path: string };
}

/** How the operator's own figures are read. */
export interface MetricsConfig {
  /** `service`: static tokens of `backend.auth.externalAccess` and other services. `public`: whoever can reach it. */
  access: 'service' | 'public';
  /** Longest time between two scrapes of one Prometheus, ms. */
  scrapeInterval: number;
}

/** The section `aiOperator`, typed, defaulted and checked. Durations are milliseconds. */
export interface OperatorConfig {
  timing: Policy['timing'] & {
    /** Failed looks in a row after which an instance is alerted once and backed off. */
    instanceFailures: number;
    /** Longest pause between looks at a failing instance. */
    instanceBackoffMax: number;
  };
  environmentLabel: string;
  environments: Record<Environment, EnvironmentConfig>;
  /** Applications with this label are monitored. */
  enabledLabel: { name: string; value: string };
  /** Which ways of naming an application are in use. */
  sources: { label: boolean; catalog: boolean };
  applications: NamedApplication[];
  manifestPath: string;
  candidates: Policy['candidates'] & {
    /** Time after a deployment whose uptime counts. */
    uptimeWindow: number;
  };
  limits: Policy['limits'];
  holdLabel: string;
  escalation: {
    /** GitHub `owner/repo` for escalation issues; absent: the application's own repository. */
    repository?: string;
    notify: NotifyConfig;
    /** How people on call are addressed, such as `@oncall`. */
    mention: string;
  };
  roles: Record<Role, RoleMembers>;
  /** Absent: nobody is paged, unless another module installs a pager. */
  pager?: PagerConfig;
  freezes: FreezeWindow[];
  githubBudget: Policy['githubBudget'];
  /** `app.baseUrl` without a trailing slash: where links lead. */
  portalUrl?: string;
  retention: { finishedRollbacks: number; healthChecks: number };
  audit: AuditConfig;
  argocd: {
    instances: ArgoInstanceConfig[];
    listTimeout: number;
    requestTimeout: number;
    maxResponseBytes: number;
  };
  github: {
    requestTimeout: number;
    maxResponseBytes: number;
    /** Answers kept for conditional requests. */
    cacheEntries: number;
  };
  kubernetes: KubernetesConfig;
  prometheus?: PrometheusConfig;
  metrics: MetricsConfig;
  /** Applications whose replicas are read at the same time. */
  replicaReadConcurrency: number;
}

/** Shape of `readOperatorConfig`: always a config, and everything that is wrong with it. */
export interface ReadConfig {
  /** Defaults stand where a value was refused; with a fatal problem it must not be acted on. */
  config: OperatorConfig;
  problems: ConfigProblem[];
}
