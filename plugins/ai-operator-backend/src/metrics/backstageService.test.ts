import { createServiceFactory } from '@backstage/backend-plugin-api';
import { metricsServiceRef } from '@backstage/backend-plugin-api/alpha';
import { mockServices } from '@backstage/backend-test-utils';
import { MetricData } from '@opentelemetry/sdk-metrics';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMemory } from '../engine/__testUtils__/escalated';
import { openOne, states } from '../persistence/__testUtils__/fixtures';
import { oneOfEverything } from './__testUtils__/oneOfEverything';
import { openSdk } from './__testUtils__/openSdk';
import { startScrapedBackend } from './__testUtils__/scrapedBackend';
import { COUNTERS, GAUGES, HISTOGRAMS, METRICS } from './definitions';
import { createOperatorMetrics } from './operatorMetrics';

jest.setTimeout(60_000);

// As it is, but so that the figures of the running backend can be got at.
jest.mock('./operatorMetrics', () => {
  const actual = jest.requireActual('./operatorMetrics');
  return {
    ...actual,
    createOperatorMetrics: jest.fn(actual.createOperatorMetrics),
  };
});

/** An Argo CD that is not there, and a file for the audit trail. */
function configOf(auditFile: string) {
  return {
    argocd: {
      appLocatorMethods: [
        {
          type: 'config',
          instances: [
            { name: 'main', url: 'http://127.0.0.1:1', token: 'none' },
          ],
        },
      ],
    },
    aiOperator: { audit: { file: { path: auditFile } } },
  };
}

const namesOf = (collected: MetricData[]) =>
  collected.map(({ descriptor }) => descriptor.name).sort();

describe('the assembled backend', () => {
  it("hands every one of its figures to Backstage's metrics service, and nothing else", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ai-operator-figures-'));
    const db = await openMemory();
    const now = Date.now();
    await openOne(db, 'payment-service', {
      openedAt: now,
      // Nothing moves it from there but a person.
      state: states(now).abort,
    });
    const sdk = openSdk();
    const backend = await startScrapedBackend(
      configOf(join(folder, 'audit.jsonl')),
      [
        mockServices.database.mock({ getClient: async () => db.knex }).factory,
        createServiceFactory({
          service: metricsServiceRef,
          deps: {},
          factory: () => sdk.service,
        }),
      ],
    );
    try {
      const { results } = jest.mocked(createOperatorMetrics).mock;
      expect(results).toHaveLength(1);
      oneOfEverything(results[0].value);
      let collected = await sdk.collect();
      // The chain is verified, and Argo CD is asked, soon after the start.
      const end = Date.now() + 30_000;
      while (
        namesOf(collected).length < Object.keys(METRICS).length &&
        Date.now() < end
      ) {
        await new Promise(resolve => setTimeout(resolve, 200));
        collected = await sdk.collect();
      }
      expect(namesOf(collected)).toEqual(
        [...COUNTERS, ...HISTOGRAMS, ...GAUGES].sort(),
      );
      const pointsOf = (name: string) =>
        collected
          .find(({ descriptor }) => descriptor.name === name)
          ?.dataPoints.map(({ attributes, value }) => ({ attributes, value }));
      expect(
        collected.map(({ dataPoints }) => dataPoints.length),
      ).not.toContain(0);
      expect(pointsOf('ai_operator_active_rollbacks')).toEqual([
        { attributes: { environment: 'staging' }, value: 0 },
        { attributes: { environment: 'production' }, value: 0 },
      ]);
      expect(pointsOf('ai_operator_fsm_state')).toEqual([
        {
          attributes: {
            app_name: 'payment-service',
            state: 'Abort',
          },
          value: 1,
        },
      ]);
      expect(pointsOf('ai_operator_rollbacks_merged_total')).toEqual([
        {
          attributes: {
            app_name: 'payment-service',
            environment: 'staging',
            auto_merged: 'true',
          },
          value: 1,
        },
      ]);
    } finally {
      await backend.stop();
      await sdk.close();
      await db.knex.destroy();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
