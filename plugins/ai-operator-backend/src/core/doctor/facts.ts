import { Environment } from '@ai-operator/backstage-plugin-ai-operator-common';

/**
 * Why something could not be learned. `silent`: no answer in time. `limited`:
 * asked to wait. `skipped`: not asked, because an earlier answer forbids or
 * makes it pointless. `odd`: it answered, and not what such a system answers.
 */
export type Failure =
  | 'unreachable'
  | 'silent'
  | 'limited'
  | 'skipped'
  | 'unauthenticated'
  | 'forbidden'
  | 'missing'
  | 'misconfigured'
  | 'odd';

/** What the doctor learned, or why it did not. */
export type Fact<T> =
  | { known: true; value: T }
  | { known: false; failure: Failure; because: string };

export function fact<T>(value: T): Fact<T> {
  return { known: true, value };
}

export function noFact(failure: Failure, because: string) {
  return { known: false as const, failure, because };
}

/** Somebody else's clock, and ours right before and after it was read; ms epoch. */
export interface ClockReading {
  theirs: number;
  /** How coarse their clock is told, ms: an HTTP date has whole seconds. */
  precision: number;
  before: number;
  after: number;
}

/** One question about a right of our Argo CD account. */
export interface ArgoQuestion {
  resource: string;
  action: string;
  /** What it is about, such as `payments/payment-service` or `*`. */
  object: string;
}

export interface ArgoFacts {
  instance: string;
  url: string;
  /** As Argo CD writes it, such as `v3.1.0+abc`. */
  version: Fact<string>;
  clock: Fact<ClockReading>;
  session: Fact<{ loggedIn: boolean; username?: string }>;
  /** In the order they were asked in. */
  answers: Array<ArgoQuestion & { allowed: Fact<boolean> }>;
}

/** One rule of a SelfSubjectRulesReview. */
export interface KubernetesRule {
  verbs: string[];
  apiGroups: string[];
  resources: string[];
  /** Empty: of any name. */
  resourceNames: string[];
}

export interface KubernetesFacts {
  cluster: string;
  clock: Fact<ClockReading>;
  namespaces: Array<{
    namespace: string;
    /** `isComplete` false: the cluster's authorizer cannot list all rules. */
    review: Fact<{ rules: KubernetesRule[]; isComplete: boolean }>;
  }>;
}

/** How we speak to GitHub. `fine_grained`: GitHub does not tell what such a token may do. */
export type GitHubCredential = 'app' | 'classic' | 'fine_grained';

/** One owner on one host, through the credentials for it. */
export interface GitHubAccountFacts {
  /** `host/owner`. */
  account: string;
  credential: Fact<GitHubCredential>;
  login: Fact<string>;
  /** Of an App's installation, such as `contents: write`. */
  permissions: Fact<Record<string, string>>;
  /** Of a classic token. */
  scopes: Fact<string[]>;
  clock: Fact<ClockReading>;
  /** Each of GitHub's budgets by its name; `resetAt` in ms epoch. */
  budgets: Fact<
    Array<{
      resource: string;
      limit: number;
      remaining: number;
      resetAt: number;
    }>
  >;
}

/** How a ruleset lets our own account past it. */
export type RulesetBypass =
  | 'never'
  | 'pull_requests_only'
  | 'always'
  | 'exempt';

/** What GitHub demands of a branch, each source as it shows it to us. */
export interface GitHubBranchFacts {
  branch: string;
  /** Of the applications whose manifests are kept there. */
  environments: Environment[];
  /** Open to every reader; `isProtected`: by classic protection. */
  summary: Fact<{ isProtected: boolean; checks: string[] }>;
  /** The full document of classic protection, open to admins; undefined: there is none. */
  protection: Fact<
    | {
        checks: string[];
        approvals: number;
        dismissesStale: boolean;
        enforcesAdmins: boolean;
        allowsForcePushes: boolean;
        /** Logins and app slugs that may merge without the approvals. */
        mayBypassReviews: string[];
        /** Teams that may, too: whether we are in one is not known. */
        teamsMayBypassReviews: string[];
      }
    | undefined
  >;
  /** What GraphQL shows every reader of classic protection; undefined: there is none. */
  shown: Fact<
    | { checks: string[]; approvals: number; allowsForcePushes: boolean }
    | undefined
  >;
  /** Rulesets, open to every reader. */
  rules: Fact<{
    checks: string[];
    approvals: number;
    dismissesStale: boolean;
    blocksForcePushes: boolean;
    hasMergeQueue: boolean;
    rulesets: Array<{ name: string; bypass: Fact<RulesetBypass> }>;
  }>;
  /** A merge queue of either kind. */
  mergeQueue: Fact<boolean>;
}

export interface GitHubRepositoryFacts {
  /** As we name it: `owner/name`. */
  repository: string;
  about: Fact<{
    isArchived: boolean;
    hasIssues: boolean;
    /** Of our account; absent where GitHub does not say. It says nothing true about Apps. */
    mayPush?: boolean;
    isAdmin?: boolean;
  }>;
  branches: GitHubBranchFacts[];
}

/** A template or a policy as it is there, compared with the one the operator wants. */
export interface ElasticsearchPart {
  /**
   * `outdated`: ours, and wanted otherwise by now. `newer`: of a later version of
   * the operator. `changed`: ours once, changed by somebody. `foreign`: never ours.
   */
  state: 'absent' | 'current' | 'outdated' | 'newer' | 'changed' | 'foreign';
  /** What records need and it does not give them, in words. */
  lacks: string[];
}

/** Ends the names of rights that the lifecycle policy deletes indices with: some are names of cluster rights as well. */
export const OF_INDICES = ' of its indices';

export interface ElasticsearchFacts {
  /** What people call it. */
  name: string;
  version: Fact<string>;
  /** Rights that are missing. */
  rights: Fact<string[]>;
  template: Fact<ElasticsearchPart>;
  policy: Fact<ElasticsearchPart>;
}

export interface PrometheusFacts {
  url: string;
  ready: Fact<boolean>;
  /** Series that the configured query found for an application nobody has. */
  query: Fact<number>;
  clock: Fact<ClockReading>;
}

export interface DatabaseFacts {
  dialect: 'sqlite' | 'postgres';
  roundTripMs: number;
  clock: ClockReading;
  /** What is due for each of the loops, and was taken by nobody; times in ms epoch. */
  due: Record<
    'rollbacks' | 'effects' | 'issues',
    { count: number; oldestDueAt?: number }
  >;
  /** How each Argo CD instance is polled; times in ms epoch. */
  polling: Array<{
    instance: string;
    lastTickAt?: number;
    lastOkAt?: number;
    problem?: string;
  }>;
}
