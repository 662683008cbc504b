import { TestDatabases } from '@backstage/backend-test-utils';
import { JsonObject } from '@backstage/types';
import {
  startWorldAdapters,
  WorldAdapters,
} from '../adapters/__testUtils__/worldAdapters';
import { Database } from '../persistence';
import { aRecord, tick } from '../persistence/__testUtils__/fixtures';
import { emptyDatabase, healthyParts } from './__testUtils__/healthy';
import { DoctorParts } from './parts';
import { runDoctor } from './runDoctor';

const REPOSITORY = 'my-org/payment-service';
const CHECKS = ['test', 'lint', 'branch-protection-check'];

const databases = TestDatabases.create({
  ids: ['SQLITE_3'],
  disableDocker: true,
});

/** These tests are about what is found; a machine that is busy is no finding. */
function patient(rootConfig: JsonObject): JsonObject {
  const requestTimeout = '4s';
  const { prometheus, kubernetes, ...section } = Object(rootConfig.aiOperator);
  return {
    ...rootConfig,
    aiOperator: {
      ...section,
      argocd: { requestTimeout },
      kubernetes: { ...kubernetes, requestTimeout },
      prometheus: { ...prometheus, requestTimeout },
    },
  };
}

/** The first look reads GitHub's whole published schema into the world. */
jest.setTimeout(30_000);

