import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { AuditorService, LoggerService } from '@backstage/backend-plugin-api';
import { OperatorSignal } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Adapters } from '../adapters';
import { OperatorConfig, toPolicy } from '../config';
import { dryRun, perform, PublishEvent, unlessOvertaken } from '../effects';
import {
  AlertTeller,
  AuditChecker,
  AuditShipper,
  ApplicationPoller,
  Beat,
  Bell,
  ChangeTeller,
  ClaimLoop,
  IssueWatcher,
  Janitor,
  OutboxDispatcher,
  RollbackProcessor,
  TickResult,
  WebhookDoor,
} from '../engine';
import { logAbout, LogSubject } from '../logging';
import {
  claimEffects,
  claimIssues,
  ClaimedEffect,
  ClaimedIssue,
  ClaimedRollback,
  ClaimedSink,
  claimRollbacks,
  Database,
  shippedByAll,
} from '../persistence';
import {
  AuditSinkPort,
  CatalogPort,
  Clock,
  EngineMetrics,
  NotifierPort,
  PagerPort,
  PeoplePort,
} from '../ports';

/** How long claims stay ours without a sign of life, ms of database time. Work of a dead process is taken over then. */
export interface Leases {
  instanceMs: number;
  rollbackMs: number;
  effectMs: number;
  issueMs: number;
  sinkMs: number;
}

export interface OperatorParts {
  config: OperatorConfig;
  db: Database;
  adapters: Adapters;
  catalog: CatalogPort;
  people: PeoplePort;
  notifier: NotifierPort;
  pager: PagerPort;
  /** Where the audit trail is shipped to; none: it stays in the database alone. */
  auditSinks: readonly AuditSinkPort[];
  clock: Clock;
  logger: LoggerService;
  /** Backstage's, which is told what people do. */
  auditor: AuditorService;
  metrics: EngineMetrics;
  publish: PublishEvent;
  /** Tells those who look at the portal what has changed. */
  sendSignals: (signals: OperatorSignal[]) => Promise<void>;
  /** Makes correlation ids; random UUIDs by default. */
  newId?: () => string;
  /** Name under which this process holds leases; unique per process by default. */
  holder?: string;
  leases?: Partial<Leases>;
  /** How long the subscribers of an event may take, ms. */
  publishTimeoutMs?: number;
}

/** The operator without its plugin: what watches, decides and acts. */
export interface Operator {
  /** Beats and loops run by themselves from now on. */
  start(): void;
  /** Something was recorded elsewhere, by a button or a webhook: look now. */
  wake(): void;
  /** What pages show was changed elsewhere, by a button. */
  changed(signal: OperatorSignal): void;
  /** Where GitHub's webhooks go. */
  webhooks: WebhookDoor;
  /** One tick of every instance, now. */
  beat(): Promise<Map<string, TickResult>>;
  /** Works on everything that is due at the present time of the clock, until nothing is. */
  settle(): Promise<void>;
  /** Removes what is past its retention. */
  tidy(): Promise<void>;
  /** Recomputes the chain of the audit trail, if that is due. */
  checkAudit(): Promise<void>;
  /** No new work; what is under way is finished, or left to its lease after `timeoutMs`. */
  stop(timeoutMs?: number): Promise<void>;
}

