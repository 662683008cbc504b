const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The timing constants (SPEC §2), milliseconds; also every timing key that may be configured. */
export const DEFAULT_TIMING = {
  healthCheckInterval: 10 * SECOND,
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
  instanceBackoffMax: 5 * MINUTE,
  escalationPoll: 30 * SECOND,
  escalationPage: 60 * MINUTE,
} as const;

export const DEFAULTS = {
  persistenceChecks: 3,
  instanceFailures: 3,
  environmentLabel: 'environment',
  enabledLabel: { name: 'ai-operator.enabled', value: 'true' },
  manifestPath: '.argocd/application.yaml',
  holdLabel: 'do-not-merge/hold',
  mention: '@oncall',
  candidates: {
    maxAge: 30 * DAY,
    maxCommits: 50,
    minUptime: 0.99,
    uptimeWindow: DAY,
  },
  limits: {
    maxActiveRollbacks: 10,
    maxAttemptsPerApplicationPerDay: 5,
    maxChangedFiles: 10,
    maxPullRequestsPerRepositoryPerHour: 10,
    maxMergesPerRepositoryPerHour: 5,
  },
  retention: { finishedRollbacks: 90 * DAY, healthChecks: DAY },
  argocd: {
    listTimeout: 8 * SECOND,
    requestTimeout: 5 * SECOND,
    maxResponseBytes: 128 * 1024 * 1024,
  },
  github: {
    requestTimeout: 10 * SECOND,
    maxResponseBytes: 16 * 1024 * 1024,
    cacheEntries: 500,
    budgetWarn: 1000,
    budgetStop: 100,
  },
  kubernetes: { requestTimeout: 5 * SECOND },
  prometheus: {
    requestTimeout: 10 * SECOND,
    query: 'avg_over_time(up{app="{app}",revision="{revision}"}[{window}])',
  },
  metrics: { access: 'service', scrapeInterval: MINUTE },
  replicaReadConcurrency: 8,
  audit: {
    retention: 400 * DAY,
    productionMergesNeedTrail: true,
    stopMergesAfter: MINUTE,
    verifyInterval: HOUR,
  },
  auditElasticsearch: {
    indexPrefix: 'ai-operator-audit',
    lifecycle: 90 * DAY,
    requestTimeout: 10 * SECOND,
  },
} as const;
