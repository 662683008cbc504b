import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperatorEvent } from '@ai-operator/backstage-plugin-ai-operator-common';
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
import createKnex, { Knex } from 'knex';
import { Adapters, createAdapters } from '../../adapters';
import { CatalogPeople, noCatalog, PeopleCatalog } from '../../adapters/catalog';
import {
  ConfigProblem,
  OperatorConfig,
  readOperatorConfig,
  toPolicy,
} from '../../config';
import { createOperatorMetrics, OperatorMetrics } from '../../metrics';
import {
  createDatabase,
  Database,
  listHolds,
  listInstances,
  migrationsDirectory,
} from '../../persistence';
import { FakeNotifier, FakePager } from '../../ports/fakes';
import { createRouter } from '../../rest';
import { assembleOperator, Operator } from '../../wiring/assembleOperator';
import { Company } from './company';
import { startKubernetesProxy } from './kubernetesProxy';
import { recordingLogger, RecordingLogger } from './recordingLogger';

/** The seed's day. Times of scenarios are written as `10:30:00` of it. */
export const DAY = '2026-02-27';

const BEAT_MS = 10_000;

const TABLES_WITH_LEASES = [
  'instances',
  'rollbacks',
  'outbox',
  'escalation_issues',
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
  cast?: CastDefinition;
  ci?: { durationMs?: number };
  argo?: { pollIntervalMs?: number };
  /** Argo CD instances under watch; default both. */
  instances?: string[];
  /** Connection string of a PostgreSQL server to make a database on; default a SQLite file. */
  postgres?: string;
  /** Operators that share the work; default one. */
  replicas?: number;
}

/** How a process is to die: at which of its commits, and whether the commit is still made. */
export type Death = 'before commit' | 'after commit' | undefined;

/** One operator in one world, with a clock that moves only when told to. */
export class Scenario {
  operator: Operator;
  readonly events: OperatorEvent[] = [];
  /** Asked at every commit of the operator, counted from 1 over all its lives. */
  death: (commit: number) => Death = () => undefined;
  /** True from the death of the operator's process to `restart`. */
  dead = false;
  #commits = 0;
  readonly #assemble: (scenario: Scenario, db: Database) => Operator;
  readonly #openDatabase: () => Database;
  readonly #databases: Database[] = [];
  /** Further replicas, which beat and settle together with `operator`. */
  readonly #companions: Operator[];

