import { EffectOutcome } from '../core/effect';
import { EffectContext, EffectOf } from './types';

/** A reaction and a reply, so that whoever gave a command sees what came of it (SPEC §9). */
export async function answerComment(
  effect: EffectOf<'answer_comment'>,
  { github, call, subject }: EffectContext,
): Promise<EffectOutcome> {
  const { kind, key: _key, ...request } = effect;
  const result = await github.answerComment(
    {
      ...request,
      marker: `ai-operator:${subject.correlationId}:answer:${request.commentId}`,
    },
    call,
  );
  return { kind, result };
}
