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
import { askingNotification, portalLink } from './notification';
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
  const { name } = rollback.application;
  if (next.name === 'Abort') {
    return `This rollback has ended. The operator begins no new one for ${name} until a senior maintainer resets it in the portal (or with \`POST /api/ai-operator/reset/${
      rollback.correlationId
    }\`, saying why)${
      next.reason === 'MANUAL_TAKEOVER'
        ? `, or until ${name} is Healthy again`
        : ''
    }.`;
  }
  if (next.name === 'RollbackComplete') {
    return 'Nothing is left to decide: this issue is closed when the rollback is archived.';
  }
  if (next.name === 'RollbackMerged') {
    return `- Comment \`MANUAL\` and why: the operator stops watching and leaves ${name} to you.`;
  }
  const pullRequest = pullRequestOf(next);
  const number = pullRequest && `#${pullRequest.number}`;
  return [
    ...(number
      ? [
          `- Comment \`APPROVE\`: ${number} is merged as soon as everything else holds. An approving review on ${number}, or the button in the portal, does the same.`,
        ]
      : []),
    `- Comment \`ABORT\` and why: ${
      number ? `${number} is closed, and ` : ''
    }the rollback ends here.`,
    `- Comment \`MANUAL\` and why: you take over; the operator leaves ${name} alone until it is Healthy again or reset.`,
    ...(number
      ? [
          `- Merging or closing ${number} yourself works too; the operator follows.`,
        ]
      : []),
    `- If ${name} becomes Healthy by itself, the operator closes everything.`,
    '',
    'One command a comment, in capitals, as its first word. Only senior maintainers may give them.',
  ].join('\n');
}

/** What to do first; once the pull request is merged the question that was asked is answered. */
function action({ reason, next }: EscalationFacts): string {
  if (next.name === 'RollbackComplete') {
    return 'Nothing: the application has recovered.';
  }
  return next.name === 'RollbackMerged'
    ? 'Nothing for now: the operator watches whether the application recovers, and asks again if it does not.'
    : recommendedAction(reason, pullRequestOf(next));
}

function body(facts: EscalationFacts, policy: Policy): string {
  const { correlationId } = facts.rollback;
  return `${correlationMarker(correlationId)}
## Why

${cell(facts.because)}

## Context

${context(facts)}

## Invariants

${invariants(facts.verdicts)}

## Recommended action

${action(facts)}

## What you can do

${answers(facts)}

## Audit

The full audit trail is in [AI Operator](${portalLink(
    facts.rollback,
    policy,
  )}) under correlation ID \`${correlationId}\` (\`/api/ai-operator/v1/audit?correlationId=${correlationId}\`).
`;
}

/** The escalation issue as it should read now (seed §9, SPEC §9): opened once per rollback, brought up to date later. */
export function issueEffect(facts: EscalationFacts, policy: Policy): Effect {
  const { rollback, next, reason, application } = facts;
  const source =
    sourceOf(next) ??
    (application?.source.known ? application.source.value : undefined);
  return {
    key: escalateKey(rollback),
    kind: 'escalate',
    repository: policy.escalationRepository ?? source?.repository,
    reason,
    title: `[URGENT] AI Operator Escalation: ${
      rollback.application.name
    } - ${reasonWords(reason)}`,
    body: body(facts, policy),
    labels: ['ai-operator', 'escalation', 'urgent', rollback.environment],
  };
}

/** The request for a human: the issue, the notification, and what is stored with the rollback. */
export function escalation(
  facts: EscalationFacts,
  now: number,
  policy: Policy,
): { effects: Effect[]; stored: NonNullable<Decision['escalation']> } {
  const { rollback, next, reason, because } = facts;
  return {
    effects: [issueEffect(facts, policy), askingNotification(facts, policy)],
    stored: {
      reason,
      because,
      recommendedAction: recommendedAction(reason, pullRequestOf(next)),
      at: now,
      firstAt: rollback.escalation?.firstAt ?? now,
      pagedAt: rollback.escalation?.pagedAt,
    },
  };
}
