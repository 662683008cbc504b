import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  OperatorEvent,
  operatorEventSchema,
  OperatorSignal,
  operatorSignalSchema,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  CastDefinition,
  COMPANY,
  DEMO_ACCESS,
  ManualClock,
  PAYMENT_SERVICE,
  startWorld,
  World,
} from '@ai-operator/world';
import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { JsonObject } from '@backstage/types';
import express, { Express } from 'express';
import { Knex } from 'knex';
import { Adapters, createAdapters, createAuditSinks } from '../../adapters';
import {
  CatalogPeople,
  noCatalog,
  PeopleCatalog,
} from '../../adapters/catalog';
import {
  ConfigProblem,
  OperatorConfig,
  readOperatorConfig,
  toPolicy,
} from '../../config';
import { redactingLogger } from '../../logging';
import { createOperatorMetrics, OperatorMetrics } from '../../metrics';
import {
  createDatabase,
  Database,
  listHolds,
  listInstances,
  migrationsDirectory,
} from '../../persistence';
import { AuditSinkPort } from '../../ports';
import { FakeNotifier, FakePager } from '../../ports/fakes';
import { createRouter } from '../../rest';
import {
  assembleOperator,
  Leases,
  Operator,
} from '../../wiring/assembleOperator';
import { Company } from './company';
import { createPostgres, openSqlite } from './databases';
import { startKubernetesProxy } from './kubernetesProxy';
import { nextDue } from './nextDue';
import { Death, Fate, OperatorProcess } from './operatorProcess';
import { recordingLogger, RecordingLogger } from './recordingLogger';

/** The seed's day. Times of scenarios are written as `10:30:00` of it. */
export const DAY = '2026-02-27';

const BEAT_MS = 10_000;

const TABLES_WITH_LEASES = [
  'instances',
  'rollbacks',
  'outbox',
  'escalation_issues',
  'audit_sinks',
];

/** `10:30:00` as epoch milliseconds. */
export function at(time: string): number {
  return Date.parse(`${DAY}T${time}Z`);
}

/** Epoch milliseconds as `10:30:00`. */
export function timeOf(instant: number): string {
  return new Date(instant).toISOString().slice(11, 19);
}

export interface ScenarioOptions {
  /** When the world and the operator begin, `HH:MM:SS`. */
  start: string;
  /** Section `aiOperator`, over what every scenario has. */
  aiOperator?: JsonObject;
  /** Section `aiOperator.audit`, besides the world's Elasticsearch; default: the trail is shipped nowhere. */
  shipTrail?: JsonObject;
  cast?: CastDefinition;
  ci?: { durationMs?: number };
  argo?: { pollIntervalMs?: number };
  /** Argo CD instances under watch; default both. */
  instances?: string[];
  /** Connection string of a PostgreSQL server to make a database on; default a SQLite file. */
  postgres?: string;
  /** Port through which operators reach PostgreSQL, instead of the server's own. */
  postgresPort?: number;
  /** Operators that share the work; default one. */
  replicas?: number;
  leases?: Partial<Leases>;
  /** How long the subscribers of an event may take, ms of real time. */
  publishTimeoutMs?: number;
  /** Database time passes with the clock, so that leases of the dead run out; default: it is real. */
  leasesRunOut?: boolean;
}

export type { Death } from './operatorProcess';

/** Something that lasts: in the database, or outside. */
export interface Step {
  what: 'commit' | 'write';
  words: string;
  /** Time of the clock, ms. */
  at: number;
}

/** Operators in one world, with a clock that moves only when told to. */
export class Scenario {
  readonly events: OperatorEvent[] = [];
  /** What pages were told, in real time. */
  readonly signals: OperatorSignal[] = [];
  /** Asked at every commit of the operators, counted from 1 over all their lives; `words` say what it writes. */
  death: (commit: number, words: string) => Death = () => undefined;
  /** Asked after everything they have changed outside, counted likewise: true kills the process that did it. */
  deathAfter: (write: number, words: string) => boolean = () => false;
  /** Runs inside every transaction, when all has been written but the COMMIT. */
  atCommit: (words: string, tx: Knex.Transaction) => Promise<void> =
    async () => {};
  /** What comes of an event that was given to its subscribers. */
  onEvent: (event: OperatorEvent) => Promise<void> = async () => {};
  /** Runs before a request of an operator leaves. */
  atRequest: (process: OperatorProcess, url: string) => Promise<void> =
    async () => {};
  /** A process that is started again looks at the applications first, as a real one does. */
  beatsAtStart = true;
  /** What was committed, and what was changed outside, in order. */
  readonly trail: Step[] = [];
  #askedCommits = 0;
  #writes = 0;
  readonly #begin: (scenario: Scenario) => OperatorProcess;
  readonly #leasesRunOut: boolean;
  /** Processes that were started last: they beat and settle together while they live. */
  #processes: OperatorProcess[];

