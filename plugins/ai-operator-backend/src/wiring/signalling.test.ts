import { EventsService } from '@backstage/plugin-events-node';
import { SignalPayload } from '@backstage/plugin-signals-node';
import { OperatorSignal } from '@ai-operator/backstage-plugin-ai-operator-common';
import { announceChanges, passOnChanges } from './signalling';
import { Watchers } from './watchers';

const CHANGE: OperatorSignal = {
  type: 'application',
  application: { instance: 'staging', namespace: 'argocd', name: 'shop' },
};

/** Processes that share one bus. */
function createBus() {
  type Subscription = Parameters<EventsService['subscribe']>[0];
  const subscriptions: Subscription[] = [];
  const events: EventsService = {
    subscribe: async subscription => {
      subscriptions.push(subscription);
    },
    publish: async params => {
      for (const { topics, onEvent } of subscriptions) {
        if (topics.includes(params.topic)) {
          await onEvent(params);
        }
      }
    },
  };
  async function addProcess() {
    const sent: SignalPayload[] = [];
    const watchers = new Watchers({ now: () => 0 });
    const signals = {
      publish: async (signal: SignalPayload) => {
        sent.push(signal);
      },
    };
    await passOnChanges({ events, signals, watchers });
    return { sent, watchers };
  }
  return { events, subscriptions, addProcess };
}

describe('what has changed', () => {
  it('is told by each process to the people it knows', async () => {
    const { events, subscriptions, addProcess } = createBus();
    const one = await addProcess();
    const other = await addProcess();
    other.watchers.looked('user:default/alice');
    other.watchers.looked('user:default/bob');
    await announceChanges(events, [CHANGE]);
    expect(one.sent).toEqual([]);
    expect(other.sent).toEqual([
      {
        channel: 'ai-operator',
        recipients: {
          type: 'user',
          entityRef: ['user:default/alice', 'user:default/bob'],
        },
        message: CHANGE,
      },
    ]);
    // Each gets all of it: they do not share one subscription.
    expect(new Set(subscriptions.map(({ id }) => id)).size).toBe(2);
  });

  it('is not told where nobody looks', async () => {
    const { events, addProcess } = createBus();
    const { sent } = await addProcess();
    await announceChanges(events, [CHANGE]);
    expect(sent).toEqual([]);
  });

  it('is only passed on when it is nothing but ids', async () => {
    const { events, addProcess } = createBus();
    const { sent, watchers } = await addProcess();
    watchers.looked('user:default/alice');
    await events.publish({
      topic: 'ai-operator.internal.changes',
      eventPayload: { signals: [{ ...CHANGE, because: 'secret' }, CHANGE] },
    });
    await events.publish({
      topic: 'ai-operator.internal.changes',
      eventPayload: { signals: [{ type: 'secret' }] },
    });
    expect(sent.map(({ message }) => message)).toEqual([CHANGE, CHANGE]);
  });
});
