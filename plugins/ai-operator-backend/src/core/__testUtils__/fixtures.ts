import { ApplicationRecord, HealthReading } from '../application';
import {
  CandidateSearch,
  CommitEvidence,
  ResolvedCandidate,
} from '../candidate';
import {
  CiNow,
  CompetingPullRequest,
  ManifestAtHead,
  Observation,
  PullRequestNow,
} from '../observation';
import { ApprovalFact, HumanCommand, PersonRef } from '../people';
import { Policy } from '../policy';
import {
  ChangePlan,
  OpenedPullRequest,
  Rollback,
  RollbackState,
} from '../rollback';
import { known } from '../verdict';

/** 2026-02-27T10:30:00Z, the clock of the worked examples. */
export const T0 = Date.UTC(2026, 1, 27, 10, 30, 0);
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const CURRENT = 'def456abc7890000000000000000000000000001';
export const TARGET = 'abc123def4560000000000000000000000000002';
export const OTHER = '0123456789abcdef000000000000000000000003';
export const HEAD = 'fedcba98765432100000000000000000000000aa';
export const BASE = 'ba5eba5eba5e00000000000000000000000000bb';
export const MERGE = '3e4ce3e4ce00000000000000000000000000cc00';
export const CORRELATION_ID = '6b1e0a3e-0000-4000-8000-000000000001';

export const POLICY: Policy = {
  timing: {
    healthCheckInterval: 10 * SECOND,
    persistenceChecks: 3,
    restorationConfirmation: 60 * SECOND,
    candidateSearch: 120 * SECOND,
    ciWait: 300 * SECOND,
    ciPoll: 5 * SECOND,
    mergeApproval: 3600 * SECOND,
    recovery: 600 * SECOND,
    inconclusive: 300 * SECOND,
    humanReviewAbort: 240 * MINUTE,
    completeArchive: 60 * SECOND,
    stale: 24 * HOUR,
    verdictMaxAge: 30 * SECOND,
    escalationPoll: 30 * SECOND,
    escalationPage: HOUR,
  },
  candidates: { maxAge: 30 * DAY, maxCommits: 50, minUptime: 0.99 },
  limits: {
    maxActiveRollbacks: 10,
    maxAttemptsPerApplicationPerDay: 5,
    maxChangedFiles: 10,
    maxPullRequestsPerHour: 10,
    maxMergesPerHour: 5,
  },
  githubBudget: { warn: 1_000, stop: 100 },
  auditTrail: { requiredInProduction: true, stopAfter: 60 * SECOND },
  freezes: [],
  portalUrl: 'https://portal.example.com',
  mention: '@oncall',
  modes: { staging: 'auto', production: 'propose' },
  holdLabel: 'do-not-merge/hold',
};

export const ALICE: PersonRef = {
  entityRef: 'user:default/alice',
  login: 'alice',
};

export const KEY = {
  instance: 'main',
  namespace: 'argocd',
  name: 'payment-service',
};

export const SOURCE = {
  repository: 'my-org/payment-service',
  branch: 'staging',
  manifestPath: '.argocd/application.yaml',
};

export const MANIFEST = `# who runs what
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: payment-service
spec:
  source:
    repoURL: https://github.com/my-org/payment-service.git
    targetRevision: ${CURRENT} # the release
`;

export function degradedReading(
  overrides: Partial<HealthReading> = {},
  at = T0,
): HealthReading {
  return {
    health: 'Degraded',
    replicas: known({ available: 1, desired: 3 }, at),
    revision: CURRENT,
    ...overrides,
  };
}

/** The record of an application degraded for three checks at `at`. */
export function degradedRecord(
  at = T0,
  overrides: Partial<ApplicationRecord> = {},
): ApplicationRecord {
  return {
    key: KEY,
    project: 'default',
    environment: 'staging',
    source: known(SOURCE, at),
    destination: { cluster: 'main', namespace: 'payments' },
    lastCheck: { ...degradedReading({}, at), at, streak: 3 },
    healthSince: at - 20 * SECOND,
    streak: 3,
    streakSince: at - 20 * SECOND,
    streakCountedAt: at,
    revision: CURRENT,
    openRollback: CORRELATION_ID,
    ...overrides,
  };
}

