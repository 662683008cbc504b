import { EffectOutcome } from '../core/effect';
import { EffectContext, EffectOf } from './types';

/** How the issue of a rollback is found again. */
export function escalationMarker(correlationId: string): string {
  return `ai-operator:${correlationId}:escalation`;
}

/** One issue per rollback (SPEC §9): opened at the first escalation, updated by later ones. */
export async function escalate(
  effect: EffectOf<'escalate'>,
  { github, call, subject }: EffectContext,
): Promise<EffectOutcome> {
  const { kind, repository, title, body, labels } = effect;
  if (repository === undefined) {
    // The portal and the audit carry the escalation; there is no repository to put an issue into.
    return { kind, result: 'raised' };
  }
  const issue = await github.raiseIssue(
    {
      repository,
      title,
      body,
      labels,
      marker: escalationMarker(subject.correlationId),
    },
    call,
  );
  return {
    kind,
    result: 'raised',
    issueUrl: issue.url,
    issueNumber: issue.number,
  };
}
