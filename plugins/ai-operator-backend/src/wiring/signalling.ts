import { randomUUID } from 'node:crypto';
import { EventsService } from '@backstage/plugin-events-node';
import { SignalsService } from '@backstage/plugin-signals-node';
import {
  OperatorSignal,
  operatorSignalSchema,
  SIGNAL_CHANNEL,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { z } from 'zod';
import { Watchers } from './watchers';

/** On this topic the processes of the operator tell each other what pages show differently; it is nobody else's. */
const TOPIC = 'ai-operator.internal.changes';

const changesSchema = z.object({
  signals: z.array(operatorSignalSchema).max(100),
});

/** Tells every process of the operator what has changed; each passes it on to the people it knows. */
export async function announceChanges(
  events: Pick<EventsService, 'publish'>,
  signals: OperatorSignal[],
): Promise<void> {
  await events.publish({ topic: TOPIC, eventPayload: { signals } });
}

/**
 * Passes on what has changed, here or in another process, to the people who look
 * at the portal and may read: never to everybody who is connected, because who
 * may connect is not ours to say.
 */
export async function passOnChanges(options: {
  events: Pick<EventsService, 'subscribe'>;
  signals: SignalsService;
  watchers: Watchers;
}): Promise<void> {
  const { events, signals, watchers } = options;
  await events.subscribe({
    // Every process wants all of them.
    id: `changes-${randomUUID()}`,
    topics: [TOPIC],
    async onEvent({ eventPayload }) {
      const { success, data } = changesSchema.safeParse(eventPayload);
      const entityRef = watchers.present();
      if (!success || entityRef.length === 0) {
        return;
      }
      await Promise.all(
        data.signals.map(message =>
          signals.publish({
            channel: SIGNAL_CHANNEL,
            recipients: { type: 'user', entityRef },
            message,
          }),
        ),
      );
    },
  });
}
