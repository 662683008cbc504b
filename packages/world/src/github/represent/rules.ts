import { type RepositoryState } from '../state/repository';
import { type BranchProtection } from '../types';

const MERGE_QUEUE = {
  type: 'merge_queue',
  parameters: {
    check_response_timeout_minutes: 60,
    grouping_strategy: 'ALLGREEN',
    max_entries_to_build: 5,
    max_entries_to_merge: 5,
    merge_method: 'SQUASH',
    min_entries_to_merge: 1,
    min_entries_to_merge_wait_minutes: 5,
  },
};

/**
 * The rules that rulesets put on a branch, as `rules/branches/*` tells them.
 * Classic protection is not shown there, except that a merge queue here always
 * comes from a ruleset.
 */
export function rulesOf(
  repository: RepositoryState,
  protection: BranchProtection | undefined,
): Array<Record<string, unknown>> {
  const source = {
    ruleset_source_type: 'Repository',
    ruleset_source: repository.fullName,
    ruleset_id: repository.id,
  };
  return [
    ...(protection?.source === 'ruleset' ? ownRules(protection) : []),
    ...(protection?.mergeQueue ? [MERGE_QUEUE] : []),
  ].map(rule => ({ ...rule, ...source }));
}

function ownRules(protection: BranchProtection): object[] {
  return [
    ...(protection.requiredChecks
      ? [
          {
            type: 'required_status_checks',
            parameters: {
              strict_required_status_checks_policy: protection.strict ?? false,
              required_status_checks: protection.requiredChecks.map(
                context => ({ context }),
              ),
            },
          },
        ]
      : []),
    ...(protection.requiredApprovals
      ? [
          {
            type: 'pull_request',
            parameters: {
              required_approving_review_count: protection.requiredApprovals,
              dismiss_stale_reviews_on_push:
                protection.dismissStaleReviews ?? false,
              require_code_owner_review: false,
              require_last_push_approval: false,
              required_review_thread_resolution: false,
            },
          },
        ]
      : []),
    ...(protection.allowForcePushes ? [] : [{ type: 'non_fast_forward' }]),
    ...(protection.allowDeletions ? [] : [{ type: 'deletion' }]),
    ...(protection.requireLinearHistory
      ? [{ type: 'required_linear_history' }]
      : []),
  ];
}
