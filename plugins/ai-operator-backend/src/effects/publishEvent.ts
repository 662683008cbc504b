import { EffectOutcome } from '../core/effect';
import { PortError } from '../ports';
import { EffectContext, EffectOf } from './types';

/** Hands an event to Backstage's events service. At least once: consumers tell repeats by `correlationId`, `type` and `timestamp`. */
export async function publishEvent(
  effect: EffectOf<'publish_event'>,
  { publish, subject, decidedAt, call }: EffectContext,
): Promise<EffectOutcome> {
  const published = publish({
    type: effect.name,
    version: 1,
    timestamp: decidedAt,
    correlationId: subject.correlationId,
    application: subject.application,
    environment: subject.environment,
    payload: effect.payload,
  });
  // A subscriber that never comes back must not keep the dispatcher.
  await Promise.race([published, refuseOnAbort(call.signal, effect.name)]);
  return { kind: effect.kind, result: 'published' };
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
