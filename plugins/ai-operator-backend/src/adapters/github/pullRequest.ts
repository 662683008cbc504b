import { z } from 'zod';
import { CompetingPullRequest, PullRequestNow } from '../../core/observation';
import { accountSchema, loginOf } from './accounts';
import { BranchDemand, BranchDemands } from './BranchDemands';
import { GitHubClient, Tagged } from './GitHubClient';
import { readReviews } from './reviews';
import { RequestScope } from './scope';

export const pullSchema = z.object({
  number: z.number(),
  html_url: z.string(),
  title: z.string(),
  user: accountSchema,
  state: z.enum(['open', 'closed']),
  draft: z.boolean().optional(),
  merged: z.boolean(),
  merged_by: accountSchema,
  merge_commit_sha: z.string().nullish(),
  mergeable_state: z.string().optional(),
  head: z.object({ ref: z.string(), sha: z.string() }),
  base: z.object({ ref: z.string(), sha: z.string() }),
  labels: z.array(z.object({ name: z.string() })),
});

export type Pull = z.infer<typeof pullSchema>;

const issueSchema = z.object({ closed_by: accountSchema });

/** The pull request as REST has it. */
export async function readPull(
  client: GitHubClient,
  scope: RequestScope,
  number: number,
): Promise<Pull> {
  return (await readPullTagged(client, scope, number)).value;
}

async function readPullTagged(
  client: GitHubClient,
  scope: RequestScope,
  number: number,
): Promise<Tagged<Pull>> {
  return client.getTagged(
    scope,
    pullSchema,
    'GET /repos/{owner}/{repo}/pulls/{pull_number}',
    { pull_number: number },
  );
}

/**
 * GitHub's `mergeable_state`, one word computed in the background after every
 * push, review, check and move of the base, and what becomes of it by waiting.
 * The core (`judgeMergeability`) draws the conclusions.
 *
 * - `clean`      may be merged now.
 * - `has_hooks`  may be merged; the server runs a pre-receive hook (Enterprise).
 * - `unstable`   may be merged; a check that is not required failed or runs.
 * - `blocked`    protection says no. Clears when what is missing comes: a required
 *                check that still runs (by itself), a review (by a person). A check
 *                that failed, a request for changes, or a rule of another kind
 *                stays until somebody does something.
 * - `behind`     the branch demands an up-to-date head. Never clears by itself:
 *                updating makes another head, which nobody has checked or approved.
 * - `dirty`      merge conflict. Never clears by itself.
 * - `draft`      never clears by itself.
 * - `unknown`    GitHub is still computing, since we asked: clears within seconds.
 *                Also everything it may say one day that we do not know: never
 *                taken for mergeable.
 */
function mergeableStateOf(pull: Pull): PullRequestNow['mergeableState'] {
  switch (pull.mergeable_state) {
    case 'clean':
    case 'has_hooks':
    case 'unstable':
    case 'blocked':
    case 'behind':
    case 'dirty':
    case 'draft':
      return pull.mergeable_state;
    default:
      return pull.draft ? 'draft' : 'unknown';
  }
}

function approvalsOf(reviews: BranchDemand): PullRequestNow['approvals'] {
  const have = (reviews.latestOpinionatedReviews?.nodes ?? []).filter(
    review => review?.state === 'APPROVED',
  ).length;
  const demanded =
    reviews.baseRef?.refUpdateRule?.requiredApprovingReviewCount ?? 0;
  // Rulesets and code owners show only in the decision.
  const atLeast = reviews.reviewDecision === 'REVIEW_REQUIRED' ? have + 1 : 0;
  return { have, need: Math.max(demanded, atLeast) };
}

/** GitHub decides on reviews only where the branch demands some; an objection counts anyway. */
function isObjectedTo(reviews: BranchDemand): boolean {
  return (
    reviews.reviewDecision === 'CHANGES_REQUESTED' ||
    (reviews.latestOpinionatedReviews?.nodes ?? []).some(
      review => review?.state === 'CHANGES_REQUESTED',
    )
  );
}

