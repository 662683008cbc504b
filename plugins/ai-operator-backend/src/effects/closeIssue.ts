import { EffectOutcome } from '../core/effect';
import { escalationMarker } from './escalate';
import { EffectContext, EffectOf } from './types';

/** The escalation issue is closed when its rollback has ended (SPEC §9); without one there is nothing to do. */
export async function closeIssue(
  effect: EffectOf<'close_issue'>,
  { github, call, subject }: EffectContext,
): Promise<EffectOutcome> {
  const { kind, repository, comment } = effect;
  if (repository === undefined) {
    return { kind, result: 'no_issue' };
  }
  const marker = escalationMarker(subject.correlationId);
  const result = await github.closeIssue(
    { repository, marker, comment, commentMarker: `${marker}:closed` },
    call,
  );
  return { kind, result };
}
