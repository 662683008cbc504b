import { EscalationReason } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Effect } from '../effect';
import { notifyKey, pageKey } from '../effectKeys';
import { Policy } from '../policy';
import { replicaWords } from '../poll/words';
import { Rollback, RollbackState } from '../rollback';
import { ApplicationRecord } from '../application';
import { pullRequestOf } from '../stateFacts';
import { duration } from '../time';
import { reasonWords, recommendedAction } from './recommendedAction';

/** Where the rollback is in the portal; a path when the portal's address is not known. */
export function portalLink(
  { correlationId }: Pick<Rollback, 'correlationId'>,
  { portalUrl }: Policy,
): string {
  return `${portalUrl ?? ''}/ai-operator/rollbacks/${correlationId}`;
}

function whereOf({ application, environment }: Rollback): string {
  return `${application.name} (${environment})`;
}

/** Admins give permissions; everything else is for the people on call. */
function audienceOf(reason: EscalationReason): 'oncall' | 'admins' {
  return reason === 'PERMISSION_DENIED' ? 'admins' : 'oncall';
}

/** A person is asked for something (seed §9.3, step 5). */
export function askingNotification(
  facts: {
    rollback: Rollback;
    next: RollbackState;
    reason: EscalationReason;
    because: string;
  },
  policy: Policy,
): Effect {
  const { rollback, next, reason, because } = facts;
  const pullRequest = pullRequestOf(next);
  const asksForApproval = reason === 'NEEDS_APPROVAL' && pullRequest;
  return {
    key: notifyKey(rollback),
    kind: 'notify',
    audience: audienceOf(reason),
    title: asksForApproval
      ? `${policy.mention} AI Operator needs approval for rollback PR #${pullRequest.number}`
      : `${policy.mention} AI Operator: ${whereOf(rollback)} - ${reasonWords(
          reason,
        )}`,
    description: `${whereOf(rollback)}: ${because}. ${recommendedAction(
      reason,
      pullRequest,
    )}`,
    severity: next.name === 'Abort' ? 'high' : 'critical',
    link: portalLink(rollback, policy),
  };
}

/** Production degradations are told at once, before anything is proven (AC-06). */
export function degradationNotification(
  rollback: Rollback,
  record: ApplicationRecord,
  version: number,
  policy: Policy,
): Effect {
  return {
    key: notifyKey({ correlationId: rollback.correlationId, version }),
    kind: 'notify',
    audience: 'oncall',
    title: `${policy.mention} AI Operator: ${whereOf(rollback)} is Degraded`,
    description: `${whereOf(rollback)} is Degraded${replicaWords(
      record.lastCheck.replicas,
    )} at revision ${rollback.currentRevision.slice(0, 7)}. ${
      policy.timing.persistenceChecks
    } consecutive degraded checks begin the search for a stable revision; nothing is merged in production without a senior maintainer.`,
    severity: 'high',
    link: portalLink(rollback, policy),
  };
}

/** Nobody has to do anything any more, or not for now: the thread ends on that. */
export function calmingNotification(
  rollback: Rollback,
  because: string,
  policy: Policy,
): Effect {
  return {
    key: notifyKey(rollback),
    kind: 'notify',
    audience: 'oncall',
    title: `AI Operator: ${whereOf(rollback)} - ${because}`,
    description: `${whereOf(rollback)}: ${because}.`,
    severity: 'normal',
    link: portalLink(rollback, policy),
  };
}

/** An escalation stayed unanswered for so long that somebody is woken up (SPEC §2). */
export function pageEffect(
  rollback: Rollback,
  asked: { because: string; recommendedAction: string; firstAt: number },
  now: number,
  policy: Policy,
): Effect {
  return {
    key: pageKey(rollback),
    kind: 'page',
    summary: `${whereOf(
      rollback,
    )} is degraded and nobody has answered AI Operator for ${duration(
      now - asked.firstAt,
    )}`,
    details: `${asked.because}. ${asked.recommendedAction}`,
    link: portalLink(rollback, policy),
  };
}

/** True when people have been told of this rollback, so that they are also told of its end. */
export function peopleKnow({ escalation, environment }: Rollback): boolean {
  return escalation !== undefined || environment === 'production';
}
