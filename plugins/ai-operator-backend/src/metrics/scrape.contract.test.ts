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
  dashboardTargets,
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

/** Of `a > 1`, the `a`; of rules that are joined by `or`, the first. */
const LEFT_SIDE = /^([^]+?) (?:==|<|>) [\d.* ]+(?: or [^]*)?$/;

/** Queries of the dashboard that something is to be seen of, after one merge and one abort. */
const SHOWN = [
  'Active rollbacks A',
  'Last look at Argo CD A',
  'Audit chain A',
  'Audit records waiting A',
  'Replicas scraped A',
  'Outcome of rollbacks A',
  'Outcome of rollbacks C',
  'Active by state, all environments A',
  'Recovery time A',
  'Recovery time B',
  'Recovery time C',
  'Why rollbacks were aborted A',
  'Degradations A',
  'Duration of calls A',
  'GitHub requests left A',
  'GitHub requests left B',
  'Search for a candidate A',
  'Last look at Argo CD A',
  'Duration of a look A',
  'Audit trail A',
  'Audit trail B',
  'Audit trail C',
  'Effects and errors A',
];

/** Those about what did not happen. */
const MAY_BE_EMPTY = [
  'Outcome of rollbacks B',
  'Outcome of rollbacks D',
  'Invariants found broken A',
  'Calls that failed A',
  'Duration of a look B',
  'Effects and errors B',
];

/** Alert rules whose figure is there, above its limit or not. */
const COMPARED = [
  'AIOperatorHighAbortRate',
  'AIOperatorDown',
  'AIOperatorTickLate',
  'AIOperatorStateUnreadable',
  'AIOperatorSlowRecovery',
  'AIOperatorGitHubBudgetLow',
  'AIOperatorGitHubBudgetSpent',
  'AIOperatorAuditBacklog',
  'AIOperatorAuditSetAside',
  'AIOperatorAuditChainBroken',
  'AIOperatorAuditUnchecked',
];

/** CI passed, nobody was refused, no loop had an error: there is no such series. */
const NOTHING_TO_COMPARE = [
  'AIOperatorInternalErrors',
  'AIOperatorCIFailures',
  'AIOperatorInvariantViolations',
  'AIOperatorPermissionDenied',
];

/** A quantile of nothing is not a number. */
const isFigure = ({ value }: { value: number }) => Number.isFinite(value);

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

    it('answers every query of the dashboard: with figures, where something happened', async () => {
      const silent: string[] = [];
      const asked: string[] = [];
      for (const { panel, refId, query } of dashboardTargets(readDashboard())) {
        const target = `${panel} ${refId}`;
        asked.push(target);
        if (!(await prometheus.query(query)).some(isFigure)) {
          silent.push(target);
        }
      }
      // Each is in one list: whoever adds a query says whether it shows something here.
      expect(asked.sort()).toEqual([...SHOWN, ...MAY_BE_EMPTY].sort());
      expect(silent.filter(target => SHOWN.includes(target))).toEqual([]);
    });

    it('shows the merge and the abort, each once', async () => {
      const shown = async (panel: string, refId: string) => {
        const target = dashboardTargets(readDashboard()).find(
          each => each.panel === panel && each.refId === refId,
        );
        return prometheus.query(target?.query ?? '');
      };
      for (const refId of ['A', 'C']) {
        const [{ value }] = await shown('Outcome of rollbacks', refId);
        expect(value).toBeGreaterThan(0.9);
      }
      const reasons = await shown('Why rollbacks were aborted', 'A');
      expect(reasons.map(({ metric }) => metric.reason)).toEqual(['PR_CLOSED']);
      const states = await shown('Active by state, all environments', 'A');
      expect(states.map(({ metric }) => metric.state)).toContain('Abort');
    });

    it('answers every alert rule, and has the figures each compares', async () => {
      const rules = readAlertRules();
      expect(rules.map(({ alert }) => alert).sort()).toEqual(
        [...COMPARED, ...NOTHING_TO_COMPARE].sort(),
      );
      const missing: string[] = [];
      for (const { alert, expr } of rules) {
        // A rule that does not fire is empty; what it compares is not.
        await expect(prometheus.query(expr)).resolves.toEqual(
          expect.any(Array),
        );
        const [, compared] = LEFT_SIDE.exec(expr) ?? [];
        expect(`${alert}: ${compared}`).not.toContain('undefined');
        if (!(await prometheus.query(compared)).some(isFigure)) {
          missing.push(alert);
        }
      }
      expect(missing.filter(alert => COMPARED.includes(alert))).toEqual([]);
    });
  },
);
