import { randomUUID } from 'node:crypto';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createBackendPlugin } from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  TestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import eventsBackend from '@backstage/plugin-events-backend';
import {
  eventsServiceFactory,
  eventsServiceRef,
} from '@backstage/plugin-events-node';
import signalsBackend from '@backstage/plugin-signals-backend';
import {
  eventTopic,
  OperatorEvent,
  operatorEventSchema,
  OperatorSignal,
  operatorSignalSchema,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import createKnex, { Knex } from 'knex';
import request from 'supertest';
import { openRollback } from '../core';
import { createDatabase } from '../persistence';
import { aRecord, tick } from '../persistence/__testUtils__/fixtures';
import plugin from '../index';
import { readOperatorConfig, toPolicy } from '../config';

jest.setTimeout(120_000);

const POSTGRES =
  process.env.BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING;

const TOPICS = (['degradation.detected', 'fsm.state_transition'] as const).map(
  type => eventTopic({ environment: 'staging', type }),
);

async function until(what: string, isSo: () => Promise<boolean> | boolean) {
  const end = Date.now() + 30_000;
  while (!(await isSo())) {
    if (Date.now() > end) {
      throw new Error(`Waited in vain for this: ${what}`);
    }
    await sleep(50);
  }
}

/** A page of the portal: what comes to it by signals. */
async function openPage(backend: TestBackend, token: string | undefined) {
  const heard: OperatorSignal[] = [];
  const address = `ws://localhost:${backend.server.port()}/api/signals`;
  let socket: WebSocket | undefined;
  // The first request is what makes the signals backend listen for connections.
  await until('the page is connected', async () => {
    const attempt = new WebSocket(address, token ? [token] : []);
    const opened = await Promise.race([
      new Promise<boolean>(resolve => {
        attempt.onopen = () => resolve(true);
        attempt.onerror = () => resolve(false);
      }),
      sleep(500, false),
    ]);
    if (opened) {
      socket = attempt;
    } else {
      attempt.close();
    }
    return opened;
  });
  if (socket) {
    socket.onmessage = ({ data }) => {
      heard.push(operatorSignalSchema.parse(JSON.parse(data).message));
    };
    socket.send(
      JSON.stringify({ action: 'subscribe', channel: 'ai-operator' }),
    );
  }
  return { heard, close: () => socket?.close() };
}

/** Two processes on one PostgreSQL, each with everything an adopter installs. */
describe('two backends', () => {
  if (POSTGRES === undefined) {
    // eslint-disable-next-line jest/expect-expect, jest/no-disabled-tests -- there is nothing to run it on, and the title says why
    it.skip('BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING is not set', () => {});
    return;
  }

  const prefix = `across_${randomUUID().replaceAll('-', '')}_`;
  const heard: Record<string, OperatorEvent[]> = { a: [], b: [] };
  let argo: Server;
  let backends: TestBackend[];

  /** A replica with a subscriber of its own. */
  function startReplica(name: string) {
    const subscriber = createBackendPlugin({
      pluginId: `listener-${name}`,
      register(env) {
        env.registerInit({
          deps: { events: eventsServiceRef },
          init: ({ events }) =>
            events.subscribe({
              id: 'listener',
              topics: TOPICS,
              onEvent: async ({ eventPayload }) => {
                heard[name].push(operatorEventSchema.parse(eventPayload));
              },
            }),
        });
      },
    });
    return startTestBackend({
      features: [
        plugin,
        eventsBackend,
        eventsServiceFactory,
        signalsBackend,
        subscriber,
        catalogServiceMock.factory({ entities: [] }),
        mockServices.rootConfig.factory({
          data: {
            backend: {
              database: { client: 'pg', connection: POSTGRES, prefix },
            },
            // A backend that ends waits for its questions to the bus.
            events: { notifyTimeoutMs: 2_000 },
            argocd: {
              appLocatorMethods: [
                {
                  type: 'config',
                  instances: [
                    {
                      name: 'main',
                      url: `http://127.0.0.1:${
                        (argo.address() as AddressInfo).port
                      }`,
                      token: 'test-token',
                    },
                  ],
                },
              ],
            },
          },
        }),
      ],
    });
  }

  async function databaseOf(plugin_: string): Promise<Knex> {
    const url = new URL(POSTGRES as string);
    url.pathname = `/${prefix}${plugin_}`;
    return createKnex({
      client: 'pg',
      connection: url.toString(),
      pool: { min: 0, max: 2 },
    });
  }

  beforeAll(async () => {
    argo = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ items: [] }));
    });
    await new Promise<void>(resolve => {
      argo.listen(0, '127.0.0.1', resolve);
    });
    backends = [await startReplica('a'), await startReplica('b')];
  });

  afterAll(async () => {
    await Promise.all(backends.map(backend => backend.stop()));
    argo.closeAllConnections();
    await new Promise(resolve => {
      argo.close(resolve);
    });
    const server = createKnex({ client: 'pg', connection: POSTGRES });
    const { rows } = await server.raw(
      'SELECT datname FROM pg_database WHERE datname LIKE ?',
      [`${prefix}%`],
    );
    for (const { datname } of rows) {
      await server.raw('DROP DATABASE ?? WITH (FORCE)', [datname]);
    }
    await server.destroy();
  });

  it('hear every event, and tell everybody who looks, whichever of them did the work', async () => {
    const [a, b] = backends;
    const bus = await databaseOf('events');
    await until('both listen on the bus', async () => {
      const rows = await bus('event_bus_subscriptions').select('topics');
      const topics = rows.flatMap(row => row.topics as string[]);
      return (
        topics.filter(topic => topic === TOPICS[0]).length === 2 &&
        topics.filter(topic => topic.startsWith('ai-operator.internal'))
          .length === 2 &&
        topics.filter(topic => topic === 'signals').length === 2
      );
    });
    await bus.destroy();

    // Somebody looks: asks the one, is connected to the other.
    const page = await openPage(a, mockCredentials.user.token());
    const stranger = await openPage(a, undefined);
    await request(b.server)
      .get('/api/ai-operator/v1/overview')
      .set('authorization', mockCredentials.user.header())
      .expect(200);

    const knex = await databaseOf('ai-operator');
    const policy = toPolicy(
      readOperatorConfig(mockServices.rootConfig({ data: {} })).config,
    );
    const now = Date.now();
    const record = aRecord('shop', {
      environment: 'staging',
      revision: 'b'.repeat(40),
      streak: 1,
    });
    const correlationId = randomUUID();
    const { rollback, because, effects } = openRollback(
      { ...record, key: { ...record.key, instance: 'elsewhere' } },
      correlationId,
      now,
      policy,
    );
    await tick(createDatabase(knex), {
      instance: 'elsewhere',
      now,
      opened: [{ rollback, because }],
      effects: effects.map(effect => ({ correlationId, effect })),
    });
    await knex.destroy();

    const types = ['degradation.detected', 'fsm.state_transition'];
    for (const name of ['a', 'b']) {
      await until(`${name} has heard both events`, () =>
        types.every(type => heard[name].some(event => event.type === type)),
      );
      expect(heard[name].map(({ type }) => type)).toEqual(types);
      expect(heard[name].map(({ id }) => id)).toEqual(
        types.map(type => `${correlationId}/event/${type}/0`),
      );
    }
    await until('the page is told', () => page.heard.length > 0);
    expect(page.heard[0]).toEqual({
      type: 'rollback',
      correlationId,
      application: rollback.application,
    });
    expect(stranger.heard).toEqual([]);
    page.close();
    stranger.close();
  });
});