/** The doctor with its real eyes, in the simulated world. */
describe('the doctor in the world', () => {
  let bench: WorldAdapters;
  let db: Database;
  /** The id of GitHub's account names the port that the world listens on. */
  let account: string;

  beforeAll(async () => {
    bench = await startWorldAdapters();
    account = `github/${new URL(bench.url).host}/my-org`;
    db = await emptyDatabase(databases);
    for (const [environment, branch] of [
      ['staging', 'staging'],
      ['production', 'main'],
    ] as const) {
      await tick(db, {
        instance: environment,
        now: bench.clock.now(),
        records: [
          aRecord('payment-service', {
            key: {
              instance: environment,
              namespace: 'argocd',
              name: 'payment-service',
            },
            project: 'payments',
            environment,
            source: {
              known: true,
              at: bench.clock.now(),
              value: {
                repository: REPOSITORY,
                branch,
                manifestPath: '.argocd/application.yaml',
              },
            },
            destination: {
              server: 'https://kubernetes.default.svc',
              namespace: 'payments',
            },
          }),
        ],
      });
    }
  });
  beforeEach(async () => {
    bench.world.faults.clear();
    bench.forget();
    for (const instance of ['staging', 'production']) {
      await tick(db, { instance, now: bench.clock.now() });
    }
  });
  afterAll(async () => {
    await bench.stop();
  });

  /** Ids and statuses of what is not ok; told of apart: the clock of the database, which is real. */
  async function toMend(change: Partial<DoctorParts> = {}) {
    const findings = await runDoctor(
      healthyParts(db, {
        clock: bench.clock,
        port: bench.reconfigured(patient).doctor,
        config: bench.config,
        hasPager: false,
        ...change,
      }),
    );
    return Object.fromEntries(
      findings.flatMap(({ id, status }) =>
        status === 'ok' || id === 'database/clock' ? [] : [[id, status]],
      ),
    );
  }

  /** What the bench has not: it is no whole portal. */
  const AS_IT_IS = {
    'notifications/recipients': 'warning',
    'notifications/connection': 'problem',
    'pager/configured': 'warning',
  };

  it('has nothing to say about systems that are as they should be', async () => {
    expect(await toMend()).toEqual(AS_IT_IS);
  });

  it('finds whatever the operator may do and should not', async () => {
    const rights = bench.world.argo.instance('production')!.rights;
    const cluster = bench.world.clusters.get('staging')!;
    const before = { grants: rights.grants(), rules: cluster.rules() };
    rights.grant({
      resource: 'applications',
      action: 'sync',
      object: 'payments/*',
    });
    cluster.grant({ verbs: ['patch'], apiGroups: ['apps'], resources: ['*'] });
    bench.world.github.tokens.add({
      value: 'strong',
      login: 'ai-operator[bot]',
      scopes: ['repo', 'read:org', 'admin:repo_hook'],
      readsProtection: true,
    });
    const { doctor } = bench.reconfigured(config => ({
      ...patient(config),
      integrations: {
        github: [
          {
            host: new URL(bench.url).host,
            apiBaseUrl: `${bench.url}/api/v3`,
            token: 'strong',
          },
        ],
      },
    }));
    try {
      expect(await toMend({ port: doctor })).toEqual({
        ...AS_IT_IS,
        'argocd/production/excess': 'warning',
        'kubernetes/staging/excess': 'warning',
        [`${account}/excess`]: 'warning',
      });
    } finally {
      rights.replace(before.grants);
      cluster.replace(before.rules);
    }
  });

  it('finds rights that are missing', async () => {
    const rights = bench.world.argo.instance('staging')!.rights;
    const cluster = bench.world.clusters.get('production')!;
    const before = { grants: rights.grants(), rules: cluster.rules() };
    rights.replace([]);
    cluster.replace([]);
    try {
      expect(await toMend()).toEqual({
        ...AS_IT_IS,
        'argocd/staging/rights': 'problem',
        'kubernetes/production/rights': 'problem',
      });
    } finally {
      rights.replace(before.grants);
      cluster.replace(before.rules);
    }
  });

  describe('protection', () => {
    let before: ReturnType<typeof bench.world.github.protection>;
    beforeEach(() => {
      before = bench.world.github.protection(REPOSITORY, 'main');
    });
    afterEach(() =>
      bench.world.github.setProtection(REPOSITORY, 'main', before),
    );

    it('that is gone is found', async () => {
      bench.world.github.setProtection(REPOSITORY, 'main', undefined);
      expect(await toMend()).toEqual({
        ...AS_IT_IS,
        [`github/${REPOSITORY}/main/checks`]: 'problem',
        [`github/${REPOSITORY}/main/approvals`]: 'problem',
        [`github/${REPOSITORY}/main/stale-approvals`]: 'warning',
        [`github/${REPOSITORY}/main/force-push`]: 'problem',
      });
    });

    it('that is too weak is found', async () => {
      bench.world.github.setProtection(REPOSITORY, 'main', {
        requiredChecks: CHECKS.slice(0, 2),
        allowForcePushes: true,
      });
      expect(await toMend()).toEqual({
        ...AS_IT_IS,
        [`github/${REPOSITORY}/main/checks`]: 'warning',
        [`github/${REPOSITORY}/main/approvals`]: 'problem',
        [`github/${REPOSITORY}/main/stale-approvals`]: 'warning',
        [`github/${REPOSITORY}/main/force-push`]: 'problem',
      });
    });
  });

  it('finds systems that are down, each by itself', async () => {
    bench.world.faults.add({
      system: 'argocd',
      kind: 'status',
      status: 503,
      instance: 'staging',
    });
    bench.world.faults.add({ system: 'prometheus', kind: 'hang' });
    const limits = { eachMs: 3_000, wholeMs: 6_000 };
    expect(await toMend({ limits })).toEqual({
      ...AS_IT_IS,
      'argocd/staging/connection': 'problem',
      'argocd/staging/version': 'unknown',
      'argocd/staging/credentials': 'unknown',
      'argocd/staging/rights': 'unknown',
      'argocd/staging/excess': 'unknown',
      'prometheus/connection': 'unknown',
      'prometheus/ready': 'unknown',
      'prometheus/query': 'unknown',
      'prometheus/clock': 'unknown',
    });
  });

  it('finds a clock that is wrong', async () => {
    const clock = { now: () => bench.clock.now() + 45_000 };
    const { doctor } = bench.reconfigured(patient, { clock });
    expect(await toMend({ port: doctor })).toEqual({
      ...AS_IT_IS,
      'argocd/staging/clock': 'problem',
      'argocd/production/clock': 'problem',
      'kubernetes/staging/clock': 'problem',
      'kubernetes/production/clock': 'problem',
      [`${account}/clock`]: 'problem',
      'prometheus/clock': 'problem',
    });
  });
});
