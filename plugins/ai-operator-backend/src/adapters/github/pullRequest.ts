import { z } from 'zod';
import { CompetingPullRequest, PullRequestNow } from '../../core/observation';
import { GitHubClient, RequestScope } from './GitHubClient';
import { PULL_REQUEST_QUERY } from './queries';

const login = z.object({ login: z.string() }).nullish();

export const pullSchema = z.object({
  number: z.number(),
  html_url: z.string(),
  title: z.string(),
  state: z.enum(['open', 'closed']),
  draft: z.boolean().optional(),
  merged: z.boolean(),
  merged_by: login,
  merge_commit_sha: z.string().nullish(),
  mergeable_state: z.string().optional(),
  head: z.object({ ref: z.string(), sha: z.string() }),
  base: z.object({ ref: z.string(), sha: z.string() }),
  labels: z.array(z.object({ name: z.string() })),
});

export type Pull = z.infer<typeof pullSchema>;

const issueSchema = z.object({ closed_by: login });

const reviewsSchema = z.object({
  repository: z.object({
    pullRequest: z.object({
      reviewDecision: z.string().nullish(),
      mergeQueue: z.object({ id: z.string() }).nullish(),
      latestOpinionatedReviews: z
        .object({ nodes: z.array(z.object({ state: z.string() }).nullish()) })
        .nullish(),
      baseRef: z
        .object({
          refUpdateRule: z
            .object({ requiredApprovingReviewCount: z.number().nullish() })
            .nullish(),
        })
        .nullish(),
    }),
  }),
});

type Reviews = z.infer<typeof reviewsSchema>['repository']['pullRequest'];

/** The pull request as REST has it. */
export async function readPull(
  client: GitHubClient,
  scope: RequestScope,
  number: number,
): Promise<Pull> {
  return client.get(
    scope,
    pullSchema,
    'GET /repos/{owner}/{repo}/pulls/{pull_number}',
    { pull_number: number },
  );
}

/**
 * GitHub's `mergeable_state`, and what it means for us:
 *
 * - `clean`      may be merged now.
 * - `has_hooks`  may be merged; the server runs a pre-receive hook (Enterprise).
 * - `unstable`   may be merged; a check that is not required failed or runs.
 * - `blocked`    protection says no: reviews or required checks. Often clears.
 * - `behind`     the branch demands an up-to-date head. Clears by an update only.
 * - `dirty`      merge conflict. Never clears by itself.
 * - `draft`      never clears by itself.
 * - `unknown`    GitHub is still computing: ask again. Also everything it may
 *                say one day that we do not know: never taken for mergeable.
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

function approvalsOf(reviews: Reviews): PullRequestNow['approvals'] {
  const have = (reviews.latestOpinionatedReviews?.nodes ?? []).filter(
    review => review?.state === 'APPROVED',
  ).length;
  const demanded =
    reviews.baseRef?.refUpdateRule?.requiredApprovingReviewCount ?? 0;
  // Rulesets and code owners show only in the decision.
  const atLeast = reviews.reviewDecision === 'REVIEW_REQUIRED' ? have + 1 : 0;
  return { have, need: Math.max(demanded, atLeast) };
}

function blockersOf(
  state: PullRequestNow['mergeableState'],
  reviews: Reviews,
  approvals: PullRequestNow['approvals'],
): string[] {
  const blockers: string[] = [];
  // GitHub decides on reviews only where the branch demands some; an objection counts anyway.
  const isObjectedTo =
    reviews.reviewDecision === 'CHANGES_REQUESTED' ||
    reviews.latestOpinionatedReviews?.nodes?.some(
      review => review?.state === 'CHANGES_REQUESTED',
    );
  if (isObjectedTo) {
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

/** What GitHub says about a pull request now: two requests, three once it has been closed. */
export async function getPullRequest(
  client: GitHubClient,
  scope: RequestScope,
  number: number,
): Promise<PullRequestNow> {
  const [pull, answer] = await Promise.all([
    readPull(client, scope, number),
    client.graphql(scope, reviewsSchema, PULL_REQUEST_QUERY, { number }),
  ]);
  const reviews = answer.repository.pullRequest;
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
    mergeQueue: Boolean(reviews.mergeQueue),
  };
}

const listedSchema = z.object({
  number: z.number(),
  html_url: z.string(),
  user: login,
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
      author: pull.user?.login ?? 'unknown',
      url: pull.html_url,
    }));
}
