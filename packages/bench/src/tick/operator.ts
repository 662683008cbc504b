import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigReader } from '@backstage/config';
import { DEMO_ACCESS } from '@ai-operator/world';
import { createAdapters } from '@ai-operator/backstage-plugin-ai-operator-backend/src/adapters';
import { readOperatorConfig } from '@ai-operator/backstage-plugin-ai-operator-backend/src/config';
import { createOperatorMetrics } from '@ai-operator/backstage-plugin-ai-operator-backend/src/metrics';
import {
  createDatabase,
  migrationsDirectory,
} from '@ai-operator/backstage-plugin-ai-operator-backend/src/persistence';
import { systemClock } from '@ai-operator/backstage-plugin-ai-operator-backend/src/ports';
import { assembleOperator } from '@ai-operator/backstage-plugin-ai-operator-backend/src/wiring/assembleOperator';
import createKnex from 'knex';
import { INSTANCE, instanceUrl } from './access';
import {
  countRequests,
  quietAuditor,
  quietLogger,
  unusedServices,
} from './services';

/** The product as it runs, on a SQLite file, without its beat: `tick` is one. */
export async function createOperator(worldUrl: string) {
  const rootConfig = new ConfigReader({
    argocd: {
      appLocatorMethods: [
        {
          type: 'config',
          instances: [
            {
              name: INSTANCE,
              url: instanceUrl(worldUrl),
              token: DEMO_ACCESS.argocd.token,
            },
          ],
        },
      ],
    },
    integrations: {
      github: [
        {
          host: new URL(worldUrl).host,
          apiBaseUrl: `${worldUrl}/api/v3`,
          token: DEMO_ACCESS.github.operatorToken,
        },
      ],
    },
    aiOperator: {},
  });
  const { config, problems } = readOperatorConfig(rootConfig);
  const fatal = problems.filter(({ severity }) => severity === 'fatal');
  if (fatal.length > 0) {
    throw new Error(
      `The configuration of the benchmark is wrong: ${fatal[0].because}`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'ai-operator-bench-db-'));
  const knex = createKnex({
    client: 'better-sqlite3',
    connection: { filename: join(folder, 'operator.sqlite') },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  await knex.migrate.latest({ directory: migrationsDirectory() });
  const db = createDatabase(knex);
  const { metrics, requests } = countRequests(
    createOperatorMetrics({
      clock: systemClock,
      readState: async () => ({ holds: [], instances: [] }),
    }),
  );
  const operator = assembleOperator({
    config,
    db,
    adapters: createAdapters({
      config,
      rootConfig,
      clock: systemClock,
      sleep: async () => {},
      logger: quietLogger(),
      metrics,
      ...unusedServices(),
    }),
    catalog: {
      snapshot: () => ({ generation: 0, selections: [], invalid: [] }),
      refresh: async () => {},
    },
    people: {
      find: async person => ({ person, roles: [] }),
      problems: async () => [],
    },
    notifier: { send: async () => 'nobody_to_tell' },
    pager: { page: async () => 'no_pager' },
    auditSinks: [],
    clock: systemClock,
    logger: quietLogger(),
    auditor: quietAuditor(),
    metrics,
    publish: async () => {},
    sendSignals: async () => {},
  });
  return {
    async tick(): Promise<{ applications: number; bytes?: number }> {
      const before = requests();
      const result = (await operator.beat()).get(INSTANCE);
      if (result?.result !== 'committed') {
        throw new Error(`The tick did not succeed: ${JSON.stringify(result)}`);
      }
      if (requests() !== before + 1) {
        throw new Error(
          `One list request per instance and tick was promised; this tick made ${
            requests() - before
          }`,
        );
      }
      return { applications: result.monitored };
    },
    async close(): Promise<void> {
      await operator.stop();
      await knex.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
