import { AuditorService, LoggerService } from '@backstage/backend-plugin-api';
import {
  AuditRecord,
  OperatorSignal,
  stringifyApplicationKey,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  ApplicationRecord,
  decide,
  Decision,
  HumanCommand,
  Observation,
  Policy,
  questionsFor,
  Rollback,
} from '../core';
import { sourceOf } from '../core/stateFacts';
import { logAbout, writeLines } from '../logging';
import { gather, ObservationPorts } from '../observation';
import {
  appendAuditRecords,
  attemptsToday,
  ClaimedRollback,
  commitRollback,
  countActive,
  countLastHour,
  Database,
  getApplicationRecord,
  listCommands,
  listRolledBack,
  loadOutcomes,
  pausesFor,
  releaseRollback,
} from '../persistence';
import { CallRecord, Clock, EngineMetrics } from '../ports';
import { SPANS, traced, TracedWork } from '../tracing';
import { auditDecision } from './auditDecision';
import { decisionLines, failedCallLines } from './decisionLines';
import { observeTrail } from './observeTrail';
import { subjectOf } from './handleComment';
import { QuietCalls } from './quietCalls';
import { RecentFailures } from './recentFailures';
import { newReviewApproval } from './reviewApproval';
import { tellAuditor } from './tellAuditor';
import { isVisibleChange } from './visibleChange';

export interface ProcessorOptions {
  db: Database;
  ports: ObservationPorts;
  policy: Policy;
  /** Names of the sinks the audit trail is shipped to. */
  auditSinks: readonly string[];
  uptimeWindow: number;
  clock: Clock;
  logger: LoggerService;
  /** Backstage's, which is told what people do. */
  auditor: AuditorService;
  metrics: EngineMetrics;
  /** Longest time for all questions of one look together, ms; must be shorter than the lease. */
  gatherTimeoutMs: number;
  /** When to come back to a rollback that could not be worked on, ms. */
  retryAfterMs: number;
  /** A decision is in the database. */
  onCommitted: (committed: { effects: number; wakeInMs?: number }) => void;
  /** What pages show about a rollback has changed, and is committed. */
  onChanged: (signals: OperatorSignal[]) => void;
}

function repositoryOf(
  { state }: Rollback,
  record: ApplicationRecord | undefined,
): string | undefined {
  const source =
    sourceOf(state) ?? (record?.source.known ? record.source.value : undefined);
  return source?.repository;
}

/** One look at one rollback: ask, decide, commit (DESIGN §1). */
export class RollbackProcessor {
  readonly #options: ProcessorOptions;
  readonly #failures = new RecentFailures();
  readonly #quietCalls = new QuietCalls();

  constructor(options: ProcessorOptions) {
    this.#options = options;
  }

  /** Works on one claimed rollback. What fails is given back and rejected with the rollback's name. */
  async process(claimed: ClaimedRollback, signal: AbortSignal): Promise<void> {
    const { application, correlationId, environment, state } = claimed.rollback;
    await traced(
      SPANS.look,
      {
        correlationId,
        application: stringifyApplicationKey(application),
        environment,
        stateBefore: state.name,
      },
      span => this.#process(claimed, signal, span),
      { root: true },
    );
  }

