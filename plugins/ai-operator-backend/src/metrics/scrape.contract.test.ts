import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestBackend } from '@backstage/backend-test-utils';
import {
  COMPANY,
  DEMO_ACCESS,
  realClock,
  startWorld,
  World,
} from '@ai-operator/world';
import { describeWithPrometheus } from './__testUtils__/describeWithPrometheus';
import {
  dashboardQueries,
  readAlertRules,
  readDashboard,
} from './__testUtils__/observabilityExamples';
import {
  RealPrometheus,
  startPrometheus,
} from './__testUtils__/realPrometheus';
import {
  kubernetesProxyPlugin,
  startScrapedBackend,
  TOKENS,
} from './__testUtils__/scrapedBackend';

jest.setTimeout(120_000);

const RECOVERS = { service: 'payment-service' };
const WAITS = { service: 'checkout' };

/** Everything as fast as it goes: what happens is the same. */
function configOf(worldUrl: string, auditFile: string) {
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
          instances: [
            {
              name: 'staging',
              url: `${worldUrl}/argocd/staging`,
              token: DEMO_ACCESS.argocd.token,
            },
          ],
        },
      ],
    },
    aiOperator: {
      metrics: { scrapeInterval: '1s' },
      audit: { file: { path: auditFile } },
      timing: {
        healthCheckInterval: '500ms',
        ciPoll: '300ms',
        restorationConfirmation: '500ms',
        completeArchive: '60s',
      },
      prometheus: { url: `${worldUrl}/prometheus` },
      kubernetes: { clusters: [{ instance: 'staging', cluster: 'staging' }] },
    },
  };
}

