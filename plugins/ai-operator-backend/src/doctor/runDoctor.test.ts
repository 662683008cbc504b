import { readFileSync } from 'fs';
import { join } from 'path';
import { TestDatabases } from '@backstage/backend-test-utils';
import { doctorReportSchema } from '@ai-operator/backstage-plugin-ai-operator-common';
import { fact, noFact } from '../core/doctor/facts';
import { CHECKS } from '../core/doctor/judges';
import { Database } from '../persistence';
import { aRecord, tick } from '../persistence/__testUtils__/fixtures';
import { PortError } from '../ports';
import {
  configOf,
  emptyDatabase,
  healthyParts,
  healthyPort,
  NOW,
} from './__testUtils__/healthy';
import { DoctorParts } from './parts';
import { runDoctor } from './runDoctor';

const databases = TestDatabases.create({
  ids: ['SQLITE_3'],
  disableDocker: true,
});

/** What never answers, whatever it is told. */
const never = () => new Promise<never>(() => {});

describe('runDoctor', () => {
  let db: Database;

  beforeAll(async () => {
    db = await emptyDatabase(databases);
    await tick(db, {
      now: NOW,
      records: [
        aRecord('pay', {
          environment: 'production',
          source: {
            known: true,
            at: NOW,
            value: {
              repository: 'my-org/pay',
              branch: 'main',
              manifestPath: 'app.yaml',
            },
          },
        }),
        aRecord('shop'),
      ],
    });
  });

  const run = (change: Partial<DoctorParts> = {}) =>
    runDoctor(healthyParts(db, change));
  const toMend = async (change: Partial<DoctorParts>) =>
    Object.fromEntries(
      (await run(change)).flatMap(({ id, status }) =>
        status === 'ok' ? [] : [[id, status]],
      ),
    );
  /** The world's and the database's clock differ in these tests. */
  const CLOCK = { 'database/clock': 'problem' };

  it('finds nothing to mend where all is as it should be, and says what it saw', async () => {
    const findings = await run();
    expect(
      findings.flatMap(({ id, status }) => (status === 'ok' ? [] : [id])),
    ).toEqual(['database/clock']);
    const ids = findings.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(
      expect.arrayContaining([
        'config/all',
        'operator/pause',
        'operator/main/poll',
        'database/connection',
        'argocd/main/rights',
        'kubernetes/staging/rights',
        'github/github.com/my-org/credentials',
        'github/my-org/pay/main/approvals',
        'github/my-org/shop/staging/checks',
        'prometheus/query',
        'people/senior-maintainer',
        'notifications/connection',
        'pager/configured',
        'github/webhooks',
      ]),
    );
    expect(ids).not.toContain('github/my-org/shop/staging/approvals');
  });

  it('answers what the API promises', async () => {
    const findings = await run();
    expect(() =>
      doctorReportSchema.parse({ now: NOW, findings }),
    ).not.toThrow();
    for (const { status, howToMend, checkedAt } of findings) {
      expect(howToMend === undefined).toBe(status === 'ok');
      expect(checkedAt).toBe(NOW);
    }
  });

  it('asks about what is in use', async () => {
    const asked: Record<string, unknown[]> = { argocd: [], clusters: [] };
    const healthy = healthyPort();
    await run({
      port: healthyPort({
        argocd: (request, call) => {
          asked.argocd.push(request.questions[0].object);
          return healthy.argocd(request, call);
        },
        kubernetes: (request, call) => {
          asked.clusters.push(request);
          return healthy.kubernetes(request, call);
        },
      }),
    });
    expect(asked).toEqual({
      argocd: ['default/pay'],
      clusters: [{ cluster: 'staging', namespaces: ['pay', 'shop'] }],
    });
  });

  describe('what does not answer is unknown, never ok', () => {
    const limits = { eachMs: 30, wholeMs: 60 };

    it('although it heeds no signal', async () => {
      const before = performance.now();
      const findings = await run({
        limits,
        port: healthyPort({
          argocd: never,
          kubernetes: never,
          gitHubAccount: never,
          prometheus: never,
          notifications: never,
        }),
        people: { problems: never },
        seniorMaintainers: never,
      });
      expect(performance.now() - before).toBeLessThan(3_000);
      const silent = findings.filter(
        ({ area, id }) =>
          ['argocd', 'kubernetes', 'prometheus', 'people'].includes(area) ||
          id.startsWith('github/my-org') ||
          id === 'notifications/connection',
      );
      expect(silent.length).toBeGreaterThan(20);
      expect(
        silent.flatMap(({ id, status }) => (status === 'unknown' ? [] : [id])),
      ).toEqual(['argocd/main/tls']);
    });

    it('and what there was no time for, too', async () => {
      const findings = await run({ limits: { eachMs: 1_000, wholeMs: 0 } });
      expect(
        new Set(
          findings
            .filter(({ id }) => /^(argocd|kubernetes|prometheus)/.test(id))
            .filter(({ id }) => id !== 'argocd/main/tls')
            .map(({ status }) => status),
        ),
      ).toEqual(new Set(['unknown']));
    });

    it('and a part of it leaves the rest known', async () => {
      expect(
        await toMend({ limits, port: healthyPort({ prometheus: never }) }),
      ).toEqual({
        ...CLOCK,
        'prometheus/connection': 'unknown',
        'prometheus/ready': 'unknown',
        'prometheus/query': 'unknown',
        'prometheus/clock': 'unknown',
      });
    });

    it('and a fault of our own is in the log', async () => {
      const parts = healthyParts(db, {
        port: healthyPort({
          notifications: async () => {
            throw new TypeError('undefined is not a function');
          },
        }),
      });
      const findings = await runDoctor(parts);
      expect(
        findings.find(({ id }) => id === 'notifications/connection'),
      ).toMatchObject({
        status: 'unknown',
        because: expect.stringContaining('its log has the details'),
      });
      expect(parts.logger.error).toHaveBeenCalledTimes(1);
    });
  });

  it('gives each part a signal that ends with its time', async () => {
    let signal: AbortSignal | undefined;
    await run({
      limits: { eachMs: 20, wholeMs: 1_000 },
      port: healthyPort({
        notifications: async call => {
          signal = call.signal;
          await new Promise(resolve =>
            call.signal?.addEventListener('abort', resolve),
          );
          return noFact('silent', 'Out of time');
        },
      }),
    });
    expect(signal?.aborted).toBe(true);
  });

  describe('GitHub', () => {
    const used = (remaining: number) =>
      fact([{ resource: 'core', limit: 5_000, remaining, resetAt: NOW }]);
    const withAccount = (change: object) => {
      const asked: string[] = [];
      const healthy = healthyPort();
      return {
        asked,
        port: healthyPort({
          gitHubAccount: async (request, call) => ({
            ...(await healthy.gitHubAccount(request, call)),
            ...change,
          }),
          gitHubRepository: (request, call) => {
            asked.push(request.repository);
            return healthy.gitHubRepository(request, call);
          },
        }),
      };
    };

    it('is asked about production first, and not when few requests are left', async () => {
      const plenty = withAccount({ budgets: used(100) });
      await run({ port: plenty.port });
      expect(plenty.asked).toEqual(['my-org/pay', 'my-org/shop']);
      const few = withAccount({ budgets: used(99) });
      expect(await toMend({ port: few.port })).toMatchObject({
        'github/github.com/my-org/budget': 'problem',
        'github/my-org/pay/access': 'unknown',
        'github/my-org/shop/access': 'unknown',
      });
      expect(few.asked).toEqual([]);
    });

    it('is not asked about repositories without credentials', async () => {
      const none = withAccount({ credential: noFact('misconfigured', 'why') });
      expect(await toMend({ port: none.port })).toMatchObject({
        'github/github.com/my-org/credentials': 'problem',
        'github/my-org/pay/access': 'unknown',
      });
      expect(none.asked).toEqual([]);
    });

    it('is asked about the repository for escalations first', async () => {
      const { asked, port } = withAccount({});
      const findings = await run({
        port,
        config: configOf({
          escalation: { repository: 'my-org/operations' },
        }),
      });
      expect(asked[0]).toBe('my-org/operations');
      const ids = findings.map(({ id }) => id);
      expect(ids).toContain('github/my-org/operations/issues');
      expect(ids).not.toContain('github/my-org/pay/issues');
    });

    it('is asked about 20 repositories at most, and says how many are left', async () => {
      const many = await emptyDatabase(databases);
      await tick(many, {
        now: NOW,
        records: Array.from({ length: 23 }, (_each, index) =>
          aRecord(`app-${index}`),
        ),
      });
      const { asked, port } = withAccount({});
      const findings = await runDoctor(healthyParts(many, { port }));
      expect(asked).toHaveLength(20);
      expect(findings.find(({ id }) => id === 'github/left-out')).toMatchObject(
        {
          status: 'unknown',
          because: expect.stringContaining('20 of 23'),
        },
      );
    });
  });

  describe('Kubernetes', () => {
    it('is asked about configured clusters although nothing runs there', async () => {
      const findings = await run({
        config: configOf({
          kubernetes: { clusters: [{ instance: 'main', cluster: 'spare' }] },
        }),
      });
      expect(
        findings.find(({ id }) => id === 'kubernetes/spare/rights')?.because,
      ).toContain('in default');
    });

    it('says once of an instance that its cluster is not known', async () => {
      const port = healthyPort({
        clusterOf: () => noFact('misconfigured', 'Which cluster is it?'),
      });
      expect(await toMend({ port })).toMatchObject({
        'kubernetes/main/cluster': 'problem',
      });
    });

    it('says what it left out', async () => {
      const many = await emptyDatabase(databases);
      await tick(many, {
        now: NOW,
        records: Array.from({ length: 24 }, (_each, index) =>
          aRecord(`app-${index}`, {
            destination: {
              cluster: `cluster-${index % 12}`,
              namespace: `namespace-${index}`,
            },
          }),
        ),
      });
      const findings = await runDoctor(healthyParts(many));
      expect(
        findings.find(({ id }) => id === 'kubernetes/left-out'),
      ).toMatchObject({ because: expect.stringContaining('10 of 12') });
    });
  });

  it('warns without Prometheus, and asks a source of your own', async () => {
    expect(
      await toMend({ config: configOf({ prometheus: undefined }) }),
    ).toMatchObject({ 'prometheus/configured': 'warning' });
    const customMetrics = (uptime: () => Promise<undefined>) => ({
      configured: () => true,
      uptime,
    });
    expect(
      await toMend({ customMetrics: customMetrics(async () => undefined) }),
    ).toEqual(CLOCK);
    const broken = customMetrics(async () => {
      throw new PortError('UNAVAILABLE', 'Datadog is down');
    });
    expect(await toMend({ customMetrics: broken })).toEqual({
      ...CLOCK,
      'prometheus/query': 'problem',
    });
  });

  it('looks at Elasticsearch where the trail is shipped to it', async () => {
    const auditSinks = [
      { kind: 'elasticsearch' as const, name: 'Elasticsearch at https://logs' },
    ];
    const seen = await toMend({ auditSinks });
    expect(Object.keys(seen).filter(id => /elastic/.test(id))).toEqual([
      'audit/elasticsearch/backlog',
      'audit/elasticsearch/set-aside',
    ]);
    const limits = { eachMs: 20, wholeMs: 2_000 };
    const silent = healthyPort({ elasticsearch: never });
    expect(await toMend({ auditSinks, limits, port: silent })).toMatchObject({
      'audit/elasticsearch/connection': 'unknown',
      'audit/elasticsearch/version': 'unknown',
      'audit/elasticsearch/rights': 'unknown',
      'audit/elasticsearch/template': 'unknown',
      'audit/elasticsearch/lifecycle': 'unknown',
    });
  });

  it('tells of mistakes, each under an id of its own, and that nothing runs', async () => {
    const mistake = {
      severity: 'fatal' as const,
      key: 'aiOperator.mod',
      because: 'Unknown key',
      howToMend: 'Remove it',
    };
    expect(await toMend({ problems: [mistake, mistake] })).toMatchObject({
      'config/aiOperator.mod/mistake': 'problem',
      'config/aiOperator.mod/mistake#2': 'problem',
      'operator/main/poll': 'problem',
      'operator/rollbacks': 'problem',
    });
  });

  it('goes on without a database', async () => {
    const broken = await emptyDatabase(databases);
    await broken.knex.destroy();
    const findings = await runDoctor(healthyParts(broken));
    const status = (id: string) =>
      findings.find(each => each.id === id)?.status;
    expect(status('database/connection')).toBe('problem');
    expect(status('operator/applications')).toBe('unknown');
    expect(status('operator/rollbacks')).toBe('unknown');
    expect(status('argocd/main/connection')).toBe('ok');
    expect(status('people/table')).toBe('ok');
  });
});

describe('docs/runbooks/doctor.md', () => {
  const runbook = readFileSync(
    join(__dirname, '../../../../docs/runbooks/doctor.md'),
    'utf8',
  );
  const all = Object.entries(CHECKS).flatMap(([area, checks]) =>
    checks.map(name => [area, name]),
  );
  /** Area and check of each id in the first column. */
  const named = [...runbook.matchAll(/^\|.*?\|/gm)].flatMap(([cell]) =>
    [...cell.matchAll(/`([a-z]+)\/(?:<[^`]*>\/)?([a-z-]+)`/g)].map(
      ([, area, name]) => [area, name],
    ),
  );

  it.each(all)('has a row for %s/.../%s', (area, name) => {
    expect(named).toContainEqual([area, name]);
  });

  it('has no row for a check that is not there', () => {
    expect(
      named.filter(
        ([area, name]) =>
          !all.some(
            ([knownArea, known]) => knownArea === area && known === name,
          ),
      ),
    ).toEqual([]);
  });
});
