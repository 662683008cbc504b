import {
  EVENT_VERSION,
  OperatorEvent,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { EffectOutcome } from '../core/effect';
import { PortError } from '../ports';
import { EffectContext, EffectOf } from './types';

/**
 * Hands an event to Backstage's events service. At least once: published again
 * it has the same `id`, the key of the effect.
 */
export async function publishEvent(
  effect: EffectOf<'publish_event'>,
  { publish, subject, decidedAt, call }: EffectContext,
): Promise<EffectOutcome> {
  const { key, kind, name, payload } = effect;
  // Name and payload are a pair in the effect; the compiler does not follow it into this object.
  const event = {
    id: key,
    type: name,
    version: EVENT_VERSION,
    timestamp: decidedAt,
    correlationId: subject.correlationId,
    application: subject.application,
    environment: subject.environment,
    payload,
  } as OperatorEvent;
  // A subscriber that never comes back must not keep the dispatcher.
  await Promise.race([
    taken(publish(event), name),
    refuseOnAbort(call.signal, name),
  ]);
  return { kind, result: 'published' };
}

async function taken(published: Promise<void>, name: string): Promise<void> {
  try {
    await published;
  } catch (error) {
    throw new PortError(
      'UNAVAILABLE',
      `Event ${name} was not taken by the events service: ${
        error instanceof Error ? error.message : String(error)
      }`,
      { cause: error },
    );
  }
}

function refuseOnAbort(
  signal: AbortSignal | undefined,
  name: string,
): Promise<never> {
  return new Promise((_resolve, reject) => {
    const refuse = () =>
      reject(
        new PortError(
          'TIMEOUT',
          `Event ${name} was not taken by all its subscribers in time`,
        ),
      );
    if (signal?.aborted) {
      refuse();
    }
    signal?.addEventListener('abort', refuse, { once: true });
  });
}