const PROCESSOR_CONCURRENCY = 8;
const DISPATCHER_CONCURRENCY = 8;
const ANNOUNCER_CONCURRENCY = 8;
const WATCHER_CONCURRENCY = 4;
/** Longest sleep of a loop: other replicas cannot nudge us. */
const IDLE_MS = 1_000;
const LEASE_MS = 30_000;
/** Questions and actions end this much before their lease. */
const LEASE_MARGIN_MS = 5_000;
/** How long the subscribers of an event may take. */
const PUBLISH_TIMEOUT_MS = 10_000;
/** Applications read in full in one tick of one instance. */
const FULL_READS_PER_TICK = 200;
const ALERT_TIMEOUT_MS = 15_000;
/** What is still to be told when the process ends. */
const ALERT_DRAIN_MS = 5_000;
const TIDY_INTERVAL_MS = 10 * 60_000;
const STOP_TIMEOUT_MS = 15_000;
/** `settle` gives up after this many rounds of loops waking each other. */
const MAX_SETTLE_ROUNDS = 1_000;

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** Puts the parts together. Nothing runs until `start`, `beat` or `settle` is called. */
export function assembleOperator(parts: OperatorParts): Operator {
  const { adapters, catalog, clock, config, db, logger, metrics } = parts;
  const policy = toPolicy(config);
  const interval = config.timing.healthCheckInterval;
  const holder = parts.holder ?? `${hostname()}/${process.pid}/${randomUUID()}`;
  const fullReadsMs = Math.round(interval * 0.8);
  const leases: Leases = {
    // A missed beat must not lose the instance, nor a list that takes all the
    // time it may; a dead process must, soon.
    instanceMs: Math.max(
      Math.round(interval * 2.5),
      config.argocd.listTimeout + fullReadsMs + LEASE_MARGIN_MS,
    ),
    rollbackMs: LEASE_MS,
    effectMs: LEASE_MS,
    issueMs: LEASE_MS,
    sinkMs: LEASE_MS,
    ...parts.leases,
  };
  const ports = {
    argocd: adapters.argocd,
    kubernetes: adapters.kubernetes,
    github: adapters.github,
    metrics: adapters.metricsSource,
    people: parts.people,
  };

  const loggerOf = (component: string) => logger.child({ component });

  const changeTeller = new ChangeTeller({
    send: parts.sendSignals,
    onProblem: error =>
      loggerOf('signals').warn(
        'Pages could not be told that something has changed; they see it when they ask the next time',
        asError(error),
      ),
  });
  const onChanged = (signals: OperatorSignal[]) => changeTeller.tell(signals);
  const rollbackBell = new Bell();
  const effectBell = new Bell();
  const issueBell = new Bell();
  // Whatever is committed leaves records that are to be shipped.
  const sinkBell = new Bell();
  const auditSinks = parts.auditSinks.map(({ name }) => name);
  const processor = new RollbackProcessor({
    db,
    ports,
    policy,
    auditSinks,
    uptimeWindow: config.candidates.uptimeWindow,
    clock,
    logger: loggerOf('processor'),
    auditor: parts.auditor,
    metrics,
    gatherTimeoutMs: LEASE_MS - LEASE_MARGIN_MS,
    retryAfterMs: interval,
    onCommitted: ({ effects, wakeInMs }) => {
      sinkBell.ring();
      if (effects > 0) {
        effectBell.ring();
      }
      if (wakeInMs !== undefined) {
        rollbackBell.ring(wakeInMs);
      }
    },
    onChanged,
  });
  const outbox = {
    db,
    github: adapters.github,
    notifier: parts.notifier,
    pager: parts.pager,
    publish: parts.publish,
    perform: dryRun(unlessOvertaken(perform), policy.modes),
    policy,
    auditSinks,
    clock,
    logger: loggerOf('outbox'),
    metrics,
    performTimeoutMs: LEASE_MS - LEASE_MARGIN_MS,
    onFinished: () => {
      // The next effect of the same rollback, and the rollback itself.
      effectBell.ring();
      rollbackBell.ring();
      sinkBell.ring();
    },
    onRetry: (inMs: number) => effectBell.ring(inMs),
    onChanged,
    onIssue: (inMs: number) => issueBell.ring(inMs),
  };
  const dispatcher = new OutboxDispatcher(outbox);
  const announcer = new OutboxDispatcher({
    ...outbox,
    performTimeoutMs: parts.publishTimeoutMs ?? PUBLISH_TIMEOUT_MS,
  });
  const watcher = new IssueWatcher({
    db,
    github: adapters.github,
    people: parts.people,
    policy,
    clock,
    logger: loggerOf('issues'),
    auditor: parts.auditor,
    timeoutMs: LEASE_MS - LEASE_MARGIN_MS,
    onRecorded: () => {
      rollbackBell.ring();
      effectBell.ring();
      sinkBell.ring();
    },
    onLooked: inMs => issueBell.ring(inMs),
  });
  const processing = new ClaimLoop<ClaimedRollback>({
    name: 'rollback',
    concurrency: PROCESSOR_CONCURRENCY,
    idleMs: IDLE_MS,
    claim: limit =>
      claimRollbacks(db, {
        now: clock.now(),
        limit,
        holder,
        leaseMs: leases.rollbackMs,
      }),
    work: (claimed, signal) => processor.process(claimed, signal),
    onProblem: ({ error, item }) =>
      reportLoop('rollback', error, item?.rollback),
  });
  const dispatching = new ClaimLoop<ClaimedEffect>({
    name: 'outbox',
    concurrency: DISPATCHER_CONCURRENCY,
    idleMs: IDLE_MS,
    claim: limit =>
      claimEffects(db, {
        now: clock.now(),
        limit,
        holder,
        leaseMs: leases.effectMs,
        group: 'others',
      }),
    work: (claimed, signal) => dispatcher.dispatch(claimed, signal),
    onProblem: ({ error, item }) => reportLoop('outbox', error, item),
  });
  // Apart from all that is done: who listens may be slow, or not come back.
  const announcing = new ClaimLoop<ClaimedEffect>({
    name: 'events',
    concurrency: ANNOUNCER_CONCURRENCY,
    idleMs: IDLE_MS,
    claim: limit =>
      claimEffects(db, {
        now: clock.now(),
        limit,
        holder,
        leaseMs: leases.effectMs,
        group: 'events',
      }),
    work: (claimed, signal) => announcer.dispatch(claimed, signal),
    onProblem: ({ error, item }) => reportLoop('events', error, item),
  });
  const watching = new ClaimLoop<ClaimedIssue>({
    name: 'issues',
    concurrency: WATCHER_CONCURRENCY,
    idleMs: IDLE_MS,
    claim: limit =>
      claimIssues(db, {
        now: clock.now(),
        limit,
        holder,
        leaseMs: leases.issueMs,
      }),
    work: (claimed, signal) => watcher.look(claimed, signal),
    onProblem: ({ error, item }) =>
      reportLoop(
        'issues',
        error,
        item && { correlationId: item.correlationId },
      ),
  });
  rollbackBell.connect(processing);
  effectBell.connect(dispatching, announcing);
  issueBell.connect(watching);
  const fleetLink = `${policy.portalUrl ?? ''}/ai-operator`;
  const alertTeller = new AlertTeller({
    db,
    notifier: parts.notifier,
    logger: loggerOf('alerts'),
    fleetLink,
    timeoutMs: ALERT_TIMEOUT_MS,
  });
  const shipper = new AuditShipper({
    db,
    sinks: parts.auditSinks,
    policy: policy.auditTrail,
    clock,
    logger: loggerOf('audit'),
    holder,
    leaseMs: leases.sinkMs,
    timeoutMs: LEASE_MS - LEASE_MARGIN_MS,
    link: fleetLink,
    onAlerts: alerts => alertTeller.tell(alerts),
    onMore: inMs => sinkBell.ring(inMs),
  });
  const shipping = new ClaimLoop<ClaimedSink>({
    name: 'audit',
    concurrency: Math.max(1, auditSinks.length),
    idleMs: IDLE_MS,
    claim: limit => shipper.claim(limit),
    work: (claimed, signal) => shipper.ship(claimed, signal),
    onProblem: ({ error }) => reportLoop('audit', error),
  });
  sinkBell.connect(shipping);
  const poller = new ApplicationPoller({
    db,
    ports,
    catalog,
    config,
    policy,
    clock,
    newId: parts.newId ?? randomUUID,
    logger: loggerOf('poller'),
    metrics,
    holder,
    leaseMs: leases.instanceMs,
    listBudgetMs: Math.max(
      config.argocd.listTimeout,
      leases.instanceMs - fullReadsMs - LEASE_MARGIN_MS,
    ),
    attention: {
      perTick: FULL_READS_PER_TICK,
      concurrency: config.replicaReadConcurrency,
      budgetMs: fullReadsMs,
    },
    onCommitted: () => {
      rollbackBell.ring();
      effectBell.ring();
      sinkBell.ring();
    },
    onChanged,
    onAlerts: alerts => alertTeller.tell(alerts),
  });
  const janitor = new Janitor({
    db,
    clock,
    retention: { ...config.retention, audit: config.audit.retention },
    shippedUpTo: () => shippedByAll(db, { names: auditSinks }),
    intervalMs: TIDY_INTERVAL_MS,
    onProblem: error => reportLoop('retention', error),
  });
  const auditChecker = new AuditChecker({
    db,
    clock,
    logger: loggerOf('audit'),
    holder,
    intervalMs: config.audit.verifyInterval,
    link: fleetLink,
    onAlerts: alerts => alertTeller.tell(alerts),
    onProblem: error => reportLoop('audit check', error),
  });
  const instances = adapters.argocd.instances().map(({ name }) => name);
  const beats = instances.map(
    instance =>
      new Beat({
        intervalMs: interval,
        tick: async signal => {
          void catalog.refresh();
          await poller.tick(instance, signal);
          await processor.tellQuietCalls();
        },
        onProblem: error => reportLoop(`poll ${instance}`, error),
        onLate: missed => {
          metrics.tickLate(instance);
          loggerOf('poller').warn(
            `The look at Argo CD instance ${instance} takes longer than the ${interval} ms between two looks; ${missed} left out so far`,
          );
        },
      }),
  );

  function reportLoop(
    loop: string,
    error: unknown,
    about: LogSubject = {},
  ): void {
    metrics.loopProblem(loop);
    logAbout(loggerOf('loops'), about, { loop }).error(
      `The ${loop} loop failed and goes on`,
      asError(error),
    );
  }

  function wake(): void {
    issueBell.ring();
    rollbackBell.ring();
    effectBell.ring();
    sinkBell.ring();
  }

  return {
    wake,
    changed: signal => changeTeller.tell([signal]),
    webhooks: new WebhookDoor({
      db,
      clock,
      logger: loggerOf('webhooks'),
      onWoken: wake,
    }),
    start() {
      beats.forEach(beat => beat.start());
      processing.start();
      dispatching.start();
      announcing.start();
      watching.start();
      shipping.start();
      auditChecker.start();
      janitor.start();
    },
    async beat() {
      await catalog.refresh();
      const signal = new AbortController().signal;
      return new Map(
        await Promise.all(
          instances.map(
            async instance =>
              [instance, await poller.tick(instance, signal)] as const,
          ),
        ),
      );
    },
    async settle() {
      for (let round = 0; round < MAX_SETTLE_ROUNDS; round += 1) {
        const worked =
          (await watching.runUntilIdle()) +
          (await processing.runUntilIdle()) +
          (await dispatching.runUntilIdle()) +
          (await announcing.runUntilIdle()) +
          (await shipping.runUntilIdle());
        if (worked === 0) {
          await alertTeller.drain();
          return;
        }
      }
      throw new Error(
        `Work is still due after ${MAX_SETTLE_ROUNDS} rounds without time passing`,
      );
    },
    tidy: () => janitor.tidy(),
    checkAudit: () => auditChecker.check(),
    async stop(timeoutMs = STOP_TIMEOUT_MS) {
      janitor.stop();
      changeTeller.stop();
      await Promise.all([
        ...beats.map(beat => beat.stop(timeoutMs)),
        processing.stop(timeoutMs),
        dispatching.stop(timeoutMs),
        announcing.stop(timeoutMs),
        watching.stop(timeoutMs),
        shipping.stop(timeoutMs),
        auditChecker.stop(timeoutMs),
      ]);
      await alertTeller.drain(ALERT_DRAIN_MS);
      await processor.tellQuietCalls(true);
      await poller.release();
    },
  };
}
