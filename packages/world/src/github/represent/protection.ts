import { type RepositoryState } from '../state/repository';
import { type GitHubState } from '../state/state';
import { type BranchProtection } from '../types';
import { repoApi } from './repositories';
import { simpleUser, team } from './users';

function protectionUrl(
  state: GitHubState,
  repository: RepositoryState,
  branch: string,
) {
  return `${repoApi(state, repository)}/branches/${encodeURIComponent(
    branch,
  )}/protection`;
}

function checksOf(protection: BranchProtection) {
  const contexts = protection.requiredChecks ?? [];
  return {
    contexts,
    checks: contexts.map(context => ({ context, app_id: null })),
  };
}

/** What a branch says about its protection to everybody. */
export function branchSummary(
  state: GitHubState,
  repository: RepositoryState,
  branch: string,
) {
  const protection = repository.protection.get(branch);
  return {
    protected: protection !== undefined,
    protection: {
      enabled: protection !== undefined,
      required_status_checks: {
        enforcement_level:
          protection?.requiredChecks === undefined
            ? 'off'
            : (protection.enforceAdmins && 'everyone') || 'non_admins',
        ...checksOf(protection ?? {}),
      },
    },
    protection_url: protectionUrl(state, repository, branch),
  };
}

/** `branch-protection`, for those who may read it. */
export function branchProtection(
  state: GitHubState,
  repository: RepositoryState,
  branch: string,
  protection: BranchProtection,
) {
  const url = protectionUrl(state, repository, branch);
  const enabled = (value: boolean | undefined) => ({ enabled: value ?? false });
  return {
    url,
    ...(protection.requiredChecks
      ? {
          required_status_checks: {
            url: `${url}/required_status_checks`,
            strict: protection.strict ?? false,
            contexts_url: `${url}/required_status_checks/contexts`,
            ...checksOf(protection),
          },
        }
      : {}),
    ...(protection.requiredApprovals
      ? {
          required_pull_request_reviews: {
            url: `${url}/required_pull_request_reviews`,
            dismiss_stale_reviews: protection.dismissStaleReviews ?? false,
            require_code_owner_reviews: false,
            required_approving_review_count: protection.requiredApprovals,
            require_last_push_approval: false,
          },
        }
      : {}),
    ...(protection.restrictions
      ? {
          restrictions: {
            url: `${url}/restrictions`,
            users_url: `${url}/restrictions/users`,
            teams_url: `${url}/restrictions/teams`,
            apps_url: `${url}/restrictions/apps`,
            users: protection.restrictions.users.map(login =>
              simpleUser(state, login),
            ),
            teams: protection.restrictions.teams.flatMap(slug => {
              const value = state.accounts.team(repository.owner, slug);
              return value ? [team(state, value)] : [];
            }),
            apps: [],
          },
        }
      : {}),
    enforce_admins: {
      url: `${url}/enforce_admins`,
      enabled: protection.enforceAdmins ?? false,
    },
    required_signatures: { url: `${url}/required_signatures`, enabled: false },
    required_linear_history: enabled(protection.requireLinearHistory),
    allow_force_pushes: enabled(protection.allowForcePushes),
    allow_deletions: enabled(protection.allowDeletions),
    block_creations: enabled(false),
    required_conversation_resolution: enabled(false),
    lock_branch: enabled(false),
    allow_fork_syncing: enabled(false),
  };
}
