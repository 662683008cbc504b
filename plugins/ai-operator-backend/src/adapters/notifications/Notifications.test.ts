import { NotificationService } from '@backstage/plugin-notifications-node';
import { NotifyConfig } from '../../config';
import { startRecording } from '../__testUtils__/recording';
import { Notifications } from '.';

const message = {
  audience: 'oncall' as const,
  title: '@oncall AI Operator needs approval for rollback PR #42',
  description: 'Why, and what to do.',
  severity: 'critical' as const,
  link: 'http://localhost:3000/ai-operator/rollbacks/1',
  scope: 'one',
};

function notifier(
  notify: Partial<NotifyConfig>,
  send: NotificationService['send'],
) {
  const recording = startRecording();
  const service = { send: jest.fn(send) };
  return {
    ...recording,
    service,
    port: new Notifications(
      service,
      { broadcast: false, recipients: [], admins: [], ...notify },
      recording.environment,
    ),
  };
}

describe('Notifications', () => {
  afterEach(() => jest.useRealTimers());

  it('sends everybody one and those who are named another', async () => {
    const { port, call, service } = notifier(
      { broadcast: true, recipients: ['group:default/oncall'] },
      async () => {},
    );
    await port.send(message, call);
    const { audience: _audience, ...payload } = message;
    expect(service.send.mock.calls).toEqual([
      [
        {
          recipients: { type: 'broadcast' },
          payload: { ...payload, topic: 'ai-operator' },
        },
      ],
      [
        {
          recipients: { type: 'entity', entityRef: ['group:default/oncall'] },
          payload: { ...payload, topic: 'ai-operator' },
        },
      ],
    ]);
  });

  it.each([
    ['oncall' as const, 'nobody_to_tell'],
    ['admins' as const, 'sent'],
  ])('with admins alone a message for %s is %s', async (audience, result) => {
    const { port, call } = notifier(
      { admins: ['group:default/platform'] },
      async () => {},
    );
    await expect(port.send({ ...message, audience }, call)).resolves.toBe(
      result,
    );
  });

  it('fails as a whole when one part does, so that it is sent again', async () => {
    const { port, call, records, slept } = notifier(
      { broadcast: true, recipients: ['user:default/alice'] },
      async ({ recipients }) => {
        if (recipients.type === 'entity') {
          throw new Error('Request failed with status 503');
        }
      },
    );
    await expect(port.send(message, call)).rejects.toMatchObject({
      name: 'PortError',
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/^Backstage notifications: .*status 503$/),
    });
    expect(records).toMatchObject([
      { name: 'notifications.send', result: 'failure', retryCount: 0 },
    ]);
    expect(slept).toEqual([]);
  });

  it('does not wait for ever', async () => {
    jest.useFakeTimers();
    const { port, call, records } = notifier(
      { broadcast: true },
      () => new Promise(() => {}),
    );
    const failure = port.send(message, call).catch(error => error);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(await failure).toMatchObject({ code: 'TIMEOUT' });
    expect(records).toMatchObject([{ errorCode: 'TIMEOUT' }]);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const { port, call } = notifier(
      { broadcast: true },
      () => new Promise(() => {}),
    );
    const failure = port
      .send(message, { ...call, signal: stop.signal })
      .catch(error => error);
    stop.abort();
    expect(await failure).toMatchObject({ code: 'CANCELLED' });
  });
});