  constructor(
    readonly world: World,
    readonly clock: ManualClock,
    /** For looking: the operator has connections of its own. */
    readonly db: Database,
    readonly logger: RecordingLogger,
    readonly rest: Express,
    readonly problems: ConfigProblem[],
    readonly url: string,
    begin: (scenario: Scenario) => OperatorProcess,
    readonly closeOthers: () => Promise<void>,
    { replicas = 1, leasesRunOut = false }: ScenarioOptions,
    /** People and their teams in the software catalog. */
    readonly company: Company,
    /** What people were told, and whom the pager woke. */
    readonly told: FakeNotifier,
    readonly pager: FakePager,
    /** Slug of a repository of the world's GitHub. */
    readonly repositorySlug: (cloneUrl: string) => string | undefined,
    /** Backstage's, which is told what people do outside the portal. */
    readonly auditor: ReturnType<typeof mockServices.auditor.mock>,
  ) {
    this.#begin = begin;
    this.#leasesRunOut = leasesRunOut;
    this.#processes = Array.from({ length: replicas }, () => begin(this));
  }

  get processes(): readonly OperatorProcess[] {
    return this.#processes;
  }

  /** The operator, where there is one; the first that lives, where there are several. */
  get operator(): Operator {
    return (this.#living()[0] ?? this.#processes[0]).operator;
  }

  /** True while no process lives. */
  get dead(): boolean {
    return this.#living().length === 0;
  }

  #living(): OperatorProcess[] {
    return this.#processes.filter(({ dead }) => !dead);
  }

  /** All that live do the same at the same time. Rejects when the last one died of it. */
  async #together(
    work: (operator: Operator) => Promise<unknown>,
  ): Promise<void> {
    await Promise.all(
      this.#living().map(async process => {
        try {
          await process.run(work);
        } catch (error) {
          if (!process.dead || this.dead) {
            throw error;
          }
        }
      }),
    );
  }

  /**
   * Lets time pass until `time` (`HH:MM:SS`), from one thing that is due to the
   * next: the world first, then a beat on every tenth second, then the loops.
   */
  async runUntil(time: string): Promise<void> {
    const end = at(time);
    while (this.clock.now() < end) {
      await this.#advanceTo(Math.min(end, await this.#nextDue()));
      if (this.clock.now() % BEAT_MS === 0) {
        await this.#together(operator => operator.beat());
      }
      await this.#together(operator => operator.settle());
    }
  }

  /** As `runUntil`; when no process lives any more, new ones are started. */
  async surviveUntil(time: string): Promise<void> {
    let isNew = false;
    for (;;) {
      try {
        if (isNew && this.beatsAtStart) {
          await this.#together(operator => operator.beat());
        }
        await this.#together(operator => operator.settle());
        await this.runUntil(time);
        return;
      } catch (error) {
        if (!this.dead) {
          throw error;
        }
        await this.restart();
        isNew = true;
      }
    }
  }

  /** The processes die: their claims run out, and new ones start on the same database. */
  async restart(): Promise<void> {
    await Promise.all(this.#processes.map(process => process.kill()));
    for (const table of TABLES_WITH_LEASES) {
      await this.db.knex(table).update({ lease_until: 0 });
    }
    this.#processes = this.#processes.map(() => this.#begin(this));
  }

  async close(): Promise<void> {
    await Promise.all(this.#processes.map(process => process.kill()));
    await this.closeOthers();
  }

  /** What processes are to do and not to do, and what they did. */
  readonly fate: Fate = {
    atRequest: (process, url) => this.atRequest(process, url),
    atCommit: async (words, tx) => {
      this.#askedCommits += 1;
      const commit = this.#askedCommits;
      await this.atCommit(words, tx);
      return this.death(commit, words);
    },
    committed: words => {
      this.trail.push({ what: 'commit', words, at: this.clock.now() });
    },
    afterWrite: words => {
      this.trail.push({ what: 'write', words, at: this.clock.now() });
      this.#writes += 1;
      return this.deathAfter(this.#writes, words);
    },
  };

  async #advanceTo(instant: number): Promise<void> {
    const passed = instant - this.clock.now();
    await this.clock.advanceTo(instant);
    if (this.#leasesRunOut) {
      for (const table of TABLES_WITH_LEASES) {
        await this.db
          .knex(table)
          .whereNotNull('lease_until')
          .decrement('lease_until', passed);
      }
    }
  }

  async #nextDue(): Promise<number> {
    const now = this.clock.now();
    const nextBeat = (Math.floor(now / BEAT_MS) + 1) * BEAT_MS;
    const due = (await nextDue(this.db, now)) ?? nextBeat;
    return Math.max(now + 1, Math.min(nextBeat, due));
  }
}