function blockersOf(
  state: PullRequestNow['mergeableState'],
  reviews: BranchDemand,
  approvals: PullRequestNow['approvals'],
): string[] {
  const blockers: string[] = [];
  if (isObjectedTo(reviews)) {
    blockers.push('A reviewer requested changes');
  }
  if (reviews.reviewDecision === 'REVIEW_REQUIRED') {
    blockers.push(
      `${approvals.need} approving ${
        approvals.need === 1 ? 'review is' : 'reviews are'
      } required, ${approvals.have} given`,
    );
  }
  if (state === 'dirty') {
    blockers.push('It has merge conflicts with its base branch');
  }
  if (state === 'behind') {
    blockers.push('Its base branch demands that it is up to date');
  }
  if (state === 'draft') {
    blockers.push('It is a draft');
  }
  if (state === 'blocked' && blockers.length === 0) {
    blockers.push(
      'Branch protection blocks merging: required checks have not all succeeded, or another rule of the branch is not met',
    );
  }
  if (reviews.mergeQueue) {
    blockers.push('Its base branch is merged through a merge queue');
  }
  return blockers;
}

async function endedBy(
  client: GitHubClient,
  scope: RequestScope,
  pull: Pull,
): Promise<string | undefined> {
  if (pull.merged) {
    return pull.merged_by?.login;
  }
  const issue = await client.get(
    scope,
    issueSchema,
    'GET /repos/{owner}/{repo}/issues/{issue_number}',
    { issue_number: pull.number },
  );
  return issue.closed_by?.login;
}

/**
 * What GitHub says about a pull request now: two requests, which cost nothing
 * without news, a GraphQL question where {@link BranchDemands} has no fresh
 * answer, and one more request once the pull request has been closed.
 */
export async function getPullRequest(
  client: GitHubClient,
  scope: RequestScope,
  number: number,
  demands: BranchDemands,
): Promise<PullRequestNow> {
  const [{ value: pull, tag }, { tag: reviewsTag }] = await Promise.all([
    readPullTagged(client, scope, number),
    readReviews(client, scope, number),
  ]);
  // After the other two: an answer that is kept must not be older than the tags it is kept under.
  const reviews = await demands.read(
    scope,
    number,
    tag && reviewsTag && `${tag} ${reviewsTag}`,
  );
  const mergeableState = mergeableStateOf(pull);
  const approvals = approvalsOf(reviews);
  const isOpen = pull.state === 'open';
  const isMerged = pull.merged ? 'merged' : 'closed';
  return {
    number: pull.number,
    state: isOpen ? 'open' : isMerged,
    headSha: pull.head.sha,
    baseSha: pull.base.sha,
    labels: pull.labels.map(label => label.name),
    mergeSha: pull.merged ? pull.merge_commit_sha ?? undefined : undefined,
    endedBy: isOpen ? undefined : await endedBy(client, scope, pull),
    mergeableState,
    blockers: isOpen ? blockersOf(mergeableState, reviews, approvals) : [],
    approvals,
    changesRequested: isObjectedTo(reviews),
    mergeQueue: Boolean(reviews.mergeQueue),
  };
}

const listedSchema = z.object({
  number: z.number(),
  html_url: z.string(),
  user: accountSchema,
  head: z.object({ ref: z.string() }),
  labels: z.array(z.object({ name: z.string() })),
});

const OPERATOR_LABEL = 'ai-operator';

/** More open pull requests than this on one branch are not looked through. */
const MAX_PAGES = 10;

/** Open pull requests with our label whose head is a rollback branch of this application (RB-10). */
export async function listRollbackPullRequests(
  client: GitHubClient,
  scope: RequestScope,
  baseBranch: string,
  application: string,
): Promise<CompetingPullRequest[]> {
  const pulls = await client.list(
    scope,
    listedSchema,
    'GET /repos/{owner}/{repo}/pulls',
    { state: 'open', base: baseBranch },
    MAX_PAGES,
  );
  const prefix = `rollback/${application}-`;
  return pulls
    .filter(
      pull =>
        pull.labels.some(label => label.name === OPERATOR_LABEL) &&
        pull.head.ref.startsWith(prefix) &&
        // `rollback/payment-service-abc1234` is none of application `payment`.
        /^[0-9a-f]{6,40}$/.test(pull.head.ref.slice(prefix.length)),
    )
    .map(pull => ({
      number: pull.number,
      headBranch: pull.head.ref,
      author: loginOf(pull.user),
      url: pull.html_url,
    }));
}
