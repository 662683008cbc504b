import { LoggerService } from '@backstage/backend-plugin-api';
import { AuditStatus } from '@ai-operator/backstage-plugin-ai-operator-common';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorRecord } from '../audit';
import {
  claimAuditCheck,
  continueAuditCheck,
  ContinueAuditCheckResult,
  Database,
  finishAuditCheck,
  releaseAuditCheck,
} from '../persistence';
import { Clock } from '../ports';
import { UntoldAlert } from './alertTeller';
import { Beat } from './beat';

export interface AuditCheckerOptions {
  db: Database;
  clock: Clock;
  logger: LoggerService;
  /** Of this process. */
  holder: string;
  /** From the end of one look at the whole chain to the begin of the next, ms. */
  intervalMs: number;
  /** The portal's page that shows the state of the trail. */
  link: string;
  onAlerts(alerts: UntoldAlert[]): void;
  onProblem(error: unknown): void;
}

/** Entries recomputed at once: about 50 ms of work. */
const STEP = 2_000;

/** Between two steps other work has its turn, ms. */
const PAUSE_MS = 20;

/** A step takes much less; after that somebody else goes on. */
const LEASE_MS = 30_000;

/** How often it is asked whether a look is due, ms. */
const MAX_BEAT_MS = 60_000;

type Read = Extract<ContinueAuditCheckResult, { result: 'read' }>;

/**
 * Recomputes the whole chain regularly, a little at a time, whichever replica
 * gets to it. A broken chain is told once: as an error in the log, as a record
 * of the trail itself, and as an alert that belongs to no rollback.
 */
export class AuditChecker {
  readonly #options: AuditCheckerOptions;
  readonly #beat: Beat;

  constructor(options: AuditCheckerOptions) {
    this.#options = options;
    this.#beat = new Beat({
      intervalMs: Math.min(options.intervalMs, MAX_BEAT_MS),
      tick: signal => this.check(signal),
      onProblem: error => options.onProblem(error),
      // A long chain: the look under way is the news.
      onLate: () => {},
    });
  }

  start(): void {
    this.#beat.start();
  }

  async stop(timeoutMs: number): Promise<void> {
    await this.#beat.stop(timeoutMs);
  }

  /** Does what is due: nothing, or a look at the whole chain. */
  async check(signal?: AbortSignal): Promise<void> {
    const { clock, db, holder } = this.#options;
    const ticket = await claimAuditCheck(db, {
      now: clock.now(),
      holder,
      leaseMs: LEASE_MS,
    });
    if (ticket !== undefined) {
      await this.#look(ticket, signal);
    }
  }

  async #look(ticket: number, signal: AbortSignal | undefined): Promise<void> {
    const { clock, db } = this.#options;
    try {
      while (!signal?.aborted) {
        const step = await continueAuditCheck(db, {
          ticket,
          now: clock.now(),
          leaseMs: LEASE_MS,
          limit: STEP,
        });
        if (step.result === 'lost') {
          return;
        }
        if (step.result === 'read') {
          await this.#finish(ticket, step);
          return;
        }
        await sleep(PAUSE_MS);
      }
    } catch (error) {
      // What went wrong first is the news; the lease runs out by itself.
      await releaseAuditCheck(db, { ticket }).catch(() => undefined);
      throw error;
    }
    await releaseAuditCheck(db, { ticket });
  }

  async #finish(ticket: number, { check, before }: Read): Promise<void> {
    const { clock, db, intervalMs, link, logger, onAlerts } = this.#options;
    const now = clock.now();
    const { chain } = check;
    const isNews = chain.result === 'broken' && !sameProblems(chain, before);
    const title = 'The audit trail is not what was written';
    const finished = await finishAuditCheck(db, {
      ticket,
      check,
      dueAt: now + intervalMs,
      audit: isNews
        ? [
            errorRecord(
              { metadata: { auditChain: chain.problems.slice(0, 10) } },
              now,
              `${title}: ${chain.because}`,
            ),
          ]
        : [],
    });
    if (finished === 'lost') {
      return;
    }
    if (isNews) {
      logger.error(`${title}: ${chain.because}`);
      onAlerts([
        {
          scope: 'audit-chain',
          title,
          description: `${chain.because} Whoever did this could write to the operator's database. Compare with a copy that was shipped, and keep both.`,
          urgent: true,
          link,
        },
      ]);
    } else if (chain.result === 'intact' && before?.result === 'broken') {
      logger.warn('The audit trail is what was written again');
    }
  }
}

/** Whether a broken chain was told before as it is now. */
function sameProblems(
  now: AuditStatus['chain'],
  before: AuditStatus['chain'] | undefined,
): boolean {
  const known = new Set(before?.problems.map(placeOf));
  return now.problems.every(problem => known.has(placeOf(problem)));
}

function placeOf({
  kind,
  seq,
  toSeq,
}: AuditStatus['chain']['problems'][number]): string {
  return `${kind} ${seq} ${toSeq}`;
}
