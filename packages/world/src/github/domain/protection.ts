import { type RepositoryState } from '../state/repository';
import { type Permission, type BranchProtection } from '../types';
import { type Pull, permits, type Review } from '../state/model';
import { type GitHubState } from '../state/state';

/** How a required or other check of a commit stands. */
export type CheckOutcome = 'success' | 'pending' | 'failing' | 'expected';

/** How one context (check run or status) of a commit stands; `expected` = never reported. */
export function outcomeOf(
  repository: RepositoryState,
  sha: string,
  context: string,
): CheckOutcome {
  return contextOutcomes(repository, sha).get(context) ?? 'expected';
}

/** How every reported context of a commit stands. */
export function contextOutcomes(
  repository: RepositoryState,
  sha: string,
): Map<string, Exclude<CheckOutcome, 'expected'>> {
  const outcomes = new Map<string, Exclude<CheckOutcome, 'expected'>>();
  for (const status of repository.latestStatuses(sha)) {
    if (status.state === 'success' || status.state === 'pending') {
      outcomes.set(status.context, status.state);
    } else {
      outcomes.set(status.context, 'failing');
    }
  }
  for (const run of repository.latestChecks(sha)) {
    if (run.status !== 'completed') {
      outcomes.set(run.name, 'pending');
    } else if (
      run.conclusion === 'success' ||
      run.conclusion === 'neutral' ||
      run.conclusion === 'skipped'
    ) {
      outcomes.set(run.name, 'success');
    } else {
      outcomes.set(run.name, 'failing');
    }
  }
  return outcomes;
}

/** Each reviewer's latest review that says yes or no. */
export function decisiveReviews(pull: Pull): Review[] {
  const latest = new Map<string, Review>();
  for (const review of pull.pull.reviews) {
    if (review.state !== 'COMMENTED') {
      latest.set(review.author.toLowerCase(), review);
    }
  }
  return [...latest.values()].filter(({ state }) => state !== 'DISMISSED');
}

export type ReviewDecision =
  | 'APPROVED'
  | 'CHANGES_REQUESTED'
  | 'REVIEW_REQUIRED';

/** Reviews by people with write access, against what the base asks for. */
export function reviewDecision(
  state: GitHubState,
  repository: RepositoryState,
  pull: Pull,
): ReviewDecision | undefined {
  const reviews = decisiveReviews(pull).filter(review =>
    permits(state.accounts.permission(review.author, repository.owner), 'push'),
  );
  const required =
    repository.protection.get(pull.pull.baseBranch)?.requiredApprovals ?? 0;
  if (reviews.some(review => review.state === 'CHANGES_REQUESTED')) {
    return 'CHANGES_REQUESTED';
  }
  if (required === 0) {
    return reviews.length > 0 ? 'APPROVED' : undefined;
  }
  return reviews.length >= required ? 'APPROVED' : 'REVIEW_REQUIRED';
}

/** What keeps protection from letting a head into a branch, in GitHub's words. */
export function protectionProblems(
  state: GitHubState,
  repository: RepositoryState,
  pull: Pull,
): string[] {
  const protection = repository.protection.get(pull.pull.baseBranch);
  if (!protection) {
    return [];
  }
  const problems: string[] = [];
  const checks = checkProblem(repository, pull.pull.headSha, protection);
  if (checks) {
    problems.push(checks);
  }
  const required = protection.requiredApprovals ?? 0;
  if (required > 0) {
    const decision = reviewDecision(state, repository, pull);
    if (decision === 'CHANGES_REQUESTED') {
      problems.push(
        'Changes have been requested by reviewers with write access.',
      );
    } else if (decision === 'REVIEW_REQUIRED') {
      problems.push(
        `At least ${required} approving review${
          required === 1 ? ' is' : 's are'
        } required by reviewers with write access.`,
      );
    }
  }
  return problems;
}

function checkProblem(
  repository: RepositoryState,
  sha: string,
  protection: BranchProtection,
): string | undefined {
  const contexts = protection.requiredChecks ?? [];
  const open = contexts
    .map(context => ({ context, outcome: outcomeOf(repository, sha, context) }))
    .filter(({ outcome }) => outcome !== 'success');
  if (open.length === 0) {
    return undefined;
  }
  const words = {
    success: 'successful',
    pending: 'in progress',
    failing: 'failing',
    expected: 'expected',
  };
  if (open.length === 1) {
    return `Required status check "${open[0].context}" is ${
      words[open[0].outcome]
    }.`;
  }
  const counts = (['failing', 'pending', 'expected'] as const)
    .map(outcome => ({
      outcome,
      count: open.filter(check => check.outcome === outcome).length,
    }))
    .filter(({ count }) => count > 0);
  return counts.length === 1
    ? `${open.length} of ${contexts.length} required status checks are ${
        words[counts[0].outcome]
      }.`
    : `${open.length} of ${
        contexts.length
      } required status checks have not succeeded: ${counts
        .map(({ outcome, count }) => `${count} ${words[outcome]}`)
        .join(', ')}.`;
}

/** Whether somebody is among those who may push to a branch with restrictions. */
export function passesRestrictions(
  state: GitHubState,
  repository: RepositoryState,
  branch: string,
  login: string,
): boolean {
  const restrictions = repository.protection.get(branch)?.restrictions;
  if (!restrictions) {
    return true;
  }
  return (
    restrictions.users.some(
      user => user.toLowerCase() === login.toLowerCase(),
    ) ||
    restrictions.teams.some(slug => {
      const team = state.accounts.team(repository.owner, slug);
      return team !== undefined && state.accounts.isMember(team, login);
    })
  );
}

/** Whether protection does not hold for somebody with this permission. */
export function bypasses(
  protection: BranchProtection | undefined,
  permission: Permission,
): boolean {
  return (
    protection === undefined ||
    (permission === 'admin' && protection.enforceAdmins !== true)
  );
}

/**
 * Why somebody may not push directly to a branch (undefined = may), and
 * whether a push that rewrites it is refused.
 */
export function directPush(
  state: GitHubState,
  repository: RepositoryState,
  branch: string,
  who: { login: string; permission: Permission },
): { refused: string | undefined; force: boolean; deletion: boolean } {
  const protection = repository.protection.get(branch);
  const force = !protection || protection.allowForcePushes === true;
  const deletion = !protection || protection.allowDeletions === true;
  if (bypasses(protection, who.permission)) {
    return { refused: undefined, force, deletion };
  }
  if (!passesRestrictions(state, repository, branch, who.login)) {
    return {
      refused: 'You are not authorized to push to this branch.',
      force,
      deletion,
    };
  }
  if (protection?.mergeQueue) {
    return {
      refused: 'Changes must be made through the merge queue',
      force,
      deletion,
    };
  }
  const approvals = protection?.requiredApprovals ?? 0;
  const contexts = protection?.requiredChecks ?? [];
  if (approvals > 0) {
    return {
      refused: `At least ${approvals} approving review${
        approvals === 1 ? ' is' : 's are'
      } required by reviewers with write access.`,
      force,
      deletion,
    };
  }
  if (contexts.length > 0) {
    return {
      refused:
        contexts.length === 1
          ? `Required status check "${contexts[0]}" is expected.`
          : `${contexts.length} of ${contexts.length} required status checks are expected.`,
      force,
      deletion,
    };
  }
  return { refused: undefined, force, deletion };
}
