import { EscalationReason } from '@ai-operator/backstage-plugin-ai-operator-common';

/** The reason as people read it in titles: "CI Failure on Rollback PR". */
const WORDS: Record<EscalationReason, string> = {
  NO_STABLE_CANDIDATE: 'No Stable Candidate',
  PERMISSION_DENIED: 'Permission Denied',
  CONFLICT: 'Conflict on Rollback PR',
  VALIDATION: 'Rollback Not Possible',
  PR_NOT_OPENED: 'Rollback PR Not Opened',
  APPLICATION_GONE: 'Application Gone',
  CI_FAILURE: 'CI Failure on Rollback PR',
  CI_TIMEOUT: 'CI Timeout on Rollback PR',
  INVARIANT_BROKEN: 'Safety Invariant Broken',
  NEEDS_HUMAN_REVIEW: 'Human Review Needed',
  // Seed §9.3: the degradation itself is what the approver is asked about.
  NEEDS_APPROVAL: 'Degraded',
  APPROVAL_TIMEOUT: 'Approval Timeout',
  REVIEW_TIMEOUT: 'Review Timeout',
  PR_CLOSED: 'Rollback PR Closed',
  NEW_DEGRADATION: 'New Degradation After Rollback',
  NOT_RECOVERED: 'Not Recovered After Rollback',
  MANUAL_TAKEOVER: 'Taken Over by a Person',
  ABORTED_BY_HUMAN: 'Aborted by a Person',
  STALE_STATE: 'Stale Rollback',
  TOO_MANY_ATTEMPTS: 'Too Many Attempts',
  QUOTA_EXCEEDED: 'Too Many Rollback PRs',
};

export function reasonWords(reason: EscalationReason): string {
  return WORDS[reason];
}

/** What a tired person should do first, in one or two sentences. `pr` is `#42` where there is a pull request. */
const ACTIONS: Record<EscalationReason, (pr: string) => string> = {
  NO_STABLE_CANDIDATE: () =>
    'Read the candidate table: it says why each older revision was not trusted. Choose one by hand, or fix forward.',
  PERMISSION_DENIED: () =>
    'An admin gives the operator the GitHub permissions named above; until then roll back by hand.',
  CONFLICT: () =>
    'Look at what changed on the branch or which pull request is in the way, and roll back by hand.',
  VALIDATION: () =>
    'Mend what is named above in the manifest or in the configuration, and roll back by hand.',
  PR_NOT_OPENED: () =>
    'Check that GitHub answers (portal, AI Operator, systems), and roll back by hand.',
  APPLICATION_GONE: () =>
    'Check whether the Application was deleted or renamed on purpose, or whether the operator may no longer see it.',
  CI_FAILURE: pr =>
    `Read the failed checks of ${pr}: the rollback target may have the same bug. It stays open: merge it if the failure is harmless, or roll back to another revision by hand.`,
  CI_TIMEOUT: pr =>
    `Find out why the checks of ${pr} do not finish. It stays open: merge it when they have passed.`,
  INVARIANT_BROKEN: pr =>
    `Read which invariant broke and why, then decide about ${pr} by hand.`,
  NEEDS_HUMAN_REVIEW: pr =>
    `Read the question and decide about ${pr}: approve it if the rollback is right, abort it if not. The operator follows what you do.`,
  NEEDS_APPROVAL: pr =>
    `A senior maintainer verifies the degradation in Argo CD, reviews ${pr}, and approves it (on GitHub, in the portal, or with a comment APPROVE on the escalation issue). The operator then merges it.`,
  APPROVAL_TIMEOUT: pr =>
    `The application is still degraded. ${pr} stays open: merge it if the rollback is right; the operator no longer watches it. Reset the rollback to let the operator begin again.`,
  REVIEW_TIMEOUT: pr =>
    `Nobody answered, so ${pr} was closed. Bring the application back by hand; reopen the pull request if it is right.`,
  PR_CLOSED: pr =>
    `Somebody closed ${pr} while the application was degraded. Ask them, and bring the application back by hand.`,
  NEW_DEGRADATION: () =>
    'The rollback target degraded too, so the cause is probably not in the revision: look at configuration, dependencies and the cluster.',
  NOT_RECOVERED: () =>
    'Look in Argo CD whether the rollback was synced at all (automatic sync off, sync error), then at the pods.',
  MANUAL_TAKEOVER: () =>
    'The person who took over brings the application back; the operator returns by itself once it is Healthy.',
  ABORTED_BY_HUMAN: () =>
    'The person who aborted decides how to go on. The application is still degraded: bring it back by hand, or reset the rollback to let the operator begin again.',
  STALE_STATE: () =>
    'Look at the application as it is today; what the operator knew is too old to act on.',
  TOO_MANY_ATTEMPTS: () =>
    'Rolling back does not help this application for long: find the cause before another attempt.',
  QUOTA_EXCEEDED: () =>
    'Many rollbacks in one repository within an hour have a common cause more often than not: look for it. Reset this one when the hour is over.',
};

export function recommendedAction(
  reason: EscalationReason,
  pullRequest?: { number: number },
): string {
  return ACTIONS[reason](
    pullRequest ? `#${pullRequest.number}` : 'the pull request',
  );
}
