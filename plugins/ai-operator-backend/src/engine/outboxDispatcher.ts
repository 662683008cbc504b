import { LoggerService } from '@backstage/backend-plugin-api';
import { Effect, EffectOutcome, Policy, stillWanted } from '../core';
import { afterFailure, Perform, PublishEvent, StillWanted } from '../effects';
import {
  ClaimedEffect,
  Database,
  finishEffect,
  getRollback,
  listCommands,
  pausesFor,
  releaseEffect,
  retryEffect,
} from '../persistence';
import {
  CallRecord,
  Clock,
  EngineMetrics,
  GitHubPort,
  NotifierPort,
  PagerPort,
} from '../ports';
import { AuditSubject, callRecord, errorRecord } from '../audit';

export interface DispatcherOptions {
  db: Database;
  github: GitHubPort;
  notifier: NotifierPort;
  pager: PagerPort;
  publish: PublishEvent;
  perform: Perform;
  policy: Policy;
  clock: Clock;
  logger: LoggerService;
  metrics: EngineMetrics;
  /** Longest time for one try, ms; must be shorter than the lease. */
  performTimeoutMs: number;
  /** The effect's outcome is in the database and its rollback is due. */
  onFinished: () => void;
  /** It will be tried again in so many milliseconds. */
  onRetry: (inMs: number) => void;
  /** An escalation issue is there, and its comments are to be read in so many milliseconds. */
  onIssue: (inMs: number) => void;
}

/** How long the comments of a closed issue are read: whoever comes late is told that it is over. */
const WATCH_CLOSED_MS = 24 * 60 * 60_000;

/** Effects whose outcome a decision waits for, or rests on. */
const WAKING: ReadonlySet<Effect['kind']> = new Set([
  'open_pull_request',
  'merge_pull_request',
  'close_pull_request',
]);

/** Carries out effects that decisions asked for, each until it has an outcome. */
export class OutboxDispatcher {
  readonly #options: DispatcherOptions;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** One try at one claimed effect. */
  async dispatch(claimed: ClaimedEffect, signal: AbortSignal): Promise<void> {
    const { clock, perform, publish } = this.#options;
    const { effect } = claimed;
    const calls: CallRecord[] = [];
    let outcome: EffectOutcome;
    try {
      outcome = await perform(effect, {
        subject: claimed,
        decidedAt: claimed.askedAt,
        github: this.#options.github,
        notifier: this.#options.notifier,
        pager: this.#options.pager,
        publish,
        stillWanted: wanted => this.#stillWanted(claimed.correlationId, wanted),
        call: {
          record: call => calls.push(call),
          signal: AbortSignal.any([
            signal,
            AbortSignal.timeout(this.#options.performTimeoutMs),
          ]),
        },
      });
    } catch (error) {
      if (signal.aborted) {
        await releaseEffect(this.#options.db, {
          correlationId: claimed.correlationId,
          key: effect.key,
          ticket: claimed.ticket,
          audit: calls.map(call => callRecord(subjectOf(claimed), call)),
        });
        return;
      }
      const failure = afterFailure(
        effect,
        error,
        claimed.attempt + 1,
        clock.now(),
      );
      this.#log(claimed, error, failure.result);
      if (failure.result === 'retry') {
        await this.#retry(claimed, failure, calls);
        return;
      }
      outcome = failure.outcome;
    }
    await this.#finish(claimed, outcome, calls);
  }

  async #stillWanted(
    correlationId: string,
    effect: Effect,
  ): Promise<StillWanted> {
    const { clock, db, policy } = this.#options;
    const rollback = await getRollback(db, { correlationId });
    if (!rollback) {
      return { wanted: false, because: 'Its rollback is no longer stored' };
    }
    const now = clock.now();
    const [commands, pauses] = await Promise.all([
      listCommands(db, { correlationId }),
      pausesFor(db, { key: rollback.application, now }),
    ]);
    return stillWanted(effect, rollback, { commands, pauses }, now, policy);
  }

  async #retry(
    claimed: ClaimedEffect,
    { because, notBefore }: { because: string; notBefore: number },
    calls: CallRecord[],
  ): Promise<void> {
    const { clock, db } = this.#options;
    const { correlationId, effect, ticket } = claimed;
    const result = await retryEffect(db, {
      correlationId,
      key: effect.key,
      ticket,
      availableAt: notBefore,
      because,
      audit: calls.map(call => callRecord(subjectOf(claimed), call)),
    });
    if (result === 'committed') {
      this.#options.onRetry(notBefore - clock.now());
    }
  }

  async #finish(
    claimed: ClaimedEffect,
    outcome: EffectOutcome,
    calls: CallRecord[],
  ): Promise<void> {
    const { clock, db, logger, metrics } = this.#options;
    const { application, correlationId, effect, environment, ticket } = claimed;
    const subject = subjectOf(claimed);
    const now = clock.now();
    const result = await finishEffect(db, {
      correlationId,
      key: effect.key,
      ticket,
      outcome,
      now,
      // What people were told changes nothing that is decided.
      wake: WAKING.has(effect.kind),
      ...this.#issueOf(effect, outcome, now),
      audit: [
        ...calls.map(call => callRecord(subject, call)),
        ...(outcome.result === 'failed'
          ? [
              errorRecord(
                subject,
                now,
                `${effect.kind} failed for good: ${outcome.because}`,
              ),
            ]
          : []),
      ],
    });
    if (result === 'lost') {
      logger.debug(
        `Effect ${effect.key} was finished by somebody else meanwhile`,
      );
      return;
    }
    metrics.effectFinished(
      { kind: effect.kind, application: application.name, environment },
      outcome,
    );
    this.#options.onFinished();
    if (outcome.kind === 'escalate') {
      this.#options.onIssue(this.#options.policy.timing.escalationPoll);
    }
  }

  /** What the outcome says about the escalation issue: stored with it, so that its comments are read. */
  #issueOf(effect: Effect, outcome: EffectOutcome, now: number) {
    if (
      effect.kind === 'escalate' &&
      effect.repository !== undefined &&
      outcome.kind === 'escalate' &&
      outcome.result === 'raised' &&
      outcome.issueUrl !== undefined &&
      outcome.issueNumber !== undefined
    ) {
      return {
        escalationIssue: {
          repository: effect.repository,
          number: outcome.issueNumber,
          url: outcome.issueUrl,
          pollAt: now + this.#options.policy.timing.escalationPoll,
        },
      };
    }
    // Even where it could not be closed: comments are not read for ever.
    const isOver =
      effect.kind === 'close_issue' && outcome.result !== 'dry_run';
    return isOver ? { closedIssue: { watchUntil: now + WATCH_CLOSED_MS } } : {};
  }

  #log(
    { attempt, effect, application }: ClaimedEffect,
    error: unknown,
    next: 'retry' | 'final',
  ): void {
    const text = `${effect.kind} for ${application.name} failed at try ${
      attempt + 1
    }, ${next === 'retry' ? 'to be tried again' : 'for good'}`;
    const cause = error instanceof Error ? error : new Error(String(error));
    if (next === 'retry') {
      this.#options.logger.warn(`${text}: ${cause.message}`);
    } else {
      this.#options.logger.error(text, cause);
    }
  }
}

function subjectOf(claimed: ClaimedEffect): AuditSubject {
  const { application, correlationId, effect, environment } = claimed;
  return {
    correlationId,
    application,
    environment,
    metadata: { effect: effect.key },
  };
}
