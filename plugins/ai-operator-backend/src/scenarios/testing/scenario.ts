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
import { mockServices } from '@backstage/backend-test-utils';
import { JsonObject } from '@backstage/types';
import Knex from 'knex';
import { createAdapters } from '../../adapters';
import { noCatalog } from '../../adapters/catalog';
import { ConfigProblem, readOperatorConfig } from '../../config';
import { createOperatorMetrics, OperatorMetrics } from '../../metrics';
import {
  createDatabase,
  Database,
  listHolds,
  listInstances,
  migrationsDirectory,
} from '../../persistence';
import { assembleOperator, Operator } from '../../wiring/assembleOperator';
import { startKubernetesProxy } from './kubernetesProxy';
import { recordingLogger, RecordingLogger } from './recordingLogger';

/** The seed's day. Times of scenarios are written as `10:30:00` of it. */
export const DAY = '2026-02-27';

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
}

/** One operator in one world, with a clock that moves only when told to. */
export class Scenario {
  operator: Operator;
  readonly events: OperatorEvent[] = [];
  /** Called when a transaction or an effect has gone through; may throw to stop the run there. */
  onStep: (step: string) => void = () => {};
  readonly #assemble: () => Operator;

  constructor(
    readonly world: World,
    readonly clock: ManualClock,
    readonly db: Database,
    readonly logger: RecordingLogger,
    readonly metrics: OperatorMetrics,
    readonly problems: ConfigProblem[],
    readonly url: string,
    assemble: (scenario: Scenario) => Operator,
    readonly close: () => Promise<void>,
  ) {
    this.#assemble = () => assemble(this);
    this.operator = this.#assemble();
  }

  /**
   * Lets time pass until `time` (`HH:MM:SS`), a second at a time: the world first,
   * then a beat on every tenth second, then whatever is due.
   */
  async runUntil(time: string): Promise<void> {
    const end = at(time);
    while (this.clock.now() < end) {
      await this.clock.advance(1_000);
      if (this.clock.now() % 10_000 === 0) {
        await this.operator.beat();
      }
      await this.operator.settle();
    }
  }

  /** The process dies: its claims run out, and a new one starts on the same database. */
  async restart(): Promise<void> {
    for (const table of ['instances', 'rollbacks', 'outbox']) {
      await this.db.knex(table).update({ lease_until: 0 });
    }
    this.operator = this.#assemble();
  }
}

function rootConfigData(worldUrl: string, aiOperator: JsonObject): JsonObject {
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
          instances: ['staging', 'production'].map(name => ({
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
        clusters: ['staging', 'production'].map(name => ({
          instance: name,
          cluster: name,
        })),
      },
      ...aiOperator,
    },
  };
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
  const knex = Knex({
    client: 'better-sqlite3',
    connection: ':memory:',
    useNullAsDefault: true,
  });
  const db = createDatabase(knex);
  await knex.migrate.latest({ directory: migrationsDirectory() });

  const rootConfig = mockServices.rootConfig({
    data: rootConfigData(started.url, options.aiOperator ?? {}),
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
  let ids = 0;
  return new Scenario(
    started.world,
    clock,
    db,
    logger,
    metrics,
    problems,
    started.url,
    scenario =>
      assembleOperator({
        config,
        db,
        adapters,
        catalog: noCatalog,
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
      await knex.destroy();
      await rm(dataDir, { recursive: true, force: true });
    },
  );
}
