import { EffectOutcome } from '../core/effect';
import { EffectContext, EffectOf } from './types';

/** Hands an event to Backstage's events service. At least once: consumers tell repeats by `correlationId`, `type` and `timestamp`. */
export async function publishEvent(
  effect: EffectOf<'publish_event'>,
  { publish, subject, decidedAt }: EffectContext,
): Promise<EffectOutcome> {
  await publish({
    type: effect.name,
    version: 1,
    timestamp: decidedAt,
    correlationId: subject.correlationId,
    application: subject.application,
    environment: subject.environment,
    payload: effect.payload,
  });
  return { kind: effect.kind, result: 'published' };
}