/** The record of an application with another health since `since`. */
export function recordWith(
  health: ApplicationRecord['lastCheck']['health'],
  at: number,
  overrides: Partial<ApplicationRecord> & { since?: number } = {},
): ApplicationRecord {
  const { since = at, ...rest } = overrides;
  return degradedRecord(at, {
    lastCheck: { health, at, streak: 0 },
    healthSince: since,
    streak: 0,
    streakSince: undefined,
    streakCountedAt: undefined,
    healthySince: health === 'Healthy' ? since : undefined,
    ...rest,
  });
}

export const RESOLVED: ResolvedCandidate = {
  sha: TARGET,
  message: 'Fix payment processing bug',
  author: { name: 'Jane Doe', email: 'jane.doe@example.com' },
  committedAt: T0 - 2 * DAY,
  deployedAt: T0 - 2 * DAY + HOUR,
  uptime: known(0.998, T0),
  ci: 'success',
};

export const CHANGE: ChangePlan = {
  baseSha: BASE,
  files: [
    {
      path: SOURCE.manifestPath,
      before: MANIFEST,
      after: MANIFEST.replace(CURRENT, TARGET),
    },
  ],
};

export const PULL_REQUEST: OpenedPullRequest = {
  number: 42,
  url: 'https://github.com/my-org/payment-service/pull/42',
  title: 'Rollback: payment-service to abc123d (degraded in staging)',
  headBranch: 'rollback/payment-service-abc123d',
  baseBranch: 'staging',
  headSha: HEAD,
  adopted: false,
};

const RESOLVED_FACTS = { source: SOURCE, target: RESOLVED, confirmedAt: T0 };
const PROPOSED = {
  ...RESOLVED_FACTS,
  change: CHANGE,
  pullRequest: PULL_REQUEST,
};

/** One example of each state, entered at `at`. */
export const STATES = {
  detected: (at = T0): RollbackState => ({
    name: 'DegradationDetected',
    enteredAt: at,
  }),
  searching: (at = T0): RollbackState => ({
    name: 'DegradationDetected',
    enteredAt: at - 20 * SECOND,
    confirmedAt: at,
    searchStartedAt: at,
  }),
  resolved: (at = T0): RollbackState => ({
    name: 'CandidateResolved',
    enteredAt: at,
    ...RESOLVED_FACTS,
    prAttempt: 1,
  }),
  opening: (at = T0): RollbackState => ({
    name: 'CandidateResolved',
    enteredAt: at,
    ...RESOLVED_FACTS,
    prAttempt: 1,
    change: CHANGE,
  }),
  prCreated: (at = T0): RollbackState => ({
    name: 'PRCreated',
    enteredAt: at,
    ...PROPOSED,
  }),
  awaitingMerge: (at = T0): RollbackState => ({
    name: 'AwaitingMergeApproval',
    enteredAt: at,
    ...PROPOSED,
    mergeAttempt: 0,
  }),
  merging: (at = T0): RollbackState => ({
    name: 'AwaitingMergeApproval',
    enteredAt: at,
    ...PROPOSED,
    mergeAttempt: 1,
    mergeAskedAt: at,
  }),
  review: (at = T0): RollbackState => ({
    name: 'AwaitingHumanReview',
    enteredAt: at,
    ...PROPOSED,
    question: 'May this be merged?',
    heldBy: [],
  }),
  merged: (at = T0): RollbackState => ({
    name: 'RollbackMerged',
    enteredAt: at,
    ...PROPOSED,
    mergeSha: MERGE,
    mergedBy: 'operator',
  }),
  aborted: (at = T0): RollbackState => ({
    name: 'Abort',
    enteredAt: at,
    reason: 'CI_FAILURE',
    because: '1 of 2 required checks failed: test',
    source: SOURCE,
    target: RESOLVED_FACTS.target,
    change: CHANGE,
    pullRequest: PULL_REQUEST,
  }),
  takenOver: (at = T0): RollbackState => ({
    name: 'Abort',
    enteredAt: at,
    reason: 'MANUAL_TAKEOVER',
    because: 'alice took over in the portal',
    by: ALICE,
    source: SOURCE,
  }),
  complete: (at = T0): RollbackState => ({
    name: 'RollbackComplete',
    enteredAt: at,
    ...PROPOSED,
    mergeSha: MERGE,
    recoveredAt: at - MINUTE,
  }),
};

