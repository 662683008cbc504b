import { EscalationReason } from '@ai-operator/backstage-plugin-ai-operator-common';
import { ApplicationRecord } from '../application';
import { cell } from '../change/markdown';
import { correlationMarker } from '../change/pullRequest';
import { Decision } from '../decision';
import { Effect } from '../effect';
import { escalateKey } from '../effectKeys';
import { Policy } from '../policy';
import { Rollback, RollbackState, VerdictSet } from '../rollback';
import { pullRequestOf, sourceOf, targetOf } from '../stateFacts';
import { isoTime } from '../time';
import { verdictRows } from '../verdictLines';
import { reasonWords, recommendedAction } from './recommendedAction';

export interface EscalationFacts {
  rollback: Rollback;
  /** The state the rollback is in from now on. */
  next: RollbackState;
  reason: EscalationReason;
  because: string;
  application?: ApplicationRecord;
  verdicts?: VerdictSet;
}

function context(facts: EscalationFacts): string {
  const { rollback, next, application } = facts;
  const pullRequest = pullRequestOf(next);
  const target = targetOf(next);
  const { replicas, health } = application?.lastCheck ?? {};
  return [
    `- **Application:** ${rollback.application.name} (Argo CD instance ${rollback.application.instance}, namespace ${rollback.application.namespace})`,
    `- **Environment:** ${rollback.environment}`,
    `- **Degraded revision:** ${rollback.currentRevision}`,
    `- **Degraded since:** ${isoTime(rollback.openedAt)}`,
    `- **Health at the last check:** ${health ?? 'not known'}${
      replicas?.known
        ? `, ${replicas.value.available}/${replicas.value.desired} replicas available`
        : ''
    }`,
    ...(target ? [`- **Rollback target:** ${target.sha}`] : []),
    ...(pullRequest
      ? [`- **Pull request:** #${pullRequest.number} ${pullRequest.url}`]
      : []),
    `- **State of the rollback:** ${next.name}`,
  ].join('\n');
}

function invariants(verdicts: VerdictSet | undefined): string {
  if (!verdicts) {
    return 'Not evaluated: the rollback did not come far enough.';
  }
  return [
    '| | Invariant | Verdict | Because |',
    '|---|---|---|---|',
    ...verdictRows(verdicts).map(
      columns => `| ${columns.map(cell).join(' | ')} |`,
    ),
  ].join('\n');
}

function answers({ next, rollback }: EscalationFacts): string {
  const pullRequest = pullRequestOf(next);
  if (next.name === 'Abort') {
    return `This rollback has ended. The operator begins no new one for ${rollback.application.name} until a senior maintainer has reset it.`;
  }
  return pullRequest
    ? `- **Merge** #${pullRequest.number}: the operator watches the recovery.\n- **Close** #${pullRequest.number}: the rollback ends here.\n- If the application becomes Healthy by itself, the operator closes the pull request.`
    : 'The operator goes on by itself as soon as it can.';
}

function body(facts: EscalationFacts): string {
  const { correlationId } = facts.rollback;
  return `${correlationMarker(correlationId)}
## Why

${cell(facts.because)}

## Context

${context(facts)}

## Invariants

${invariants(facts.verdicts)}

## Recommended action

${recommendedAction(facts.reason, pullRequestOf(facts.next))}

## What you can do

${answers(facts)}

## Audit

The full decision trail is in AI Operator under correlation ID \`${correlationId}\` (\`/api/ai-operator/v1/rollbacks/${correlationId}\`).
`;
}

/** The request for a human (seed §9, SPEC §9): the effect, and what is stored with the rollback. */
export function escalation(
  facts: EscalationFacts,
  now: number,
  policy: Policy,
): { effect: Effect; stored: NonNullable<Decision['escalation']> } {
  const { rollback, next, reason, because, application } = facts;
  const source =
    sourceOf(next) ??
    (application?.source.known ? application.source.value : undefined);
  return {
    effect: {
      key: escalateKey(rollback),
      kind: 'escalate',
      repository: policy.escalationRepository ?? source?.repository,
      reason,
      title: `[URGENT] AI Operator Escalation: ${
        rollback.application.name
      } - ${reasonWords(reason)}`,
      body: body(facts),
      labels: ['ai-operator', 'escalation', 'urgent', rollback.environment],
    },
    stored: {
      reason,
      because,
      recommendedAction: recommendedAction(reason, pullRequestOf(next)),
      at: now,
    },
  };
}
