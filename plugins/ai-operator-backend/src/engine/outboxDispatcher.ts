import { LoggerService } from '@backstage/backend-plugin-api';
import {
  OperatorSignal,
  stringifyApplicationKey,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { Effect, EffectOutcome, Policy, stillWanted } from '../core';
import {
  afterFailure,
  Failure,
  Perform,
  PublishEvent,
  StillWanted,
} from '../effects';
import { logAbout, writeLines } from '../logging';
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
import { SPANS, traced, TracedWork } from '../tracing';
import { observeTrail } from './observeTrail';
import { outcomeLine, retryLine } from './effectLines';

export interface DispatcherOptions {
  db: Database;
  github: GitHubPort;
  notifier: NotifierPort;
  pager: PagerPort;
  publish: PublishEvent;
  perform: Perform;
  policy: Policy;
  /** Names of the sinks the audit trail is shipped to. */
  auditSinks: readonly string[];
  clock: Clock;
  logger: LoggerService;
  metrics: EngineMetrics;
  /** Longest time for one try, ms; must be shorter than the lease. */
  performTimeoutMs: number;
  /** The effect's outcome is in the database and its rollback is due. */
  onFinished: () => void;
  /** It will be tried again in so many milliseconds. */
  onRetry: (inMs: number) => void;
  /** What pages show about a rollback has changed, and is committed. */
  onChanged: (signals: OperatorSignal[]) => void;
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
    const { application, attempt, correlationId, effect, environment } =
      claimed;
    await traced(
      SPANS.effect,
      {
        correlationId,
        application: stringifyApplicationKey(application),
        environment,
        effectKind: effect.kind,
        attempt: attempt + 1,
      },
      span => this.#dispatch(claimed, signal, span),
      { root: true },
    );
  }

  async #dispatch(
    claimed: ClaimedEffect,
    signal: AbortSignal,
    span: TracedWork,
  ): Promise<void> {
    const { clock, perform, publish } = this.#options;
    const { effect } = claimed;
    const calls: CallRecord[] = [];
    let outcome: EffectOutcome;
    let ended: unknown;
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
        span.set({ result: 'cancelled' });
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
      span.fail(error);
      if (failure.result === 'retry') {
        span.set({ result: 'retry' });
        await this.#retry(claimed, { ...failure, error }, calls);
        return;
      }
      outcome = failure.outcome;
      ended = error;
    }
    span.set({ result: outcome.result });
    await this.#finish(claimed, outcome, calls, ended);
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
    const [commands, pauses, auditTrail] = await Promise.all([
      listCommands(db, { correlationId }),
      pausesFor(db, { key: rollback.application, now }),
      observeTrail(db, this.#options.auditSinks),
    ]);
    const since = { commands, pauses, auditTrail };
    return stillWanted(effect, rollback, since, now, policy);
  }

  async #retry(
    claimed: ClaimedEffect,
    {
      because,
      notBefore,
      stepAside,
      error,
    }: Extract<Failure, { result: 'retry' }> & { error: unknown },
    calls: CallRecord[],
  ): Promise<void> {
    const { clock, db, logger } = this.#options;
    const { correlationId, effect, ticket } = claimed;
    const result = await retryEffect(db, {
      correlationId,
      key: effect.key,
      ticket,
      availableAt: notBefore,
      because,
      stepAside,
      audit: calls.map(call => callRecord(subjectOf(claimed), call)),
    });
    if (result === 'committed') {
      writeLines(logger, [retryLine(claimed, error)]);
      this.#tellChange(claimed);
      this.#options.onRetry(notBefore - clock.now());
    }
  }

  async #finish(
    claimed: ClaimedEffect,
    outcome: EffectOutcome,
    calls: CallRecord[],
    /** What it ended with, where something was thrown. */
    error: unknown,
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
      logAbout(logger, claimed).debug(
        `Effect ${effect.key} was finished by somebody else meanwhile`,
      );
      return;
    }
    writeLines(logger, [outcomeLine(claimed, outcome, error)]);
    metrics.effectFinished(
      { kind: effect.kind, application: application.name, environment },
      outcome,
    );
    this.#tellChange(claimed);
    this.#options.onFinished();
    if (outcome.kind === 'escalate') {
      this.#options.onIssue(this.#options.policy.timing.escalationPoll);
    }
  }

  /** The trail of the rollback, and what it shows of its effects, are others now. */
  #tellChange({ application, correlationId }: ClaimedEffect): void {
    this.#options.onChanged([{ type: 'rollback', correlationId, application }]);
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
