/**
 * Our GraphQL, all of it. Tests validate it against GitHub's published schema.
 */

/**
 * A revision's ancestors with their CI in one request: the commit's own rollup,
 * and that of the pull request it came with for commits that have none (a squash
 * merge makes a commit CI may never have seen).
 */
export const HISTORY_QUERY = `
query commitHistory($owner: String!, $name: String!, $revision: String!, $limit: Int!, $since: GitTimestamp!) {
  repository(owner: $owner, name: $name) {
    object(expression: $revision) {
      __typename
      ... on Commit {
        oid
        history(first: $limit, since: $since) {
          pageInfo { hasNextPage }
          nodes {
            oid
            message
            committedDate
            url
            author { name email }
            parents(first: 1) { totalCount }
            statusCheckRollup { state }
            associatedPullRequests(first: 5) {
              nodes {
                number
                merged
                mergeCommit { oid }
                commits(last: 1) {
                  nodes { commit { statusCheckRollup { state } } }
                }
              }
            }
          }
        }
      }
    }
  }
}`;

/** What REST does not tell about a pull request: reviews that count, what the branch demands, its merge queue. */
export const PULL_REQUEST_QUERY = `
query pullRequestStatus($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewDecision
      mergeQueue { id }
      latestOpinionatedReviews(first: 100, writersOnly: true) {
        nodes { state }
      }
      baseRef {
        refUpdateRule { requiredApprovingReviewCount }
      }
    }
  }
}`;

/** Who we are. REST's `/user` refuses installation tokens, this does not. */
export const VIEWER_QUERY = `query viewer { viewer { login } }`;