async function until(isSo: () => boolean): Promise<void> {
  const end = Date.now() + 30_000;
  while (!isSo()) {
    if (Date.now() > end) {
      throw new Error('It did not happen in time');
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

const one = (samples: Array<{ value: number }>) =>
  samples.length === 1 && samples[0].value === 1;

describeWithPrometheus(
  'a real Prometheus scrapes the running backend',
  ({ prometheus: program }) => {
    let dataDir: string;
    let world: World;
    let closeWorld: () => Promise<void>;
    let backend: TestBackend;
    let prometheus: RealPrometheus;

    beforeAll(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'ai-operator-scraped-'));
      const started = await startWorld({
        clock: realClock(),
        dataDir,
        port: 0,
        cast: {
          ...COMPANY,
          services: COMPANY.services.filter(({ name }) =>
            [RECOVERS.service, WAITS.service].includes(name),
          ),
        },
        ci: { durationMs: 500 },
        argo: { pollIntervalMs: 500 },
      });
      world = started.world;
      closeWorld = started.close;
      backend = await startScrapedBackend(
        configOf(started.url, join(dataDir, 'audit.jsonl')),
        [kubernetesProxyPlugin(started.url)],
      );
      prometheus = await startPrometheus({
        program,
        prepare: folder => writeFile(join(folder, 'token'), TOKENS.ours),
        config: folder => ({
          global: { scrape_interval: '1s' },
          scrape_configs: [
            {
              job_name: 'ai-operator',
              metrics_path: '/api/ai-operator/metrics',
              authorization: { credentials_file: join(folder, 'token') },
              static_configs: [
                { targets: [`127.0.0.1:${backend.server.port()}`] },
              ],
            },
            {
              job_name: 'without-a-token',
              metrics_path: '/api/ai-operator/metrics',
              static_configs: [
                { targets: [`127.0.0.1:${backend.server.port()}`] },
              ],
            },
          ],
        }),
      });
    });

    afterAll(async () => {
      await prometheus?.stop();
      await backend?.stop();
      await closeWorld?.();
      await rm(dataDir, { recursive: true, force: true });
    });

    it('with its token, and not without', async () => {
      await prometheus.queryUntil('up{job="ai-operator"}', one);
      const [{ value }] = await prometheus.query(
        'ai_operator_active_rollbacks{environment="staging"}',
      );
      expect(value).toBe(0);
      const refused = await prometheus.queryUntil(
        'up{job="without-a-token"}',
        samples => samples.length === 1,
      );
      expect(refused[0].value).toBe(0);
    });

    it('sees one rollback merged and recovered, and one that waits', async () => {
      const deployed = () =>
        world.control
          .status()
          .applications.find(
            ({ service, environment }) =>
              service === RECOVERS.service && environment === 'staging',
          )?.revision;
      const before = deployed();
      world.control.ci({ ...WAITS, outcome: 'hang' });
      world.control.crash({ ...RECOVERS, available: 1 });
      world.control.crash({ ...WAITS, available: 1 });
      await prometheus.queryUntil(
        'ai_operator_active_rollbacks{environment="staging"}',
        samples => samples[0]?.value === 2,
      );
      await prometheus.queryUntil(
        'ai_operator_rollbacks_merged_total{app_name="payment-service",environment="staging",auto_merged="true"}',
        one,
      );
      // Argo CD rolls out what was merged; it starts faster here than pods do.
      await until(() => deployed() !== before);
      world.control.heal({ ...RECOVERS, recoverMs: 200 });
      await prometheus.queryUntil(
        'ai_operator_mean_time_to_recovery_seconds_count{environment="staging"}',
        one,
      );
      const held = await prometheus.query('ai_operator_fsm_state');
      expect(
        held.map(({ metric }) => `${metric.app_name} ${metric.state}`).sort(),
      ).toEqual(['checkout PRCreated', 'payment-service RollbackComplete']);
    });

    it('sees it abort: the first of its kind is in the rate', async () => {
      await world.control.closePullRequest(WAITS);
      const [{ metric }] = await prometheus.queryUntil(
        'ai_operator_rollbacks_aborted_total',
        one,
      );
      expect(metric).toMatchObject({
        app_name: 'checkout',
        environment: 'staging',
        reason: 'PR_CLOSED',
      });
      const [{ value: at }] = await prometheus.query(
        'timestamp(ai_operator_rollbacks_aborted_total)',
      );
      // As of the last scrape, so that Prometheus has nothing to extrapolate.
      const [{ value }] = await prometheus.query(
        'rate(ai_operator_rollbacks_aborted_total[1h])',
        at * 1_000,
      );
      expect(value).toBeCloseTo(1 / 3_600, 9);
    });

    it('sees that the audit trail gets where it should', async () => {
      const [{ value }] = await prometheus.queryUntil(
        'ai_operator_audit_backlog{sink="file"}',
        samples => samples.length === 1 && samples[0].value < 50,
      );
      expect(value).toBeGreaterThanOrEqual(0);
      const [{ value: setAside }] = await prometheus.query(
        'ai_operator_audit_set_aside{sink="file"}',
      );
      expect(setAside).toBe(0);
    });

    it('has counted every call by its name, and no application that had nothing', async () => {
      const calls = await prometheus.query(
        'ai_operator_mcp_call_duration_seconds_count',
      );
      expect(calls.map(({ metric }) => metric.call_name)).toEqual(
        expect.arrayContaining([
          'argocd.listApplications',
          'github.createPullRequest',
          'github.mergePullRequest',
          'kubernetes.getDeploymentStatus',
          'prometheus.queryUptime',
        ]),
      );
      const named = await prometheus.query(
        'count by (app_name) ({app_name!=""})',
      );
      expect(named.map(({ metric }) => metric.app_name).sort()).toEqual([
        'checkout',
        'payment-service',
      ]);
    });

    it('answers every query of the dashboard and of the alert rules', async () => {
      const queries = [
        ...dashboardQueries(readDashboard()),
        ...readAlertRules().map(({ expr }) => expr),
      ];
      expect(queries.length).toBeGreaterThan(30);
      for (const query of queries) {
        await expect(prometheus.query(query)).resolves.toEqual(
          expect.any(Array),
        );
      }
      // One that shows something: the merge above.
      const merged = await prometheus.query(
        dashboardQueries(readDashboard()).find(query =>
          query.includes('auto_merged="true"'),
        ) ?? '',
      );
      expect(merged[0].value).toBeGreaterThan(0.9);
    });
  },
);
