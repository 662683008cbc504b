import { mkdtemp, rm } from 'fs/promises';
import { tmpdir } from 'os';
import { join } from 'path';
import {
  COMPANY,
  DEMO_ACCESS,
  ManualClock,
  startWorld,
  World,
} from '@ai-operator/world';
import { mockServices } from '@backstage/backend-test-utils';
import { JsonObject } from '@backstage/types';
import { OperatorConfig, readOperatorConfig } from '../../config';
import { DoctorPort } from '../../ports';
import { createAdapters } from '../createAdapters';
import { createDoctor } from '../createDoctor';
import { Adapters, AdapterOptions } from '../types';
import { LocalServer, startLocalServer } from './localServer';
import { Recording, startRecording } from './recording';

/** When these worlds begin. */
export const WORLD_START = Date.parse('2026-02-27T10:28:00Z');

/** The operator's adapters, and what the doctor looks with. */
export interface LookingAdapters extends Adapters {
  doctor: DoctorPort;
}

/** The real adapters against a listening world; waits move the world's clock. */
export interface WorldAdapters extends LookingAdapters, Recording {
  world: World;
  clock: ManualClock;
  url: string;
  config: OperatorConfig;
  /** The adapters of another configuration, against the same world. */
  reconfigured(
    change: (rootConfig: JsonObject) => JsonObject,
    overrides?: Partial<AdapterOptions>,
  ): LookingAdapters;
  /** Forgets what was recorded so far. */
  forget(): void;
  stop(): Promise<void>;
}

function rootConfigOf(url: string): JsonObject {
  const { argocd, github } = DEMO_ACCESS;
  return {
    aiOperator: {
      kubernetes: {
        clusters: [
          { instance: 'staging', cluster: 'staging' },
          { instance: 'production', cluster: 'production' },
        ],
        requestTimeout: '300ms',
      },
      argocd: { listTimeout: '300ms', requestTimeout: '300ms' },
      github: { requestTimeout: '10s' },
      prometheus: { url: `${url}/prometheus`, requestTimeout: '300ms' },
    },
    argocd: {
      appLocatorMethods: [
        {
          type: 'config',
          instances: [
            {
              name: 'staging',
              url: `${url}/argocd/staging`,
              token: argocd.token,
            },
            {
              name: 'production',
              url: `${url}/argocd/production`,
              username: argocd.username,
              password: argocd.password,
            },
          ],
        },
      ],
    },
    integrations: {
      github: [
        {
          host: new URL(url).host,
          apiBaseUrl: `${url}/api/v3`,
          token: github.operatorToken,
        },
      ],
    },
  };
}

/**
 * What the kubernetes plugin's proxy does with a request: asks for a Backstage
 * token, chooses the cluster by its header, and adds the cluster's credentials.
 */
async function startProxy(worldUrl: string): Promise<LocalServer> {
  return startLocalServer((request, response, next) => {
    const cluster = request.get('backstage-kubernetes-cluster');
    if (
      !request.get('authorization')?.startsWith('Bearer mock-service-token')
    ) {
      response.status(401).json({
        error: { name: 'AuthenticationError', message: 'Missing credentials' },
      });
      return;
    }
    if (cluster !== 'staging' && cluster !== 'production') {
      response.status(404).json({
        error: {
          name: 'NotFoundError',
          message: `Cluster '${cluster}' not found`,
        },
      });
      return;
    }
    const path = request.originalUrl.replace('/api/kubernetes/proxy', '');
    fetch(`${worldUrl}/kubernetes/${cluster}${path}`, {
      method: request.method,
      headers: {
        authorization: `Bearer ${DEMO_ACCESS.kubernetes.token}`,
        'content-type': 'application/json',
      },
      body: request.method === 'GET' ? undefined : JSON.stringify(request.body),
    })
      .then(async answer => {
        response
          .status(answer.status)
          .type(answer.headers.get('content-type') ?? 'text/plain')
          .set('retry-after', answer.headers.get('retry-after') ?? undefined)
          .set('date', answer.headers.get('date') ?? undefined)
          .send(await answer.text());
      })
      .catch(next);
  });
}

export async function startWorldAdapters(): Promise<WorldAdapters> {
  const dataDir = await mkdtemp(join(tmpdir(), 'adapters-'));
  const clock = new ManualClock(WORLD_START);
  const { world, url, close } = await startWorld({
    clock,
    dataDir,
    port: 0,
    cast: {
      ...COMPANY,
      services: COMPANY.services.filter(
        service => service.name === 'payment-service',
      ),
    },
  });
  const proxy = await startProxy(url);
  const recording = startRecording({
    now: () => clock.now(),
    onSleep: ms => clock.advance(ms),
  });
  const rootData = rootConfigOf(url);

  const build = (data: JsonObject, overrides?: Partial<AdapterOptions>) => {
    const rootConfig = mockServices.rootConfig({ data });
    const { config, problems } = readOperatorConfig(rootConfig);
    const fatal = problems.filter(problem => problem.severity === 'fatal');
    if (fatal.length) {
      throw new Error(JSON.stringify(fatal));
    }
    const options: AdapterOptions = {
      config,
      rootConfig,
      clock: recording.environment.clock,
      sleep: recording.environment.sleep,
      logger: mockServices.logger.mock(),
      discovery: {
        getBaseUrl: async id => `${proxy.url}/api/${id}`,
        getExternalBaseUrl: async id => `${proxy.url}/api/${id}`,
      },
      auth: mockServices.auth(),
      metrics: recording.metrics,
      ...overrides,
    };
    return {
      adapters: { ...createAdapters(options), doctor: createDoctor(options) },
      config,
    };
  };
  const { adapters, config } = build(rootData);

  return {
    ...adapters,
    ...recording,
    world,
    clock,
    url,
    config,
    reconfigured: (change, overrides) =>
      build(change(rootData), overrides).adapters,
    forget() {
      recording.records.length = 0;
      recording.observed.length = 0;
      recording.slept.length = 0;
      recording.budgets.length = 0;
    },
    async stop() {
      await proxy.close();
      await close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
