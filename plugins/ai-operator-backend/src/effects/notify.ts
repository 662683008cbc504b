import { EffectOutcome } from '../core/effect';
import { EffectContext, EffectOf } from './types';

/** One thread per rollback: a later message takes the place of the earlier one (SPEC §9). */
export async function notify(
  effect: EffectOf<'notify'>,
  { notifier, call, subject }: EffectContext,
): Promise<EffectOutcome> {
  const { kind, key: _key, ...message } = effect;
  const result = await notifier.send(
    { ...message, scope: subject.correlationId },
    call,
  );
  return { kind, result };
}