function rootConfigData(
  worldUrl: string,
  instances: string[],
  aiOperator: JsonObject,
): JsonObject {
  return {
    integrations: {
      github: [
        {
          host: new URL(worldUrl).host,
          apiBaseUrl: `${worldUrl}/api/v3`,
          token: DEMO_ACCESS.github.operatorToken,
        },
      ],
    },
    argocd: {
      appLocatorMethods: [
        {
          type: 'config',
          instances: instances.map(name => ({
            name,
            url: `${worldUrl}/argocd/${name}`,
            token: DEMO_ACCESS.argocd.token,
          })),
        },
      ],
    },
    aiOperator: {
      environments: {
        staging: { mode: 'auto', branch: 'staging' },
        production: { mode: 'propose', branch: 'main' },
      },
      prometheus: { url: `${worldUrl}/prometheus` },
      kubernetes: {
        clusters: instances.map(name => ({
          instance: name,
          cluster: name,
        })),
      },
      roles: {
        developer: { groups: ['group:default/developers'] },
        approver: { groups: ['group:default/approvers'] },
        seniorMaintainer: { groups: ['group:default/senior-maintainers'] },
        admin: { groups: ['group:default/platform'] },
      },
      ...aiOperator,
    },
  };
}

function restOf(parts: {
  db: Database;
  config: OperatorConfig;
  clock: ManualClock;
  logger: RecordingLogger;
  adapters: Adapters;
  auditSinks: readonly AuditSinkPort[];
  metrics: OperatorMetrics;
  problems: ConfigProblem[];
  people: CatalogPeople;
  company: Company;
  wake: () => void;
  changed: (signal: OperatorSignal) => void;
  newId: () => string;
}): Express {
  const { adapters, auditSinks, config, metrics, problems, company, ...rest } =
    parts;
  return express().use(
    createRouter({
      ...rest,
      metrics,
      policy: toPolicy(config),
      httpAuth: mockServices.httpAuth({
        // Whoever is looking; commands are given by somebody in particular.
        defaultCredentials: mockCredentials.user('user:default/observer'),
      }),
      permissions: mockServices.permissions({ result: AuthorizeResult.ALLOW }),
      auditor: mockServices.auditor.mock(),
      catalog: company.service,
      entities: noCatalog,
      looked: () => {},
      personalReviews: adapters.github,
      doctor: async () => [],
      links: {
        application: key => adapters.argocd.applicationUrl(key),
        commit: (repository, sha) => adapters.github.commitUrl(repository, sha),
      },
      configured: {
        argocd: adapters.argocd.instances(),
        prometheus: config.prometheus !== undefined,
        auditSinks,
        problems,
      },
    }),
  );
}

/** The company with its payment service only: what the worked examples are about. */
export const PAYMENT_ONLY: CastDefinition = {
  ...COMPANY,
  services: [PAYMENT_SERVICE],
};

