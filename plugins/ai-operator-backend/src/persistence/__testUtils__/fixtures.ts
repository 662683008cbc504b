import {
  ApplicationKey,
  AuditRecord,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { randomUUID } from 'node:crypto';
import { ApplicationRecord, HealthCheck } from '../../core/application';
import { Effect } from '../../core/effect';
import { HumanCommand, Pause } from '../../core/people';
import { Rollback, RollbackState } from '../../core/rollback';
import { Database } from '../database';
import { claimInstance } from '../operations/claimInstance';
import { finishTick, FinishTickOptions } from '../operations/finishTick';

/** 2026-02-27T10:30:00Z, when the customer's example begins. */
export const T0 = Date.UTC(2026, 1, 27, 10, 30, 0);
export const SHA = {
  bad: 'def456abc789def456abc789def456abc789def4',
  good: 'abc123def456abc123def456abc123def456abc1',
  head: '0123456789abcdef0123456789abcdef01234567',
  merge: 'fedcba9876543210fedcba9876543210fedcba98',
};

export function aKey(name: string, key?: Partial<ApplicationKey>) {
  return { instance: 'main', namespace: 'argocd', ...key, name };
}

export function aCheck(check: Partial<HealthCheck> = {}): HealthCheck {
  return { at: T0, health: 'Healthy', streak: 0, ...check };
}

export function aRecord(
  name: string,
  record: Partial<ApplicationRecord> = {},
): ApplicationRecord {
  return {
    key: aKey(name),
    project: 'default',
    environment: 'staging',
    source: {
      known: true,
      at: T0,
      value: {
        repository: `my-org/${name}`,
        branch: 'staging',
        manifestPath: '.argocd/application.yaml',
      },
    },
    destination: { cluster: 'staging', namespace: name },
    lastCheck: aCheck(),
    healthSince: T0,
    streak: 0,
    revision: SHA.bad,
    labels: { app: name, environment: 'staging' },
    ...record,
  };
}

export function aRollback(
  name: string,
  rollback: Partial<Rollback> = {},
): Rollback {
  return {
    correlationId: randomUUID(),
    application: aKey(name),
    environment: 'staging',
    currentRevision: SHA.bad,
    openedAt: T0,
    version: 1,
    steering: 1,
    state: { name: 'DegradationDetected', enteredAt: T0 },
    ...rollback,
  };
}

const RESOLVED = {
  source: {
    repository: 'my-org/payment-service',
    branch: 'staging',
    manifestPath: '.argocd/application.yaml',
  },
  target: {
    sha: SHA.good,
    message: 'Fix payment processing bug',
    author: { name: 'Jane Doe', email: 'jane.doe@example.com' },
    committedAt: T0 - 86_400_000,
    uptime: { known: true as const, value: 0.998, at: T0 },
    ci: 'success' as const,
  },
  confirmedAt: T0 + 20_000,
};

const PROPOSED = {
  ...RESOLVED,
  pullRequest: {
    number: 42,
    url: 'https://github.example.com/my-org/payment-service/pull/42',
    title: 'Rollback: payment-service to abc123d (degraded in staging)',
    headBranch: 'rollback/payment-service-abc123d',
    baseBranch: 'staging',
    headSha: SHA.head,
    adopted: false,
  },
  change: {
    baseSha: SHA.bad,
    files: [
      {
        path: '.argocd/application.yaml',
        before: `spec:\n  source:\n    targetRevision: ${SHA.bad}\n`,
        after: `spec:\n  source:\n    targetRevision: ${SHA.good}\n`,
      },
    ],
  },
};

/** One state of every kind, entered at `at`. */
export function states(at: number) {
  return {
    confirmed: {
      name: 'DegradationDetected',
      enteredAt: T0,
      confirmedAt: at,
    },
    searching: {
      name: 'DegradationDetected',
      enteredAt: T0,
      confirmedAt: T0 + 20_000,
      searchStartedAt: at,
    },
    candidateResolved: {
      ...RESOLVED,
      name: 'CandidateResolved',
      enteredAt: at,
      prAttempt: 1,
    },
    prCreated: { ...PROPOSED, name: 'PRCreated', enteredAt: at },
    awaitingMerge: {
      ...PROPOSED,
      name: 'AwaitingMergeApproval',
      enteredAt: at,
      mergeAttempt: 0,
    },
    awaitingHuman: {
      ...PROPOSED,
      name: 'AwaitingHumanReview',
      enteredAt: at,
      question: 'The label do-not-merge/hold is on the pull request. Go on?',
      heldBy: ['hold_label'],
    },
    merged: {
      ...PROPOSED,
      name: 'RollbackMerged',
      enteredAt: at,
      mergeSha: SHA.merge,
      mergedBy: 'operator',
    },
    complete: {
      ...PROPOSED,
      name: 'RollbackComplete',
      enteredAt: at,
      mergeSha: SHA.merge,
      recoveredAt: at,
    },
    abort: {
      name: 'Abort',
      enteredAt: at,
      reason: 'CI_FAILURE',
      because: 'The required check test failed on the pull request',
      pullRequest: PROPOSED.pullRequest,
      source: PROPOSED.source,
      target: PROPOSED.target,
      change: PROPOSED.change,
    },
    idle: {
      name: 'Idle',
      enteredAt: at,
      outcome: 'completed',
      because: 'Recovered at abc123d',
      pullRequest: PROPOSED.pullRequest,
      target: PROPOSED.target,
      change: PROPOSED.change,
    },
  } as const satisfies Record<string, RollbackState>;
}

export function anAudit(record: Partial<AuditRecord> = {}): AuditRecord {
  return {
    version: 1,
    timestamp: T0,
    level: 'INFO',
    actionType: 'FSM_TRANSITION',
    actor: 'ai-operator',
    reasoning: 'payment-service is Degraded',
    metadata: {},
    ...record,
  };
}

export function anEvent(key: string): Effect {
  return {
    key,
    kind: 'publish_event',
    name: 'degradation.detected',
    payload: {
      health: 'Degraded',
      revision: 'b0b',
      streak: 1,
      because: 'It is Degraded',
    },
  };
}

export function aClose(key: string): Effect {
  return {
    key,
    kind: 'close_pull_request',
    repository: 'my-org/payment-service',
    number: 42,
    comment: 'Health restored before merge, rollback no longer needed',
  };
}

/** Reaction and reply to comment 1001. */
export function anAnswer(key: string): Effect {
  return {
    key,
    kind: 'answer_comment',
    repository: 'my-org/ops',
    issueNumber: 7,
    commentId: 1001,
    reaction: 'confused',
    reply: 'One command a comment',
  };
}

/** A command that waits for an answer, as the portal writes it. */
export function aCommand(
  id: string,
  command: Partial<HumanCommand> = {},
): HumanCommand {
  return {
    id,
    command: 'APPROVE',
    source: 'portal',
    person: { entityRef: 'user:default/alice', login: 'alice' },
    reason: 'The fix is good',
    at: T0,
    headSha: SHA.head,
    result: 'pending',
    ...command,
  };
}

export function aPause(id: string, pause: Partial<Pause> = {}): Pause {
  return {
    id,
    reason: 'Database migration',
    by: 'user:default/alice',
    at: T0,
    ...pause,
  };
}

/** Claims the instance and writes one tick with it; returns what {@link finishTick} said. */
export async function tick(
  db: Database,
  options: Partial<FinishTickOptions> = {},
) {
  const instance = options.instance ?? 'main';
  const claim = await claimInstance(db, {
    instance,
    holder: 'test',
    leaseMs: 60_000,
  });
  if (claim.result !== 'claimed') {
    throw new Error(`${instance} is held by ${claim.by}`);
  }
  return finishTick(db, {
    instance,
    ticket: claim.ticket,
    now: T0,
    ok: true,
    records: [],
    checks: [],
    gone: [],
    opened: [],
    wake: [],
    audit: [],
    effects: [],
    ...options,
  });
}

/** Writes an application and an open rollback of it. */
export async function openOne(
  db: Database,
  name: string,
  rollback: Partial<Rollback> = {},
): Promise<Rollback> {
  const opened = aRollback(name, rollback);
  await tick(db, {
    instance: opened.application.instance,
    now: opened.openedAt,
    records: [
      aRecord(name, {
        key: opened.application,
        environment: opened.environment,
      }),
    ],
    opened: [{ rollback: opened, because: `${name} is Degraded` }],
  });
  return opened;
}
