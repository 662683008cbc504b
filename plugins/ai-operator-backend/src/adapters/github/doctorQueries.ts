/**
 * What a branch demands, as every reader may see it: the part of classic
 * protection that is no secret, and whether merges are queued. A test validates
 * it against GitHub's published schema.
 */
export const BRANCH_DEMANDS_QUERY = `
query branchDemands($owner: String!, $name: String!, $branch: String!, $ref: String!) {
  repository(owner: $owner, name: $name) {
    mergeQueue(branch: $branch) { id }
    ref(qualifiedName: $ref) {
      refUpdateRule {
        requiredApprovingReviewCount
        requiredStatusCheckContexts
        allowsForcePushes
      }
    }
  }
}`;
