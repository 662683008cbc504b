import { Entity } from '@backstage/catalog-model';
import {
  mockCredentials,
  mockServices,
  TestDatabases,
} from '@backstage/backend-test-utils';
import {
  AuthorizePermissionRequest,
  AuthorizeResult,
} from '@backstage/plugin-permission-common';
import { AuditRecord } from '@ai-operator/backstage-plugin-ai-operator-common';
import express from 'express';
import supertest from 'supertest';
import { Policy } from '../../core';
import { EntitySelection, readEntitySelection } from '../../core/entity';
import { createOperatorMetrics } from '../../metrics';
import {
  createDatabase,
  listHolds,
  listInstances,
  migrationsDirectory,
} from '../../persistence';
import { SHA, T0 } from '../../persistence/__testUtils__/fixtures';
import { PeoplePort } from '../../ports';
import { RouterDeps } from '../deps';
import { createRouter } from '../router';
import { TestReviews, thePeople } from './people';

export const POLICY: Policy = {
  timing: {
    healthCheckInterval: 10_000,
    persistenceChecks: 3,
    restorationConfirmation: 60_000,
    candidateSearch: 120_000,
    ciWait: 300_000,
    ciPoll: 5_000,
    mergeApproval: 3_600_000,
    recovery: 600_000,
    inconclusive: 120_000,
    humanReviewAbort: 14_400_000,
    completeArchive: 60_000,
    stale: 86_400_000,
    verdictMaxAge: 30_000,
    escalationPoll: 30_000,
    escalationPage: 3_600_000,
  },
  candidates: { maxAge: 30 * 86_400_000, maxCommits: 50, minUptime: 0.99 },
  limits: {
    maxActiveRollbacks: 10,
    maxAttemptsPerApplicationPerDay: 5,
    maxChangedFiles: 10,
    maxPullRequestsPerHour: 10,
    maxMergesPerHour: 5,
  },
  githubBudget: { warn: 1_000, stop: 100 },
  auditTrail: { requiredInProduction: true, stopAfter: 60_000 },
  freezes: [],
  mention: '@oncall',
  modes: { staging: 'auto', production: 'propose' },
  holdLabel: 'do-not-merge/hold',
};

/** A component with annotations. */
export function aComponent(
  name: string,
  annotations: Record<string, string>,
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name, namespace: 'default', annotations },
  };
}

/** What the operator's own view of the catalog makes of entities. */
function selectionsOf(entities: readonly Entity[]): EntitySelection[] {
  return entities.flatMap(({ metadata }) => {
    const read = readEntitySelection(
      `component:default/${metadata.name}`,
      metadata.annotations,
    );
    return read.result === 'selects' ? [read.selection] : [];
  });
}

/** Who asks: somebody without a role, a service, nobody, or a person by entity ref. */
export type As = 'user' | 'service' | 'nobody' | `user:${string}`;

function authorization(as: As): string {
  switch (as) {
    case 'nobody':
      return mockCredentials.none.header();
    case 'user':
      return mockCredentials.user.header();
    case 'service':
      return mockCredentials.service.header();
    default:
      return mockCredentials.user.header(as);
  }
}

/** What the permission policy says to one request. */
export type TestPolicy = (
  request: AuthorizePermissionRequest,
) => boolean | Promise<boolean>;

/** The router on an empty SQLite database of its own, and somebody to ask it. */
export async function startServer(
  databases: TestDatabases,
  options: {
    entities?: Entity[];
    denied?: boolean;
    policy?: TestPolicy;
    people?: Pick<PeoplePort, 'find'>;
    deps?: Partial<RouterDeps>;
  } = {},
) {
  const db = createDatabase(await databases.init('SQLITE_3'));
  await db.knex.migrate.latest({ directory: migrationsDirectory() });
  const entities = options.entities ?? [];
  const time = { now: T0 };
  const clock = { now: () => time.now };
  const metrics = createOperatorMetrics({
    clock,
    readState: async () => ({
      holds: await listHolds(db),
      instances: await listInstances(db),
    }),
  });
  const logger = mockServices.logger.mock();
  const auditor = mockServices.auditor.mock();
  const policy = options.policy ?? (() => !options.denied);
  const people = options.people ?? thePeople();
  const personalReviews = new TestReviews();
  const wake = jest.fn();
  const changed = jest.fn();
  const looked = jest.fn();
  let ids = 0;
  const snapshot = {
    generation: 1,
    selections: selectionsOf(entities),
    invalid: [],
    readAt: T0,
  };
  const deps: RouterDeps = {
    db,
    policy: POLICY,
    clock,
    logger,
    auditor,
    httpAuth: mockServices.httpAuth(),
    permissions: mockServices.permissions.mock({
      authorize: requests =>
        Promise.all(
          requests.map(async request => ({
            result: (await policy(request))
              ? AuthorizeResult.ALLOW
              : AuthorizeResult.DENY,
          })),
        ),
    }),
    catalog: {
      getEntityByRef: async ref =>
        entities.find(
          ({ kind, metadata }) =>
            typeof ref === 'object' &&
            kind.toLowerCase() === ref.kind.toLowerCase() &&
            metadata.namespace === ref.namespace &&
            metadata.name === ref.name,
        ),
    },
    entities: { snapshot: () => snapshot },
    links: {
      application: key => `https://argocd.example.com/${key.name}`,
      commit: (repository, sha) =>
        `https://github.example.com/${repository}/commit/${sha}`,
    },
    configured: {
      argocd: [{ name: 'main', url: 'https://argocd.example.com' }],
      prometheus: false,
      problems: [],
    },
    metrics,
    people,
    personalReviews,
    doctor: async () => [],
    wake,
    changed,
    looked,
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    ...options.deps,
  };
  const app = express().use('/api/ai-operator', createRouter(deps));
  return {
    /** To be listened with, where a request needs a real socket. */
    app,
    auditor,
    db,
    deps,
    logger,
    metrics,
    people,
    personalReviews,
    time,
    wake,
    changed,
    looked,
    /** GET below the plugin's base. */
    get(path: string, as: As = 'user') {
      return supertest(app)
        .get(`/api/ai-operator${path}`)
        .set('authorization', authorization(as));
    },
    /** POST of what the test writes, as whom the test says. */
    post: (path: string) => supertest(app).post(`/api/ai-operator${path}`),
    /** POST or PUT of a JSON body below the plugin's base. */
    send(method: 'post' | 'put', path: string, body: object, as: As = 'user') {
      return supertest(app)
        [method](`/api/ai-operator${path}`)
        .set('authorization', authorization(as))
        .send(body);
    },
    /** What the audit trail says about people, oldest first. */
    async told(): Promise<AuditRecord[]> {
      const rows = await db
        .knex('audit')
        .where({ action_type: 'HUMAN_COMMAND' })
        .orderBy('seq');
      return rows.map(({ record }) => JSON.parse(record));
    },
  };
}

export type Server = Awaited<ReturnType<typeof startServer>>;

export { SHA, T0 };
