import {
  BackendFeature,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  TestBackend,
} from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { JsonObject } from '@backstage/types';
import {
  aiOperatorMetricsSourceExtensionPoint,
  aiOperatorPagerExtensionPoint,
} from '@ai-operator/backstage-plugin-ai-operator-node';
import {
  aiOperatorPermissions,
  doctorReportSchema,
  overviewSchema,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import request from 'supertest';
import plugin from './index';

jest.setTimeout(30_000);

describe('the plugin', () => {
  let argo: Server;
  let asked: string[];
  let argoUrl: string;

  beforeEach(async () => {
    asked = [];
    argo = createServer((req, res) => {
      asked.push(req.url ?? '');
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify({ items: [] }));
    });
    await new Promise<void>(resolve => {
      argo.listen(0, '127.0.0.1', resolve);
    });
    argoUrl = `http://127.0.0.1:${(argo.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    argo.closeAllConnections();
    await new Promise(resolve => {
      argo.close(resolve);
    });
  });

  function instanceAt(name: string, url: string): JsonObject {
    return { name, url, token: 'test-token' };
  }

  async function start(
    data: JsonObject,
    modules: BackendFeature[] = [],
    entities: Entity[] = [],
  ) {
    return startTestBackend({
      features: [
        plugin,
        catalogServiceMock.factory({ entities }),
        mockServices.rootConfig.factory({ data }),
        ...modules,
      ],
    });
  }

  async function overviewOf({ server }: TestBackend) {
    const response = await request(server)
      .get('/api/ai-operator/v1/overview')
      .set('authorization', mockCredentials.user.header());
    expect(response.status).toBe(200);
    return overviewSchema.parse(response.body);
  }

  async function until(condition: () => boolean | Promise<boolean>) {
    const end = Date.now() + 10_000;
    while (!(await condition())) {
      if (Date.now() > end) {
        throw new Error('It did not happen in time');
      }
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }

  it('polls every instance at once after the start, and shows each as it is', async () => {
    const backend = await start({
      argocd: {
        appLocatorMethods: [
          {
            type: 'config',
            instances: [
              instanceAt('good', argoUrl),
              instanceAt('unreachable', 'http://127.0.0.1:1'),
            ],
          },
        ],
      },
    });
    try {
      await until(async () => {
        const { systems } = await overviewOf(backend);
        return (
          systems.some(
            ({ name, status }) => name === 'good' && status === 'ok',
          ) &&
          systems.some(
            ({ name, status }) =>
              name === 'unreachable' && status === 'failing',
          )
        );
      });
      expect(asked[0]).toContain('/api/v1/applications?');
      expect(asked[0]).toContain('fields=');
    } finally {
      await backend.stop();
    }
  });

  it('tells once that an instance has no credentials, and goes on with the others', async () => {
    const backend = await start({
      argocd: {
        appLocatorMethods: [
          {
            type: 'config',
            instances: [
              instanceAt('good', argoUrl),
              { name: 'silent', url: argoUrl },
            ],
          },
        ],
      },
    });
    try {
      await until(async () => {
        const { systems } = await overviewOf(backend);
        return systems.some(
          ({ name, status }) => name === 'good' && status === 'ok',
        );
      });
      const { systems } = await overviewOf(backend);
      const told = systems.filter(system =>
        JSON.stringify(system).includes('silent'),
      );
      expect(told).toEqual([
        expect.objectContaining({
          kind: 'config',
          status: 'misconfigured',
          because: expect.stringContaining('has no credentials'),
          howToMend: expect.stringContaining('token'),
        }),
      ]);
    } finally {
      await backend.stop();
    }
  });

  it('starts with a fatal mistake in the configuration, shows it, and does nothing', async () => {
    const backend = await start({
      argocd: {
        appLocatorMethods: [
          { type: 'config', instances: [instanceAt('good', argoUrl)] },
        ],
      },
      aiOperator: { environments: { production: { mode: 'auto' } } },
    });
    try {
      const { systems } = await overviewOf(backend);
      expect(systems).toContainEqual(
        expect.objectContaining({
          kind: 'config',
          status: 'misconfigured',
          because: expect.stringContaining(
            'aiOperator.environments.production.mode',
          ),
        }),
      );
      await new Promise(resolve => setTimeout(resolve, 300));
      expect(asked).toEqual([]);
    } finally {
      await backend.stop();
    }
  });

  it('starts without any configuration and says what is missing', async () => {
    const backend = await start({});
    try {
      const { systems } = await overviewOf(backend);
      expect(
        systems.some(
          ({ status, howToMend }) =>
            status !== 'ok' && howToMend?.includes('argocd.appLocatorMethods'),
        ),
      ).toBe(true);
    } finally {
      await backend.stop();
    }
  });

  it('answers probes without sign-in, and nothing else', async () => {
    const backend = await start({});
    try {
      const server = request(backend.server);
      expect((await server.get('/api/ai-operator/healthz')).status).toBe(200);
      expect((await server.get('/api/ai-operator/readyz')).status).toBe(200);
      expect(
        (
          await server
            .get('/api/ai-operator/v1/overview')
            .set('authorization', mockCredentials.none.header())
        ).status,
      ).toBe(401);
    } finally {
      await backend.stop();
    }
  });

  it('refuses a second metrics source', async () => {
    const module = (moduleId: string) =>
      createBackendModule({
        pluginId: 'ai-operator',
        moduleId,
        register(env) {
          env.registerInit({
            deps: { metrics: aiOperatorMetricsSourceExtensionPoint },
            async init({ metrics }) {
              metrics.setMetricsSource({
                name: moduleId,
                uptime: async () => 1,
              });
            },
          });
        },
      });
    await expect(
      start({}, [module('datadog'), module('new-relic')]),
    ).rejects.toThrow(/'(datadog|new-relic)' is set already/);
  });

  it('refuses a second pager', async () => {
    const module = (moduleId: string) =>
      createBackendModule({
        pluginId: 'ai-operator',
        moduleId,
        register(env) {
          env.registerInit({
            deps: { pagers: aiOperatorPagerExtensionPoint },
            async init({ pagers }) {
              pagers.setPager({ name: moduleId, page: async () => {} });
            },
          });
        },
      });
    await expect(
      start({}, [module('pagerduty'), module('opsgenie')]),
    ).rejects.toThrow(/'(pagerduty|opsgenie)' is set already/);
  });

  it('lets people decide by the role table over the groups of the catalog', async () => {
    const user = (name: string): Entity => ({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'User',
      metadata: { name, namespace: 'default' },
      spec: {},
    });
    const group = (name: string, member: string): Entity => ({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Group',
      metadata: { name, namespace: 'default' },
      spec: {},
      relations: [{ type: 'hasMember', targetRef: `user:default/${member}` }],
    });
    const backend = await start(
      {
        aiOperator: {
          roles: {
            seniorMaintainer: { groups: ['group:default/seniors'] },
            approver: { groups: ['group:default/approvers'] },
          },
        },
      },
      [],
      [
        user('alice'),
        user('bob'),
        group('seniors', 'alice'),
        group('approvers', 'bob'),
      ],
    );
    const pause = (authorization: string) =>
      request(backend.server)
        .put('/api/ai-operator/v1/pause')
        .set('authorization', authorization)
        .send({ paused: true, reason: 'Black Friday' });
    try {
      const bob = await pause(mockCredentials.user.header('user:default/bob'));
      expect(bob.status).toBe(403);
      expect(bob.body.error).toMatchObject({
        code: 'ROLE_NEEDED',
        message:
          'pausing and resuming the operator needs the role senior maintainer or admin; you are approver',
      });
      const service = await pause(mockCredentials.service.header());
      expect(service.body.error).toMatchObject({ code: 'PERSON_NEEDED' });
      const alice = await pause(
        mockCredentials.user.header('user:default/alice'),
      );
      expect(alice.status).toBe(200);
      expect((await overviewOf(backend)).pauses).toMatchObject([
        { by: 'user:default/alice', reason: 'Black Friday' },
      ]);
    } finally {
      await backend.stop();
    }
  });

  it('makes its permissions and their rules known', async () => {
    const backend = await start({});
    try {
      const { body } = await request(backend.server).get(
        '/api/ai-operator/.well-known/backstage/permissions/metadata',
      );
      const names = (items: Array<{ name: string }>) =>
        items.map(({ name }) => name).sort();
      expect(names(body.permissions)).toEqual(names(aiOperatorPermissions));
      expect(names(body.rules)).toEqual([
        'IS_ENTITY_OWNER',
        'IS_IN_ENVIRONMENT',
      ]);
    } finally {
      await backend.stop();
    }
  });

  it('tells what it needs and has, whatever that is', async () => {
    const backend = await start({
      argocd: {
        appLocatorMethods: [
          {
            type: 'config',
            instances: [instanceAt('unreachable', 'http://127.0.0.1:1')],
          },
        ],
      },
    });
    try {
      const response = await request(backend.server)
        .get('/api/ai-operator/v1/doctor')
        .set('authorization', mockCredentials.user.header());
      expect(response.status).toBe(200);
      const { findings } = doctorReportSchema.parse(response.body);
      expect(findings).toContainEqual(
        expect.objectContaining({
          area: 'argocd',
          name: 'unreachable',
          status: 'problem',
        }),
      );
      expect(findings).toContainEqual(
        expect.objectContaining({ area: 'database', status: 'ok' }),
      );
    } finally {
      await backend.stop();
    }
  });
});
