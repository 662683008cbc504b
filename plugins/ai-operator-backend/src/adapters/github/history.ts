import { z } from 'zod';
import { HistoryCommit, PortError } from '../../ports';
import { GitHubClient } from './GitHubClient';
import { HISTORY_QUERY } from './queries';
import { RequestScope } from './scope';

const rollup = z.object({ state: z.string() }).nullish();

const commitSchema = z.object({
  oid: z.string(),
  message: z.string(),
  committedDate: z.string(),
  url: z.string().nullish(),
  author: z
    .object({ name: z.string().nullish(), email: z.string().nullish() })
    .nullish(),
  parents: z.object({ totalCount: z.number() }),
  statusCheckRollup: rollup,
  associatedPullRequests: z
    .object({
      nodes: z.array(
        z
          .object({
            merged: z.boolean(),
            mergeCommit: z.object({ oid: z.string() }).nullish(),
            commits: z.object({
              nodes: z.array(
                z
                  .object({ commit: z.object({ statusCheckRollup: rollup }) })
                  .nullish(),
              ),
            }),
          })
          .nullish(),
      ),
    })
    .nullish(),
});

type Commit = z.infer<typeof commitSchema>;

const historySchema = z.object({
  repository: z
    .object({
      object: z
        .object({
          __typename: z.string(),
          oid: z.string().optional(),
          history: z
            .object({
              pageInfo: z.object({ hasNextPage: z.boolean() }),
              nodes: z.array(commitSchema),
            })
            .optional(),
        })
        .nullish(),
    })
    .nullish(),
});

const compareSchema = z.object({
  status: z.enum(['ahead', 'behind', 'diverged', 'identical']),
});

/** GitHub's rollup of a commit's checks and statuses. `EXPECTED`: demanded, not yet heard of. */
function ciOf(state: string | undefined): HistoryCommit['ci'] | undefined {
  switch (state) {
    case undefined:
      return undefined;
    case 'SUCCESS':
      return 'success';
    case 'FAILURE':
    case 'ERROR':
      return 'failure';
    default:
      return 'pending';
  }
}

function ciOfCommit(commit: Commit): HistoryCommit['ci'] {
  const own = ciOf(commit.statusCheckRollup?.state);
  if (own) {
    return own;
  }
  const merged = (commit.associatedPullRequests?.nodes ?? []).filter(
    pull => pull?.merged,
  );
  const origin =
    merged.find(pull => pull?.mergeCommit?.oid === commit.oid) ?? merged[0];
  const head = origin?.commits.nodes[0]?.commit;
  return ciOf(head?.statusCheckRollup?.state) ?? 'none';
}

function toHistoryCommit(commit: Commit): HistoryCommit {
  return {
    sha: commit.oid,
    message: commit.message,
    author: {
      name: commit.author?.name ?? 'unknown',
      email: commit.author?.email ?? undefined,
    },
    committedAt: Date.parse(commit.committedDate),
    url: commit.url ?? undefined,
    ci: ciOfCommit(commit),
  };
}

/**
 * Whether the revision is on the branch. A comparison where the revision is
 * behind the branch, or the same, says that the branch contains it. The diff is
 * of no interest, so a page that has none of it is asked for.
 */
export async function isOnBranch(
  client: GitHubClient,
  scope: RequestScope,
  branch: string,
  revision: string,
): Promise<boolean> {
  const comparison = await client.find(
    scope,
    compareSchema,
    'GET /repos/{owner}/{repo}/compare/{basehead}',
    { basehead: `${branch}...${revision}`, per_page: 1, page: 2 },
  );
  return comparison?.status === 'behind' || comparison?.status === 'identical';
}

/** Ancestors of a revision with their CI: one GraphQL query and one comparison, whatever the number of commits. */
export async function listHistory(
  client: GitHubClient,
  scope: RequestScope,
  request: { branch: string; revision: string; since: number; limit: number },
): Promise<{
  onBranch: boolean;
  commits: HistoryCommit[];
  truncated: boolean;
}> {
  const { branch, revision, since } = request;
  const { slug } = scope.repository;
  if (!/^[0-9a-f]{7,40}$/.test(revision)) {
    throw new PortError(
      'VALIDATION',
      `'${revision}' is not a commit of ${slug}`,
    );
  }
  // The revision itself is the first entry; GitHub gives at most 100.
  const limit = Math.min(request.limit, 99);
  const [answer, onBranch] = await Promise.all([
    client.graphql(scope, historySchema, HISTORY_QUERY, {
      revision,
      limit: limit + 1,
      since: new Date(since).toISOString(),
    }),
    isOnBranch(client, scope, branch, revision),
  ]);
  const object = answer.repository?.object;
  if (object?.__typename !== 'Commit' || !object.history) {
    throw new PortError('NOT_FOUND', `Revision ${revision} is not in ${slug}`);
  }
  const { nodes, pageInfo } = object.history;
  const ancestors = nodes.filter(node => node.oid !== object.oid);
  const kept = ancestors.slice(0, limit);
  const oldest = nodes[nodes.length - 1];
  return {
    onBranch,
    commits: kept.map(toHistoryCommit),
    truncated:
      pageInfo.hasNextPage ||
      kept.length < ancestors.length ||
      // With no entry at all, even the revision is older than the time limit.
      oldest === undefined ||
      oldest.parents.totalCount > 0,
  };
}
