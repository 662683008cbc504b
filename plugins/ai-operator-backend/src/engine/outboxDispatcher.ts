import { LoggerService } from '@backstage/backend-plugin-api';
import { Effect, EffectOutcome, Policy, stillWanted } from '../core';
import { afterFailure, Perform, PublishEvent, StillWanted } from '../effects';
import {
  ClaimedEffect,
  Database,
  finishEffect,
  getRollback,
  releaseEffect,
  retryEffect,
} from '../persistence';
import { CallRecord, Clock, EngineMetrics, GitHubPort } from '../ports';
import { AuditSubject, callRecord, errorRecord } from '../audit';

export interface DispatcherOptions {
  db: Database;
  github: GitHubPort;
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
}

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
    return rollback
      ? stillWanted(effect, rollback, clock.now(), policy)
      : { wanted: false, because: 'Its rollback is no longer stored' };
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
      wake: effect.kind !== 'publish_event',
      escalationIssueUrl:
        outcome.kind === 'escalate' && outcome.result === 'raised'
          ? outcome.issueUrl
          : undefined,
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
