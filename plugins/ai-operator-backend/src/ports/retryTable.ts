import { PORT_ERROR_CODES, PortErrorCode } from './call';

/**
 * The retry policy, all of it: which errors may be tried again, who tries again,
 * and when. 3 retries after 1 s, 2 s and 4 s, never more than 10 s of waiting on
 * the spot; what the other side says (`Retry-After`, a rate limit's reset) wins
 * over these times (SPEC §2).
 */
export const RETRY_DELAYS_MS = [1_000, 2_000, 4_000] as const;
export const MAX_RETRY_DELAY_MS = 10_000;

type Ending = 'retry' | 'final';

/**
 * Whether the same question may get another answer a few seconds later.
 * `here`: for whoever asks and waits. `byOutbox`: for a change that has to be
 * made, which nobody else will ask for again.
 */
export const ERROR_RULES: Record<
  PortErrorCode,
  { here: Ending; byOutbox: Ending }
> = {
  NOT_FOUND: { here: 'final', byOutbox: 'final' },
  UNAUTHENTICATED: { here: 'final', byOutbox: 'final' },
  PERMISSION_DENIED: { here: 'final', byOutbox: 'final' },
  VALIDATION: { here: 'final', byOutbox: 'final' },
  CONFLICT: { here: 'final', byOutbox: 'final' },
  RATE_LIMITED: { here: 'retry', byOutbox: 'retry' },
  TIMEOUT: { here: 'retry', byOutbox: 'retry' },
  UNAVAILABLE: { here: 'retry', byOutbox: 'retry' },
  // A wrong shape rarely mends in seconds. Whoever only asked looks again soon anyway.
  MALFORMED_ANSWER: { here: 'final', byOutbox: 'retry' },
  MISCONFIGURED: { here: 'final', byOutbox: 'final' },
  // Cancelled is what is left undone when this process stops: the next one goes on.
  CANCELLED: { here: 'final', byOutbox: 'retry' },
};

type Repetition = 'here' | 'by-outbox' | 'by-shipper';

/**
 * Every external call by its audit name, and who repeats it. `here`: it only
 * reads, so it is asked again at once. `by-outbox`: it changes something; the
 * outbox repeats it, durably and with the same delays, and each try begins by
 * looking at what an earlier one may have left behind. Repeated here as well,
 * three retries would become fifteen. `by-shipper`: it brings the audit trail
 * somewhere; what did not arrive stays due in the database, and the shipper
 * comes again with it.
 *
 * `github.submitReview` changes something and is repeated here all the same: it
 * is done with a person's token, which is never stored, so no outbox could; the
 * person waits for it; and each try looks for the review an earlier one made.
 */
export const CALLS = {
  'argocd.listApplications': 'here',
  'argocd.getApplicationHealth': 'here',
  'kubernetes.getDeploymentStatus': 'here',
  'prometheus.queryUptime': 'here',
  'github.readRepositoryContent': 'here',
  'github.listCommits': 'here',
  'github.getPullRequestStatus': 'here',
  'github.getPullRequestChecks': 'here',
  'github.listOpenPullRequests': 'here',
  'github.createPullRequest': 'by-outbox',
  'github.mergePullRequest': 'by-outbox',
  'github.closePullRequest': 'by-outbox',
  'github.createIssue': 'by-outbox',
  'github.listReviews': 'here',
  'github.listIssueComments': 'here',
  'github.answerComment': 'by-outbox',
  'github.closeIssue': 'by-outbox',
  'github.submitReview': 'here',
  'github.listTeamMembers': 'here',
  'catalog.readPeople': 'here',
  'notifications.send': 'by-outbox',
  'pager.page': 'by-outbox',
  'elasticsearch.prepare': 'by-shipper',
  'elasticsearch.bulk': 'by-shipper',
  'elasticsearch.search': 'here',
  'auditFile.append': 'by-shipper',
  'doctor.argocd': 'here',
  'doctor.kubernetes': 'here',
  'doctor.github': 'here',
  'doctor.prometheus': 'here',
  'doctor.elasticsearch': 'here',
  'doctor.notifications': 'here',
} as const satisfies Record<string, Repetition>;

export type CallName = keyof typeof CALLS;

/** Whether a failed attempt of this call may be followed by another one on the spot. */
export function mayRetry(name: CallName, code: PortErrorCode): boolean {
  const table: Record<CallName, Repetition> = CALLS;
  return table[name] === 'here' && ERROR_RULES[code].here === 'retry';
}

/** Whether the outbox may try an effect again that ended with this error. */
export function mayRetryByOutbox(code: PortErrorCode): boolean {
  return ERROR_RULES[code].byOutbox === 'retry';
}

/**
 * Checked when the adapters are made: a call or an error without a row would
 * otherwise show only in an incident.
 *
 * @throws Error naming what has no row
 */
export function checkRetryTable(usedNames: readonly string[]): void {
  const calls: Record<string, string> = CALLS;
  const missing = [
    ...usedNames.filter(name => !Object.hasOwn(calls, name)),
    ...PORT_ERROR_CODES.filter(code => !Object.hasOwn(ERROR_RULES, code)),
  ];
  const unused = Object.keys(calls).filter(name => !usedNames.includes(name));
  if (missing.length || unused.length) {
    throw new Error(
      `The retry table does not fit the calls: no row for [${missing.join(
        ', ',
      )}], row without a call [${unused.join(', ')}]`,
    );
  }
}
