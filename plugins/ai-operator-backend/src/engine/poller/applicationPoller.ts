import { LoggerService } from '@backstage/backend-plugin-api';
import {
  ApplicationKey,
  OperatorSignal,
  stringifyApplicationKey,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { OperatorConfig } from '../../config';
import { ListedApplication, Policy } from '../../core';
import { logAbout, writeLines } from '../../logging';
import { ObservationPorts } from '../../observation';
import {
  appendAuditRecords,
  claimInstance,
  Database,
  finishTick,
  listHolds,
  loadApplicationRecords,
  releaseInstance,
} from '../../persistence';
import {
  CallRecord,
  CatalogPort,
  Clock,
  EngineMetrics,
  PortError,
} from '../../ports';
import { SPANS, traced } from '../../tracing';
import { CallTally } from '../callTally';
import { AttentionLimits, lookAt } from './attention';
import { pauseAfter } from './backoff';
import { CatalogIndex, indexCatalog } from './catalogIndex';
import { InstanceMemory } from './instanceMemory';
import { judgeFailedTick } from './judgeFailedTick';
import { judgeTick, TickFindings } from './judgeTick';
import { UntoldAlert } from '../alertTeller';
import { selectSubjects } from './selectSubjects';

export interface PollerOptions {
  db: Database;
  ports: Pick<ObservationPorts, 'argocd' | 'kubernetes' | 'github'>;
  catalog: CatalogPort;
  config: OperatorConfig;
  policy: Policy;
  clock: Clock;
  /** Makes correlation ids. */
  newId: () => string;
  logger: LoggerService;
  metrics: EngineMetrics;
  holder: string;
  /** How long an instance stays ours without a tick, ms of database time. */
  leaseMs: number;
  /** Time for the list with its retries, ms: list and full reads together must end before the lease. */
  listBudgetMs: number;
  attention: AttentionLimits;
  /** Rollbacks or effects have become due. */
  onCommitted: () => void;
  /** What pages show has changed, and is committed. */
  onChanged: (signals: OperatorSignal[]) => void;
  /** Alerts that belong to no rollback, of a tick that is committed. */
  onAlerts: (alerts: readonly UntoldAlert[]) => void;
}

export type TickResult =
  /** Another replica polls this instance. */
  | { result: 'held'; by: string }
  /** It failed so often that it is asked less often. */
  | { result: 'backing_off'; until: number }
  | { result: 'failed'; because: string; consecutiveFailures: number }
  /** Somebody else has taken the instance over meanwhile; nothing was written. */
  | { result: 'lost' }
  | {
      result: 'committed';
      listed: number;
      monitored: number;
      written: number;
      opened: string[];
    };

interface Held {
  ticket: number;
  memory: InstanceMemory | undefined;
  /** Calls of looks that found nothing new. */
  tally: CallTally;
}

/** How often the calls of healthy polling are told, added up (SPEC §10), ms. */
const TALLY_MS = 60 * 60_000;

function signalsOf(
  { opened, changed, gone = [] }: TickFindings & { gone?: ApplicationKey[] },
  notOpened: string[],
): OperatorSignal[] {
  return [
    ...opened.flatMap(({ rollback }): OperatorSignal[] =>
      notOpened.includes(rollback.correlationId)
        ? []
        : [
            {
              type: 'rollback',
              correlationId: rollback.correlationId,
              application: rollback.application,
            },
          ],
    ),
    ...[...changed, ...gone].map(
      (application): OperatorSignal => ({ type: 'application', application }),
    ),
  ];
}

/** Looks at all applications of an Argo CD instance, once per beat (SPEC §4). */
export class ApplicationPoller {
  readonly #options: PollerOptions;
  readonly #held = new Map<string, Held>();
  #catalog: CatalogIndex | undefined;

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  /** One tick of one instance. Rejects only for faults of ours; the instance's own are a result. */
  async tick(instance: string, signal: AbortSignal): Promise<TickResult> {
    return traced(
      SPANS.tick,
      { instance },
      async span => {
        const tick = await this.#tick(instance, signal);
        span.set({ result: tick.result });
        if (tick.result === 'committed') {
          const { listed, monitored, opened } = tick;
          span.set({ listed, monitored, opened: opened.length });
        }
        return tick;
      },
      { root: true },
    );
  }

  async #tick(instance: string, signal: AbortSignal): Promise<TickResult> {
    const { db, clock, config, holder, leaseMs, metrics } = this.#options;
    const claim = await claimInstance(db, { instance, holder, leaseMs });
    if (claim.result === 'held') {
      const before = this.#held.get(instance);
      this.#held.delete(instance);
      await this.#tellTally(instance, before?.tally);
      return claim;
    }
    const now = clock.now();
    const held = this.#hold(instance, claim.ticket);
    const { consecutiveFailures, lastTickAt } = claim;
    const until =
      (lastTickAt ?? 0) +
      pauseAfter(consecutiveFailures, {
        interval: config.timing.healthCheckInterval,
        failures: config.timing.instanceFailures,
        max: config.timing.instanceBackoffMax,
      });
    if (consecutiveFailures > 0 && now < until) {
      return { result: 'backing_off', until };
    }
    const startedAt = performance.now();
    try {
      const result = await this.#look(instance, held, claim, signal);
      metrics.tickFinished({
        instance,
        result: result.result === 'committed' ? 'ok' : result.result,
        durationMs: performance.now() - startedAt,
        now,
      });
      await this.#tellTally(instance, held.tally, TALLY_MS);
      return result;
    } catch (error) {
      // What is in the database now is not known here: read it again.
      held.memory = undefined;
      throw error;
    }
  }

  /** Gives the instances back, so that another replica goes on at its next beat. */
  async release(): Promise<void> {
    const held = [...this.#held];
    this.#held.clear();
    for (const [instance, { tally, ticket }] of held) {
      await releaseInstance(this.#options.db, { instance, ticket });
      await this.#tellTally(instance, tally);
    }
  }

  /** Writes down the calls of which no record tells, if the first of them is `untoldFor` (ms) ago. */
  async #tellTally(
    instance: string,
    tally: CallTally | undefined,
    untoldFor = 0,
  ): Promise<void> {
    const now = this.#options.clock.now();
    if (tally?.since === undefined || now - tally.since < untoldFor) {
      return;
    }
    const audit = tally.records({ metadata: { instance } }, now);
    tally.clear();
    await appendAuditRecords(this.#options.db, { audit });
  }

  /** Our memory is valid only while nobody else has polled in between: then our tickets follow each other. */
  #hold(instance: string, ticket: number): Held {
    const before = this.#held.get(instance);
    const held: Held = {
      ticket,
      memory: before?.ticket === ticket - 1 ? before.memory : undefined,
      tally: before?.tally ?? new CallTally(),
    };
    this.#held.set(instance, held);
    return held;
  }

  async #look(
    instance: string,
    held: Held,
    claim: { ticket: number; consecutiveFailures: number },
    signal: AbortSignal,
  ): Promise<Extract<TickResult, { result: 'failed' | 'lost' | 'committed' }>> {
    const { clock, db, listBudgetMs, ports } = this.#options;
    held.memory ??= new InstanceMemory(
      await loadApplicationRecords(db, { instance }),
    );
    const calls: CallRecord[] = [];
    let listed: ListedApplication[];
    try {
      listed = await ports.argocd.listApplications(instance, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(listBudgetMs)]),
        record: call => calls.push(call),
      });
    } catch (error) {
      if (!(error instanceof PortError)) {
        throw new Error(`Listing the applications of ${instance} failed`, {
          cause: error,
        });
      }
      return this.#failed(
        instance,
        { memory: held.memory, tally: held.tally },
        claim,
        clock.now(),
        error,
        calls,
      );
    }
    return this.#listedAll(
      instance,
      { memory: held.memory, tally: held.tally },
      claim,
      // The check is as old as its answer, not as the question.
      clock.now(),
      listed,
      calls,
      signal,
    );
  }

  async #failed(
    instance: string,
    { memory, tally }: { memory: InstanceMemory; tally: CallTally },
    claim: { ticket: number; consecutiveFailures: number },
    now: number,
    error: PortError,
    calls: CallRecord[],
  ): Promise<Extract<TickResult, { result: 'failed' | 'lost' }>> {
    const { config, db, policy } = this.#options;
    const consecutiveFailures = claim.consecutiveFailures + 1;
    const isAlert = consecutiveFailures === config.timing.instanceFailures;
    const findings = judgeFailedTick(memory, {
      instance,
      because: error.message,
      holds: await listHolds(db, { instance }),
      now,
      policy,
      calls,
      consecutiveFailures,
      isAlert,
    });
    if (isAlert) {
      findings.lines.push({
        level: 'error',
        message: `Argo CD instance ${instance} could not be read ${consecutiveFailures} times in a row; it is asked less often until it answers: ${error.message}`,
        fields: { instance },
        error,
      });
    } else if (consecutiveFailures === 1) {
      findings.lines.push({
        level: 'warn',
        message: `Argo CD instance ${instance} could not be read: ${error.message}`,
        fields: { instance },
      });
    }
    const { result } = await this.#commit(
      instance,
      claim.ticket,
      now,
      findings,
      {
        ok: false,
        problem: error.message,
      },
    );
    if (result === 'lost') {
      return { result };
    }
    tally.add(findings.quietCalls);
    for (const record of findings.records) {
      memory.replace(stringifyApplicationKey(record.key), record);
    }
    return { result: 'failed', because: error.message, consecutiveFailures };
  }

  async #listedAll(
    instance: string,
    { memory, tally }: { memory: InstanceMemory; tally: CallTally },
    claim: { ticket: number; consecutiveFailures: number },
    now: number,
    listed: ListedApplication[],
    calls: CallRecord[],
    signal: AbortSignal,
  ): Promise<Extract<TickResult, { result: 'lost' | 'committed' }>> {
    const { attention, clock, config, db, newId, policy, ports } =
      this.#options;
    const catalog = this.#indexedCatalog();
    const { subjects, ignored } = selectSubjects(
      listed,
      memory,
      await listHolds(db, { instance }),
      catalog,
      { config, slugOf: url => ports.github.repositorySlug(url) },
      now,
    );
    const faults: Array<{ key: ApplicationKey; error: unknown }> = [];
    const looks = await lookAt(
      subjects,
      ports,
      attention,
      signal,
      () => clock.now(),
      ({ listed: { key } }, error) => faults.push({ key, error }),
    );
    this.#tellFaults(faults);
    const findings = judgeTick(subjects, looks, {
      instance,
      now,
      policy,
      newId,
      recoveredAfter:
        claim.consecutiveFailures >= config.timing.instanceFailures
          ? claim.consecutiveFailures
          : 0,
      calls,
    });
    const gone = [
      ...memory.vanished(policy.timing.persistenceChecks),
      // Taken from our watch: that needs no second look.
      ...ignored.flatMap(({ id, listed: { key } }) =>
        memory.record(id) ? key : [],
      ),
    ];
    const committed = await this.#commit(
      instance,
      claim.ticket,
      now,
      { ...findings, gone },
      { ok: true },
    );
    if (committed.result === 'lost') {
      return { result: 'lost' };
    }
    tally.add(findings.quietCalls);
    for (const key of gone) {
      memory.forget(stringifyApplicationKey(key));
    }
    for (const { id, listed: one } of [...subjects, ...ignored]) {
      memory.remember(id, one, catalog.generation, findings.latest.get(id));
    }
    const opened = findings.opened
      .map(({ rollback }) => rollback)
      .filter(
        ({ correlationId }) => !committed.notOpened.includes(correlationId),
      );
    for (const { application, environment } of opened) {
      this.#options.metrics.degradationDetected(application.name, environment);
    }
    return {
      result: 'committed',
      listed: listed.length,
      monitored: memory.monitored,
      written: findings.records.length,
      opened: opened.map(({ correlationId }) => correlationId),
    };
  }

  /** One line for all: what fails for one application often fails for many. */
  #tellFaults(faults: Array<{ key: ApplicationKey; error: unknown }>): void {
    const [first] = faults;
    if (first) {
      const { logger, metrics } = this.#options;
      metrics.loopProblem(`poll ${first.key.instance}`);
      logAbout(logger, { application: first.key }).error(
        `Reading ${stringifyApplicationKey(first.key)}${
          faults.length > 1 ? ` and ${faults.length - 1} more` : ''
        } in full failed inside the operator`,
        first.error instanceof Error
          ? first.error
          : new Error(String(first.error)),
      );
    }
  }

  async #commit(
    instance: string,
    ticket: number,
    now: number,
    findings: TickFindings & { gone?: ApplicationKey[] },
    outcome: { ok: boolean; problem?: string },
  ) {
    const { records, checks, opened, wake, audit, effects } = findings;
    const result = await finishTick(this.#options.db, {
      instance,
      ticket,
      now,
      ...outcome,
      records,
      checks,
      gone: findings.gone ?? [],
      opened,
      wake,
      audit,
      effects,
    });
    if (result.result === 'committed') {
      const { notOpened } = result;
      writeLines(
        this.#options.logger,
        findings.lines.filter(
          ({ about }) => !notOpened.some(id => id === about?.correlationId),
        ),
      );
      if (opened.length > 0 || wake.length > 0 || effects.length > 0) {
        this.#options.onCommitted();
      }
      const signals = signalsOf(findings, notOpened);
      if (signals.length > 0) {
        this.#options.onChanged(signals);
      }
      if (findings.alerts.length > 0) {
        this.#options.onAlerts(findings.alerts);
      }
    } else {
      this.#held.delete(instance);
    }
    return result;
  }

  #indexedCatalog(): CatalogIndex {
    const { catalog, config } = this.#options;
    const snapshot = catalog.snapshot();
    const isRead = !config.sources.catalog || snapshot.readAt !== undefined;
    if (
      this.#catalog?.generation !== snapshot.generation ||
      this.#catalog.isRead !== isRead
    ) {
      this.#catalog = { ...indexCatalog(snapshot), isRead };
    }
    return this.#catalog;
  }
}
