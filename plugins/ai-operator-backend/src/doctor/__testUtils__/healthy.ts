import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { readOperatorConfig } from '../../config';
import { ARGO_NEEDED, GITHUB_NEEDED } from '../../core/doctor/leastPrivilege';
import { fact } from '../../core/doctor/facts';
import {
  createDatabase,
  Database,
  migrationsDirectory,
} from '../../persistence';
import { CallRecord, DoctorPort } from '../../ports';
import { DoctorParts } from '../parts';

/** 2026-02-27T10:30:00Z. */
export const NOW = Date.UTC(2026, 1, 27, 10, 30);

/** Every system as it should be. */
export function healthyPort(change: Partial<DoctorPort> = {}): DoctorPort {
  const clock = fact({
    theirs: NOW,
    precision: 1_000,
    before: NOW,
    after: NOW,
  });
  return {
    argocd: async ({ instance, questions }) => ({
      instance,
      url: 'https://argocd.example.com',
      version: fact('v3.1.0'),
      clock,
      session: fact({ loggedIn: true, username: 'ai-operator' }),
      answers: questions.map(question => ({
        ...question,
        allowed: fact(
          question.resource === ARGO_NEEDED.resource &&
            question.action === ARGO_NEEDED.action,
        ),
      })),
    }),
    kubernetes: async ({ cluster, namespaces }) => ({
      cluster,
      clock,
      namespaces: namespaces.map(namespace => ({
        namespace,
        review: fact({
          isComplete: true,
          rules: [
            {
              verbs: ['get'],
              apiGroups: ['apps'],
              resources: ['deployments'],
              resourceNames: [],
            },
          ],
        }),
      })),
    }),
    clusterOf: ({ name, instance }) => fact(name ?? instance),
    gitHubAccount: async () => ({
      account: 'github.com/my-org',
      credential: fact('app'),
      login: fact('ai-operator[bot]'),
      permissions: fact({ ...GITHUB_NEEDED, members: 'read' }),
      scopes: fact([]),
      clock,
      budgets: fact([]),
    }),
    gitHubAccountOf: repository => `github.com/${repository.split('/')[0]}`,
    gitHubRepository: async ({ repository, branches }) => ({
      repository,
      about: fact({ isArchived: false, hasIssues: true }),
      branches: branches.map(({ branch, environments }) => ({
        branch,
        environments,
        summary: fact({ isProtected: false, checks: [] }),
        protection: fact(undefined),
        shown: fact(undefined),
        mergeQueue: fact(false),
        rules: fact({
          checks: ['test', 'lint', 'branch-protection-check'],
          approvals: 1,
          dismissesStale: true,
          blocksForcePushes: true,
          hasMergeQueue: false,
          rulesets: [{ name: 'all', bypass: fact('never' as const) }],
        }),
      })),
    }),
    prometheus: async () => ({
      url: 'https://prometheus.example.com',
      ready: fact(true),
      query: fact(0),
      clock,
    }),
    elasticsearch: async () => ({
      name: 'Elasticsearch at https://logs.test',
      version: fact('8.19.2'),
      rights: fact([]),
      template: fact({ state: 'current', lacks: [] }),
      policy: fact({ state: 'current', lacks: [] }),
    }),
    notifications: async () => fact(undefined),
    ...change,
  };
}

/** A configuration with one Argo CD instance, everything else as it should be. */
export function configOf(section: object = {}) {
  const { config } = readOperatorConfig(
    new ConfigReader({
      argocd: {
        appLocatorMethods: [
          {
            type: 'config',
            instances: [
              {
                name: 'main',
                url: 'https://argocd.example.com',
                token: 'secret',
              },
            ],
          },
        ],
      },
      aiOperator: {
        prometheus: { url: 'https://prometheus.example.com' },
        escalation: { notify: { recipients: ['group:default/oncall'] } },
        ...section,
      },
    }),
  );
  return config;
}

export async function emptyDatabase(databases: TestDatabases) {
  const db = createDatabase(await databases.init('SQLITE_3'));
  await db.knex.migrate.latest({ directory: migrationsDirectory() });
  // The chain was looked at, and is as it should be.
  await db
    .knex('audit_checks')
    .insert({
      name: 'chain',
      due_at: NOW,
      latest: JSON.stringify({
        chain: {
          result: 'intact',
          because: 'All 12 entries are as they were written.',
          checkedAt: NOW,
          problems: [],
        },
      }),
    })
    .onConflict('name')
    .merge();
  return db;
}

/** A doctor to whom everything is as it should be; calls it was told of are in `records`. */
export function healthyParts(
  db: Database,
  change: Partial<DoctorParts> = {},
): DoctorParts & { records: CallRecord[] } {
  const records: CallRecord[] = [];
  return {
    clock: { now: () => NOW },
    logger: mockServices.logger.mock(),
    db,
    port: healthyPort(),
    config: configOf(),
    problems: [],
    auditSinks: [],
    people: { problems: async () => [] },
    seniorMaintainers: async () => [{ login: 'alice' }],
    hasPager: true,
    lastWebhookAt: () => NOW,
    isProduction: false,
    record: record => records.push(record),
    limits: { eachMs: 5_000, wholeMs: 10_000 },
    records,
    ...change,
  };
}