/** What a senior maintainer said, for the head of our pull request. */
export function humanCommand(
  command: HumanCommand['command'],
  overrides: Partial<HumanCommand> = {},
): HumanCommand {
  return {
    id: `portal:${command}`,
    command,
    source: 'portal',
    person: ALICE,
    reason: 'we know what it is',
    at: T0,
    headSha: HEAD,
    result: 'pending',
    ...overrides,
  };
}

/** An approval that counts in production. */
export function approvalFact(
  overrides: Partial<ApprovalFact> = {},
): ApprovalFact {
  const at = overrides.at ?? T0;
  return {
    source: 'review',
    person: ALICE,
    decision: 'approved',
    at,
    headSha: HEAD,
    isBot: false,
    isAuthor: false,
    roles: known(['senior_maintainer'], at),
    ...overrides,
  };
}

export function rollbackIn(
  state: RollbackState,
  overrides: Partial<Rollback> = {},
): Rollback {
  return {
    correlationId: CORRELATION_ID,
    application: KEY,
    environment: 'staging',
    currentRevision: CURRENT,
    openedAt: T0,
    version: 7,
    steering: 2,
    state,
    ...overrides,
  };
}

export function pullRequestNow(
  overrides: Partial<PullRequestNow> = {},
): PullRequestNow {
  return {
    number: 42,
    state: 'open',
    headSha: HEAD,
    baseSha: BASE,
    labels: ['ai-operator', 'rollback', 'staging'],
    mergeableState: 'clean',
    blockers: [],
    approvals: { have: 0, need: 0 },
    mergeQueue: false,
    ...overrides,
  };
}

export function ciNow(
  state: 'success' | 'failure' | 'pending' | 'missing' = 'success',
  overrides: Partial<CiNow> = {},
): CiNow {
  return {
    headSha: HEAD,
    checks: [
      { name: 'test', required: true, state },
      { name: 'lint', required: true, state: 'success' },
      { name: 'optional-bench', required: false, state: 'failure' },
    ],
    ...overrides,
  };
}

export const OURS: CompetingPullRequest = {
  number: 42,
  headBranch: PULL_REQUEST.headBranch,
  author: 'ai-operator[bot]',
  url: PULL_REQUEST.url,
};

export const THEIRS: CompetingPullRequest = {
  number: 43,
  headBranch: 'rollback/payment-service-0123456',
  author: 'alice',
  url: 'https://github.com/my-org/payment-service/pull/43',
};

export function manifestNow(
  overrides: Partial<ManifestAtHead> = {},
): ManifestAtHead {
  return {
    baseSha: BASE,
    path: SOURCE.manifestPath,
    content: MANIFEST,
    ...overrides,
  };
}

/** An observation at `at` in which everything speaks for the merge. */
export function observationAt(
  at: number,
  overrides: Partial<Observation> = {},
): Observation {
  return {
    application: degradedRecord(at),
    freshHealth: known(degradedReading({}, at), at),
    manifest: known(manifestNow(), at),
    pullRequest: known(pullRequestNow(), at),
    ci: known(ciNow(), at),
    openPullRequests: known([OURS], at),
    approvals: known([], at),
    commands: [],
    pauses: [],
    rolledBack: [],
    lastHour: { pullRequests: 0, merges: 0 },
    outcomes: {},
    activeRollbacks: { total: 0, aheadInQueue: 0 },
    attemptsToday: 0,
    ...overrides,
  };
}

export function commit(
  sha: string,
  overrides: Partial<CommitEvidence> = {},
): CommitEvidence {
  return {
    sha,
    message: `Commit ${sha.slice(0, 4)}`,
    author: { name: 'Jane Doe' },
    committedAt: T0 - DAY,
    ci: known('success', T0),
    deployments: known([{ deployedAt: T0 - DAY }], T0),
    uptime: known(0.998, T0),
    ...overrides,
  };
}

export function searchOf(
  commits: CommitEvidence[],
  overrides: Partial<CandidateSearch> = {},
): CandidateSearch {
  return { currentRevision: CURRENT, commits, truncated: false, ...overrides };
}
