import { EffectOutcome } from '../core/effect';
import { EffectContext, EffectOf } from './types';

/** Wakes somebody up. The correlation id is the incident: sent twice, it is still one. */
export async function page(
  effect: EffectOf<'page'>,
  { pager, call, subject }: EffectContext,
): Promise<EffectOutcome> {
  const { kind, summary, details, link } = effect;
  const result = await pager.page(
    {
      incident: subject.correlationId,
      application: subject.application.name,
      environment: subject.environment,
      summary,
      details,
      link,
    },
    call,
  );
  return { kind, result };
}