  constructor(
    readonly world: World,
    readonly clock: ManualClock,
    /** For looking: the operator has connections of its own. */
    readonly db: Database,
    readonly logger: RecordingLogger,
    readonly rest: Express,
    readonly problems: ConfigProblem[],
    readonly url: string,
    openDatabase: () => Database,
    assemble: (scenario: Scenario, db: Database) => Operator,
    readonly closeOthers: () => Promise<void>,
    replicas: number,
    /** People and their teams in the software catalog. */
    readonly company: Company,
    /** What people were told, and whom the pager woke. */
    readonly told: FakeNotifier,
    readonly pager: FakePager,
  ) {
    this.#openDatabase = openDatabase;
    this.#assemble = assemble;
    this.operator = this.#begin();
    this.#companions = Array.from({ length: replicas - 1 }, () =>
      this.#begin(),
    );
  }

  /** All replicas do the same at the same time. */
  async #together(
    work: (operator: Operator) => Promise<unknown>,
  ): Promise<void> {
    await Promise.all([this.operator, ...this.#companions].map(work));
  }

  /**
   * Lets time pass until `time` (`HH:MM:SS`), from one thing that is due to the
   * next: the world first, then a beat on every tenth second, then the loops.
   */
  async runUntil(time: string): Promise<void> {
    const end = at(time);
    while (this.clock.now() < end) {
      await this.clock.advanceTo(Math.min(end, await this.#nextDue()));
      if (this.clock.now() % BEAT_MS === 0) {
        await this.#together(operator => operator.beat());
      }
      await this.#together(operator => operator.settle());
    }
  }

  /** As `runUntil`, with the operator started again whenever it has died. */
  async surviveUntil(time: string): Promise<void> {
    for (;;) {
      try {
        await this.operator.settle();
        await this.runUntil(time);
        return;
      } catch (error) {
        if (!this.dead) {
          throw error;
        }
        await this.restart();
      }
    }
  }

  /** The process dies: its claims run out, and a new one starts on the same database. */
  async restart(): Promise<void> {
    await Promise.all(this.#databases.map(({ knex }) => knex.destroy()));
    for (const table of TABLES_WITH_LEASES) {
      await this.db.knex(table).update({ lease_until: 0 });
    }
    this.dead = false;
    this.operator = this.#begin();
  }

  async close(): Promise<void> {
    await Promise.all(this.#databases.map(({ knex }) => knex.destroy()));
    await this.closeOthers();
  }

  #begin(): Operator {
    const db = this.#openDatabase();
    this.#databases.push(db);
    this.#makeMortal(db);
    return this.#assemble(this, db);
  }

  /** A dead process has no connection to the database any more, whatever it still tries. */
  #makeMortal({ knex }: Database): void {
    const transaction = knex.transaction.bind(knex) as <T>(
      work: (tx: Knex.Transaction) => Promise<T>,
    ) => Promise<T>;
    const mortal = async <T>(work: (tx: Knex.Transaction) => Promise<T>) => {
      this.#commits += 1;
      const death = this.death(this.#commits);
      if (death === undefined) {
        return transaction(work);
      }
      const died = new Error(`The process died ${death}`);
      try {
        await transaction(async tx => {
          await work(tx);
          if (death === 'before commit') {
            throw died;
          }
        });
        throw died;
      } finally {
        this.dead = true;
        await knex.destroy();
      }
    };
    Object.defineProperty(knex, 'transaction', { value: mortal });
  }

  async #nextDue(): Promise<number> {
    const now = this.clock.now();
    const { knex } = this.db;
    const [wake] = await knex('rollbacks').min({ at: 'wake_at' });
    const [effect] = await knex('outbox')
      .whereNull('finished_at')
      .min({ at: 'available_at' });
    const [issue] = await knex('escalation_issues').min({ at: 'poll_at' });
    const due = [
      (Math.floor(now / BEAT_MS) + 1) * BEAT_MS,
      ...[wake.at, effect.at, issue.at].filter(value => value !== null).map(Number),
    ];
    return Math.max(now + 1, Math.min(...due));
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

function connect(filename: string): Knex {
  return createKnex({
    client: 'better-sqlite3',
    connection: { filename },
    useNullAsDefault: true,
    pool: {
      min: 1,
      max: 1,
      afterCreate: (
        connection: { pragma(text: string): void },
        done: (error: unknown, connection: unknown) => void,
      ) => {
        connection.pragma('journal_mode = WAL');
        // A crash here is simulated: the disk never loses power.
        connection.pragma('synchronous = OFF');
        done(undefined, connection);
      },
    },
  });
}

/** A database of its own on a PostgreSQL server, and how to get rid of it. */
async function createPostgres(connectionString: string) {
  const database = `scenario_${randomUUID().replaceAll('-', '')}`;
  const server = createKnex({
    client: 'pg',
    connection: connectionString,
    pool: { min: 0, max: 1 },
  });
  await server.raw('CREATE DATABASE ??', [database]);
  const url = new URL(connectionString);
  url.pathname = `/${database}`;
  return {
    open: () =>
      createKnex({
        client: 'pg',
        connection: url.toString(),
        pool: { min: 0, max: 5 },
      }),
    remove: async () => {
      await server.raw('DROP DATABASE ?? WITH (FORCE)', [database]);
      await server.destroy();
    },
  };
}

function restOf(parts: {
  db: Database;
  config: OperatorConfig;
  clock: ManualClock;
  logger: RecordingLogger;
  adapters: Adapters;
  metrics: OperatorMetrics;
  problems: ConfigProblem[];
  people: CatalogPeople;
  company: Company;
  wake: () => void;
  newId: () => string;
}): Express {
  const { adapters, config, metrics, problems, company, ...rest } = parts;
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
      catalog: company.service,
      entities: noCatalog,
      personalReviews: adapters.github,
      doctor: async () => [],
      links: {
        application: key => adapters.argocd.applicationUrl(key),
        commit: (repository, sha) => adapters.github.commitUrl(repository, sha),
      },
      configured: {
        argocd: adapters.argocd.instances(),
        prometheus: config.prometheus !== undefined,
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
  const openDatabase = () =>
    createDatabase(
      postgres ? postgres.open() : connect(join(dataDir, 'db.sqlite')),
    );
  const db = openDatabase();
  await db.knex.migrate.latest({ directory: migrationsDirectory() });

  const rootConfig = mockServices.rootConfig({
    data: rootConfigData(
      started.url,
      options.instances ?? ['staging', 'production'],
      options.aiOperator ?? {},
    ),
  });
  const { config, problems } = readOperatorConfig(rootConfig);
  const logger = recordingLogger();
  const metrics = createOperatorMetrics({
    clock,
    readState: async () => ({
      holds: await listHolds(db),
      instances: await listInstances(db),
    }),
  });
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
  const company = new Company(cast);
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
  const told = new FakeNotifier({ now: () => clock.now() });
  const pager = new FakePager({ now: () => clock.now() });
  let ids = 0;
  let commands = 0;
  return new Scenario(
    started.world,
    clock,
    db,
    logger,
    restOf({
      db,
      config,
      clock,
      logger,
      adapters,
      metrics,
      problems,
      people,
      company,
      wake: () => {},
      newId: () => {
        commands += 1;
        return `command-${commands}`;
      },
    }),
    problems,
    started.url,
    openDatabase,
    (scenario, ownDb) =>
      assembleOperator({
        config,
        db: ownDb,
        adapters,
        catalog: noCatalog,
        people,
        notifier: told,
        pager,
        clock,
        logger,
        metrics,
        publish: async event => {
          scenario.events.push(event);
        },
        newId: () => {
          ids += 1;
          return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
        },
      }),
    async () => {
      await started.close();
      await proxy.close();
      await db.knex.destroy();
      await postgres?.remove();
      await rm(dataDir, { recursive: true, force: true });
    },
    options.replicas ?? 1,
    company,
    told,
    pager,
  );
}
