import {
  COMPANY,
  DEMO_ACCESS,
  realClock,
  startWorld,
  World,
} from '@ai-operator/world';
import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import {
  mockServices,
  startTestBackend,
  TestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import notificationsPlugin from '@backstage/plugin-notifications-backend';
import notificationsModuleSlack from '@backstage/plugin-notifications-backend-module-slack';
import {
  NotificationService,
  notificationService,
} from '@backstage/plugin-notifications-node';
import { WebClient } from '@slack/web-api';
import { mkdtemp, rm } from 'fs/promises';
import { tmpdir } from 'os';
import { join } from 'path';
import { NotifyConfig } from '../../config';
import { startRecording } from '../__testUtils__/recording';
import { Notifications } from '.';

const ASKED = '@oncall AI Operator needs approval for rollback PR #42';

const message = {
  audience: 'oncall' as const,
  title: ASKED,
  description: 'payment-service (production): approval is needed.',
  severity: 'critical' as const,
  link: '/ai-operator/rollbacks/1',
  scope: 'one',
};

const BROADCAST: NotifyConfig = { broadcast: true, recipients: [], admins: [] };

function user(name: string, email: string) {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'User',
    metadata: { name, namespace: 'default' },
    spec: { profile: { email }, memberOf: [] },
  };
}

describe('notifications, through a real notifications backend to the simulated Slack', () => {
  const { apiCall } = WebClient.prototype;
  let dataDir: string;
  let world: World;
  let close: () => Promise<void>;
  let backend: TestBackend;
  let service: NotificationService | undefined;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'notifications-'));
    let url: string;
    ({ world, url, close } = await startWorld({
      clock: realClock(),
      dataDir,
      port: 0,
      cast: { ...COMPANY, services: [] },
    }));
    // The Slack module makes its client itself and takes no address.
    WebClient.prototype.apiCall = function atWorld(method, options) {
      return apiCall.call(this, `${url}/slack/api/${method}`, options);
    };
    backend = await startTestBackend({
      features: [
        notificationsPlugin,
        notificationsModuleSlack,
        catalogServiceMock.factory({
          entities: [
            user('alice', 'alice.martin@example.com'),
            user('dave', 'dave.novak@example.com'),
          ],
        }),
        mockServices.rootConfig.factory({
          data: {
            app: { baseUrl: 'http://localhost:3000' },
            backend: { baseUrl: 'http://localhost:7007' },
            notifications: {
              processors: {
                slack: [
                  {
                    token: DEMO_ACCESS.slack.botToken,
                    broadcastRoutes: [
                      {
                        topic: 'ai-operator',
                        channel: DEMO_ACCESS.slack.oncallChannel,
                      },
                    ],
                    // As many messages as a test likes.
                    concurrencyLimit: 100,
                  },
                ],
              },
            },
          },
        }),
        createBackendPlugin({
          pluginId: 'ai-operator',
          register(env) {
            env.registerInit({
              deps: {
                lifecycle: coreServices.lifecycle,
                notifications: notificationService,
              },
              async init({ notifications }) {
                service = notifications;
              },
            });
          },
        }),
      ],
    });
  });
  afterAll(async () => {
    await backend?.stop();
    WebClient.prototype.apiCall = apiCall;
    await close();
    await rm(dataDir, { recursive: true, force: true });
  });

  function notifier(notify: NotifyConfig) {
    const recording = startRecording();
    if (!service) {
      throw new Error('The backend has not started');
    }
    return {
      ...recording,
      port: new Notifications(service, notify, recording.environment),
    };
  }

  const oncall = () => world.slack.channel('oncall')?.messages ?? [];

  /** The notifications backend answers before its processors have finished. */
  async function until(condition: () => boolean): Promise<void> {
    for (let tries = 0; !condition(); tries += 1) {
      if (tries > 200) {
        throw new Error(`Not so: ${condition}`);
      }
      await new Promise(done => setTimeout(done, 25));
    }
  }

  it('is one message per incident, changed in place and never repeated', async () => {
    const { port, call, records } = notifier(BROADCAST);
    await expect(port.send(message, call)).resolves.toBe('sent');
    await until(() => oncall().length === 1);
    const [first] = oncall();
    expect(first.text).toBe(ASKED);
    expect(first.edits).toBe(0);
    expect(JSON.stringify(first.attachments)).toContain(
      'http://localhost:3000/ai-operator/rollbacks/1',
    );

    // Once more after a crash, and then what came of it.
    await port.send(message, call);
    await until(() => oncall()[0].edits === 1);
    await port.send(
      {
        ...message,
        title: 'AI Operator: approved by alice',
        severity: 'normal',
      },
      call,
    );
    await until(() => oncall()[0].edits === 2);
    expect(oncall()).toMatchObject([
      { ts: first.ts, text: 'AI Operator: approved by alice' },
    ]);

    // Another incident is another message.
    await port.send({ ...message, scope: 'two' }, call);
    await until(() => oncall().length === 2);
    expect(oncall().map(({ edits }) => edits)).toEqual([2, 0]);

    expect(records).toHaveLength(4);
    expect(records[0]).toMatchObject({
      name: 'notifications.send',
      parameters: {
        audience: 'oncall',
        title: ASKED,
        scope: 'one',
        recipients: ['everybody'],
      },
      result: 'success',
      response: { result: 'sent' },
    });
  });

  it('fits where it has to, however long the texts are', async () => {
    const { port, call } = notifier(BROADCAST);
    await port.send(
      {
        ...message,
        title: 't'.repeat(400),
        description: `${'d'.repeat(2_898)}😀${'d'.repeat(5_000)}`,
        scope: 'long',
      },
      call,
    );
    await until(() => oncall().some(({ text }) => text.startsWith('ttt')));
    const long = oncall().at(-1);
    expect(long?.text).toHaveLength(250);
    expect(JSON.stringify(long?.attachments)).toContain('ddd…"');
  });

  it('tells people alone, and admins where permissions are missing', async () => {
    const { port, call, records } = notifier({
      broadcast: false,
      recipients: ['user:default/alice'],
      admins: ['user:default/dave', 'user:default/alice'],
    });
    const direct = () =>
      world.slack
        .channels()
        .filter(({ id }) => id.startsWith('D'))
        .map(({ name, messages }) => `${name} ${messages.length}`)
        .sort();
    await port.send({ ...message, scope: 'three' }, call);
    await until(() => direct().join() === 'alice 1');
    await port.send({ ...message, audience: 'admins', scope: 'four' }, call);
    await until(() => direct().join() === 'alice 2,dave 1');
    expect(records.map(({ parameters }) => parameters.recipients)).toEqual([
      ['1 of the catalog'],
      ['2 of the catalog'],
    ]);
    expect(JSON.stringify(records)).not.toContain('alice');
  });

  it('tells nobody where nobody is named, and asks nothing', async () => {
    const { port, call, records } = notifier({
      broadcast: false,
      recipients: [],
      admins: ['user:default/dave'],
    });
    await expect(port.send(message, call)).resolves.toBe('nobody_to_tell');
    expect(records).toEqual([]);
  });

  it('says what the notifications backend refused', async () => {
    const { port, call, records } = notifier(BROADCAST);
    await expect(
      port.send({ ...message, link: 'ftp://somewhere.example.com' }, call),
    ).rejects.toMatchObject({
      name: 'PortError',
      code: 'UNAVAILABLE',
      message: expect.stringContaining('400'),
    });
    expect(records).toMatchObject([{ result: 'failure' }]);
  });
});