/** Starts a world, an empty database and an operator; nothing has been looked at yet. */
export async function openScenario(
  options: ScenarioOptions,
): Promise<Scenario> {
  const { start, cast = PAYMENT_ONLY, ci, argo } = options;
  const clock = new ManualClock(at(start));
  const dataDir = await mkdtemp(join(tmpdir(), 'ai-operator-scenario-'));
  const started = await startWorld({ clock, dataDir, port: 0, cast, ci, argo });
  const proxy = await startKubernetesProxy(started.url);
  const postgres = options.postgres
    ? await createPostgres(options.postgres)
    : undefined;
  const open = (port?: number) =>
    createDatabase(
      postgres ? postgres.open(port) : openSqlite(join(dataDir, 'db.sqlite')),
    );
  const db = open();
  await db.knex.migrate.latest({ directory: migrationsDirectory() });

  const rootConfig = mockServices.rootConfig({
    data: rootConfigData(
      started.url,
      options.instances ?? ['staging', 'production'],
      {
        ...options.aiOperator,
        ...(options.shipTrail && {
          audit: {
            elasticsearch: {
              nodes: [`${started.url}/elasticsearch`],
              apiKey: DEMO_ACCESS.elasticsearch.apiKey,
            },
            ...options.shipTrail,
          },
        }),
      },
    ),
  });
  const { config, problems } = readOperatorConfig(rootConfig);
  const logger = recordingLogger();
  const auditor = mockServices.auditor.mock();
  const metrics = createOperatorMetrics({
    clock,
    readState: async () => ({
      holds: await listHolds(db),
      instances: await listInstances(db),
    }),
  });
  const company = new Company(cast);
  const told = new FakeNotifier({ now: () => clock.now() });
  const pager = new FakePager({ now: () => clock.now() });
  let ids = 0;
  let commands = 0;

  /** What a process remembers of the outside is its own, and gone with it. */
  function outside() {
    const adapters = createAdapters({
      config,
      rootConfig,
      clock,
      // Retries inside a call do not wait: simulated time stands still meanwhile.
      sleep: async () => {},
      logger,
      discovery: {
        getBaseUrl: async plugin => `${proxy.url}/api/${plugin}`,
        getExternalBaseUrl: async plugin => `${proxy.url}/api/${plugin}`,
      },
      auth: mockServices.auth(),
      metrics,
    });
    const environment = { clock, sleep: async () => {}, metrics };
    const people = new CatalogPeople({
      roles: config.roles,
      catalog: new PeopleCatalog({
        catalog: company.service,
        auth: mockServices.auth(),
        environment,
      }),
      listTeamMembers: (team, call) =>
        adapters.github.listTeamMembers(team, call),
      environment,
    });
    const auditSinks = createAuditSinks(config, environment);
    return { adapters, auditSinks, people };
  }

  const shared = { config, clock, logger, metrics, problems, company };
  const newCommandId = () => {
    commands += 1;
    return `command-${commands}`;
  };

  function begin(scenario: Scenario): OperatorProcess {
    const ownDb = open(options.postgresPort);
    return new OperatorProcess(ownDb, scenario.fate, process => {
      const { adapters, auditSinks, people } = outside();
      const operator = assembleOperator({
        config,
        db: ownDb,
        adapters,
        catalog: noCatalog,
        people,
        notifier: {
          send: (message, call) =>
            process.act('notify', () => told.send(message, call)),
        },
        pager: {
          page: (request, call) =>
            process.act('page', () => pager.page(request, call)),
        },
        clock,
        logger: redactingLogger(logger),
        auditor,
        auditSinks,
        metrics,
        leases: options.leases,
        publishTimeoutMs: options.publishTimeoutMs,
        publish: event =>
          process.act(`event ${event.type}`, async () => {
            // Nothing is published that a consumer could not read by the schema.
            expect(operatorEventSchema.parse(event)).toEqual(event);
            scenario.events.push(event);
            await scenario.onEvent(event);
          }),
        sendSignals: async signals => {
          scenario.signals.push(
            ...signals.map(signal => operatorSignalSchema.parse(signal)),
          );
        },
        newId: () => {
          ids += 1;
          return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
        },
      });
      const makeRest = () =>
        express().use(
          process.entrance,
          restOf({
            ...shared,
            db: ownDb,
            adapters,
            auditSinks,
            people,
            wake: operator.wake,
            changed: operator.changed,
            newId: newCommandId,
          }),
        );
      return { operator, makeRest };
    });
  }

  const forLooking = outside();
  return new Scenario(
    started.world,
    clock,
    db,
    logger,
    restOf({
      ...shared,
      ...forLooking,
      db,
      wake: () => {},
      changed: () => {},
      newId: newCommandId,
    }),
    problems,
    started.url,
    begin,
    async () => {
      await started.close();
      await proxy.close();
      await db.knex.destroy();
      await postgres?.remove();
      await rm(dataDir, { recursive: true, force: true });
    },
    options,
    company,
    told,
    pager,
    cloneUrl => forLooking.adapters.github.repositorySlug(cloneUrl),
    auditor,
  );
}
