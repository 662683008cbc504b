import {
  ApplicationFacts,
  ApplicationRecord,
  HealthReading,
  ListedApplication,
  unknown,
} from '../../core';
import {
  mapBounded,
  ObservationPorts,
  readFreshHealth,
} from '../../observation';
import { CallRecord, PortError } from '../../ports';
import { findingsOf } from './findings';

/** An application that a tick has to look at, and what is known of it so far. */
export interface Subject {
  facts: ApplicationFacts;
  listed: ListedApplication;
  previous?: ApplicationRecord;
  /** Correlation id of its open rollback. */
  openRollback?: string;
}

export interface Look {
  /** When the reading was had, ms epoch: a slow list makes it later than the beat. */
  at: number;
  reading: HealthReading;
  findings?: ApplicationRecord['findings'];
  /** Calls made for this application alone. */
  calls: CallRecord[];
}

export interface AttentionLimits {
  /** Applications read in full in one tick; the others wait for their turn. */
  perTick: number;
  concurrency: number;
  /** Time for all full reads of one tick together, ms; what is left then stays unknown until the next. */
  budgetMs: number;
}

/**
 * What the list call alone tells. Out of sync, the list names the revision Argo
 * CD compares with, which does not run yet: what is known to run stays.
 */
export function listedReading({ listed, previous }: Subject): HealthReading {
  const isRunning =
    listed.syncStatus === 'Synced' || previous?.revision === undefined;
  return {
    health: listed.health,
    because: listed.healthMessage,
    revision: isRunning ? listed.revision : previous.revision,
    syncStatus: listed.syncStatus,
  };
}

/** Only what is degraded or being rolled back is read in full (SPEC §4). */
export function needsFullRead({ listed, openRollback }: Subject): boolean {
  return listed.health === 'Degraded' || openRollback !== undefined;
}

/** Open rollbacks first, then production; among equals, whoever waited longest for its replicas. */
function byUrgency(a: Subject, b: Subject): number {
  const rank = (one: Subject) =>
    (one.openRollback === undefined ? 2 : 0) +
    (one.facts.environment === 'production' ? 0 : 1);
  const readAt = (one: Subject) => one.previous?.lastCheck.replicas?.at ?? 0;
  return rank(a) - rank(b) || readAt(a) - readAt(b);
}

/** Looks at the given applications: in full where that is needed and affordable, with the list's word otherwise. */
export async function lookAt(
  subjects: Subject[],
  ports: Pick<ObservationPorts, 'argocd' | 'kubernetes'>,
  limits: AttentionLimits,
  signal: AbortSignal,
  now: () => number,
  /** An error that is no answer of the outside: ours. The others are looked at all the same. */
  onFault: (subject: Subject, error: unknown) => void,
): Promise<Map<Subject, Look>> {
  const listedAt = now();
  const looks = new Map<Subject, Look>();
  const wanted: Subject[] = [];
  for (const subject of subjects) {
    if (needsFullRead(subject)) {
      wanted.push(subject);
    } else {
      looks.set(subject, {
        at: listedAt,
        reading: listedReading(subject),
        calls: [],
      });
    }
  }
  wanted.sort(byUrgency);
  for (const subject of wanted.slice(limits.perTick)) {
    looks.set(subject, {
      at: listedAt,
      reading: {
        ...listedReading(subject),
        replicas: unknown(
          `Not read in this tick: ${wanted.length} applications need a full read, and ${limits.perTick} are read at a time`,
          // Keeps its place in the queue of the next tick.
          subject.previous?.lastCheck.replicas?.at ?? 0,
        ),
      },
      calls: [],
    });
  }
  const inTime = AbortSignal.any([
    signal,
    AbortSignal.timeout(limits.budgetMs),
  ]);
  await mapBounded(
    wanted.slice(0, limits.perTick),
    limits.concurrency,
    async subject => {
      looks.set(
        subject,
        await lookInFull(subject, ports, inTime, now, onFault),
      );
    },
  );
  return looks;
}

async function lookInFull(
  subject: Subject,
  ports: Pick<ObservationPorts, 'argocd' | 'kubernetes'>,
  signal: AbortSignal,
  now: () => number,
  onFault: (subject: Subject, error: unknown) => void,
): Promise<Look> {
  const { listed } = subject;
  const calls: CallRecord[] = [];
  try {
    const { reading, deployments } = await readFreshHealth(
      listed.key,
      ports,
      { signal, record: call => calls.push(call) },
      now,
    );
    return {
      at: now(),
      reading,
      findings: deployments && findingsOf(deployments),
      calls,
    };
  } catch (error) {
    const isAnswer = error instanceof PortError;
    if (!isAnswer) {
      onFault(subject, error);
    }
    return {
      at: now(),
      reading: {
        ...listedReading(subject),
        replicas: unknown(
          isAnswer
            ? error.message
            : 'AI Operator failed while asking; its log has the details',
          now(),
        ),
      },
      calls,
    };
  }
}
