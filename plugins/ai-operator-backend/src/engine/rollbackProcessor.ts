import { LoggerService } from '@backstage/backend-plugin-api';
import { AuditRecord } from '@ai-operator/backstage-plugin-ai-operator-common';
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
import { gather, ObservationPorts } from '../observation';
import {
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
import { auditDecision } from './auditDecision';
import { RecentFailures } from './recentFailures';

export interface ProcessorOptions {
  db: Database;
  ports: ObservationPorts;
  policy: Policy;
  uptimeWindow: number;
  clock: Clock;
  logger: LoggerService;
  metrics: EngineMetrics;
  /** Longest time for all questions of one look together, ms; must be shorter than the lease. */
  gatherTimeoutMs: number;
  /** When to come back to a rollback that could not be worked on, ms. */
  retryAfterMs: number;
  /** A decision is in the database. */
  onCommitted: (committed: { effects: number; wakeInMs?: number }) => void;
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

  constructor(options: ProcessorOptions) {
    this.#options = options;
  }

  /** Works on one claimed rollback. What fails is given back and rejected with the rollback's name. */
  async process(claimed: ClaimedRollback, signal: AbortSignal): Promise<void> {
    const { clock, db, retryAfterMs } = this.#options;
    const { rollback, ticket } = claimed;
    try {
      await this.#look(claimed, signal);
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
        this.#options.logger.warn(
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
  ): Promise<void> {
    const { clock, db, logger, metrics, policy } = this.#options;
    const calls: CallRecord[] = [];
    const observation = await this.#observe(rollback, calls, signal);
    if (signal.aborted) {
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
    const audit = this.#audit(
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
    if (result === 'lost') {
      logger.debug(
        `Rollback ${rollback.correlationId} was changed by somebody else while it was looked at; it is looked at again`,
      );
      // It is due now: whoever changed it wants to see what comes of that.
      this.#options.onCommitted({ effects: 0, wakeInMs: 0 });
      return;
    }
    if (moved) {
      logger.info(
        `${rollback.application.name} (${rollback.environment}): ${rollback.state.name} -> ${decision.next.name}: ${decision.because}`,
        { correlationId: rollback.correlationId },
      );
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
    this.#options.onCommitted({
      effects: decision.effects.length,
      wakeInMs:
        decision.wakeAt === undefined ? undefined : decision.wakeAt - now,
    });
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
          logger.error(
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
  ): AuditRecord[] {
    const { correlationId } = rollback;
    const newFailures = this.#failures.update(correlationId, calls);
    for (const { name, errorCode, response } of newFailures) {
      this.#options.logger.warn(
        `${rollback.application.name} (${
          rollback.environment
        }): ${name} failed${errorCode ? ` with ${errorCode}` : ''}${
          typeof response === 'string' ? `: ${response}` : ''
        }`,
        { correlationId },
      );
    }
    if (decision.wakeAt === undefined) {
      this.#failures.forget(correlationId);
    }
    return auditDecision(rollback, decision, calls, newFailures, now, commands);
  }
}