  async #process(
    claimed: ClaimedRollback,
    signal: AbortSignal,
    span: TracedWork,
  ): Promise<void> {
    const { clock, db, retryAfterMs } = this.#options;
    const { rollback, ticket } = claimed;
    try {
      await this.#look(claimed, signal, span);
    } catch (error) {
      const { correlationId } = rollback;
      try {
        await releaseRollback(db, {
          correlationId,
          ticket,
          wakeAt: clock.now() + retryAfterMs,
        });
      } catch (releaseError) {
        // Its lease runs out by itself; what went wrong first is what matters.
        logAbout(this.#options.logger, rollback).warn(
          `Rollback ${correlationId} could not be given back and waits for its lease to run out: ${
            releaseError instanceof Error
              ? releaseError.message
              : String(releaseError)
          }`,
        );
      }
      throw new Error(
        `Rollback ${correlationId} of ${rollback.application.name} could not be worked on in state ${rollback.state.name}`,
        { cause: error },
      );
    }
  }

  async #look(
    { rollback, ticket }: ClaimedRollback,
    signal: AbortSignal,
    span: TracedWork,
  ): Promise<void> {
    const { clock, db, logger, metrics, policy } = this.#options;
    const calls: CallRecord[] = [];
    const observation = await this.#observe(rollback, calls, signal);
    if (signal.aborted) {
      span.set({ result: 'cancelled' });
      // Cancelled questions say nothing about the world: no decision may rest on them.
      await releaseRollback(db, {
        correlationId: rollback.correlationId,
        ticket,
        wakeAt: clock.now(),
      });
      return;
    }
    const now = clock.now();
    const decision = decide(rollback, observation, now, policy);
    const { audit, quiet } = this.#audit(
      rollback,
      decision,
      calls,
      now,
      observation.commands,
    );
    const moved = decision.next.name !== rollback.state.name;
    const result = await commitRollback(db, {
      before: rollback,
      ticket,
      after: {
        state: decision.next,
        candidates: decision.candidates,
        verdicts: decision.verdicts,
        ci: observation.ci?.known
          ? { ...observation.ci.value, observedAt: observation.ci.at }
          : undefined,
        escalation: decision.escalation,
      },
      wakeAt: decision.wakeAt,
      now,
      audit,
      answers: decision.answers,
      effects: decision.effects,
      transition: moved
        ? {
            from: rollback.state.name,
            to: decision.next.name,
            because: decision.because,
          }
        : undefined,
    });
    span.set({
      result,
      stateAfter: result === 'lost' ? undefined : decision.next.name,
    });
    if (result === 'lost') {
      this.#quietCalls.add(subjectOf(rollback), calls);
      logAbout(logger, rollback).debug(
        `Rollback ${rollback.correlationId} was changed by somebody else while it was looked at; it is looked at again`,
      );
      // It is due now: whoever changed it wants to see what comes of that.
      this.#options.onCommitted({ effects: 0, wakeInMs: 0 });
      return;
    }
    if (audit.length > 0) {
      this.#quietCalls.forget(rollback.correlationId);
    }
    this.#quietCalls.add(subjectOf(rollback), quiet);
    writeLines(logger, decisionLines(rollback, decision, now));
    if (moved) {
      metrics.moved(rollback, decision.next, now);
    }
    for (const verdict of decision.verdicts?.invariants ?? []) {
      const before = rollback.verdicts?.invariants.find(
        ({ id }) => id === verdict.id,
      );
      if (verdict.result === 'broken' && before?.result !== 'broken') {
        metrics.invariantBroken(verdict.id);
      }
    }
    const { ci } = observation;
    const checks = ci?.known ? ci.value.checks : undefined;
    if (isVisibleChange(rollback, decision, checks)) {
      const { application, correlationId } = rollback;
      this.#options.onChanged([
        { type: 'rollback', correlationId, application },
      ]);
    }
    this.#options.onCommitted({
      effects: decision.effects.length,
      wakeInMs:
        decision.wakeAt === undefined ? undefined : decision.wakeAt - now,
    });
    const approver = newReviewApproval(
      rollback,
      decision,
      observation,
      now,
      policy,
    );
    if (approver) {
      await tellAuditor(this.#options, {
        subject: subjectOf(rollback),
        command: 'APPROVE',
        door: 'review',
        person: approver,
      });
    }
  }

  /**
   * Writes down the calls of quiet looks that are untold for long, or all of
   * them: another replica may have gone on with the rollback, or we stop.
   */
  async tellQuietCalls(everything = false): Promise<void> {
    const { clock, db } = this.#options;
    const now = clock.now();
    for (const correlationId of this.#quietCalls.due(now, everything)) {
      const audit = this.#quietCalls.records(correlationId, now);
      this.#quietCalls.forget(correlationId);
      await appendAuditRecords(db, { audit });
    }
  }

  async #observe(
    rollback: Rollback,
    calls: CallRecord[],
    signal: AbortSignal,
  ): Promise<Observation> {
    const { clock, db, logger, metrics, policy, ports } = this.#options;
    const { application: key, correlationId } = rollback;
    const record = await getApplicationRecord(db, key);
    const commands = await listCommands(db, { correlationId });
    const repository = repositoryOf(rollback, record);
    const [
      answers,
      outcomes,
      activeRollbacks,
      attempts,
      pauses,
      rolledBack,
      lastHour,
      auditTrail,
    ] = await Promise.all([
      gather({
        questions: questionsFor(rollback, policy),
        rollback,
        record,
        commands,
        ports,
        call: {
          record: call => calls.push(call),
          signal: AbortSignal.any([
            signal,
            AbortSignal.timeout(this.#options.gatherTimeoutMs),
          ]),
        },
        now: () => clock.now(),
        search: {
          ...policy.candidates,
          uptimeWindow: this.#options.uptimeWindow,
        },
        onFault: (question, error) => {
          metrics.loopProblem('rollbackProcessor');
          logAbout(logger, rollback).error(
            `Asking ${question} for rollback ${correlationId} of ${key.name} failed inside the operator`,
            error instanceof Error ? error : new Error(String(error)),
          );
        },
      }),
      loadOutcomes(db, { correlationId }),
      countActive(db, { rollback }),
      attemptsToday(db, { key, now: clock.now(), except: correlationId }),
      pausesFor(db, { key, now: clock.now() }),
      listRolledBack(db, { key }),
      repository === undefined
        ? { pullRequests: 0, merges: 0 }
        : countLastHour(db, {
            repository,
            now: clock.now(),
            except: correlationId,
          }),
      observeTrail(db, this.#options.auditSinks),
    ]);
    return {
      ...answers,
      application: record,
      outcomes,
      activeRollbacks,
      attemptsToday: attempts,
      commands,
      pauses,
      rolledBack,
      lastHour,
      auditTrail,
      githubBudget:
        repository === undefined ? undefined : ports.github.budget(repository),
    };
  }

  #audit(
    rollback: Rollback,
    decision: Decision,
    calls: CallRecord[],
    now: number,
    commands: readonly HumanCommand[],
  ): { audit: AuditRecord[]; quiet: CallRecord[] } {
    const { correlationId } = rollback;
    const newFailures = this.#failures.update(correlationId, calls);
    // These calls have failed, whatever becomes of the decision.
    writeLines(this.#options.logger, failedCallLines(rollback, newFailures));
    if (decision.wakeAt === undefined) {
      this.#failures.forget(correlationId);
    }
    const { audit, quiet } = auditDecision(
      rollback,
      decision,
      calls,
      newFailures,
      now,
      commands,
    );
    return {
      quiet,
      // What was asked in between comes before what it led to.
      audit:
        audit.length === 0
          ? []
          : [...this.#quietCalls.records(correlationId, now), ...audit],
    };
  }
}
