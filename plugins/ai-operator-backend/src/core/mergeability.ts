import { ciResult } from './ci';
import { CiNow, PullRequestNow } from './observation';
import { Known } from './verdict';

export interface Mergeability {
  /** `needs_review`: nothing but approving reviews is missing, as far as GitHub tells. */
  verdict: 'mergeable' | 'clears_by_itself' | 'needs_review' | 'needs_a_person';
  because: string;
}

function mergeable(because: string): Mergeability {
  return { verdict: 'mergeable', because };
}

function waits(because: string): Mergeability {
  return { verdict: 'clears_by_itself', because };
}

function person(because: string): Mergeability {
  return { verdict: 'needs_a_person', because };
}

function said(blockers: string[]): string {
  return blockers.length === 0 ? '' : ` (${blockers.slice(0, 5).join('; ')})`;
}

/**
 * What GitHub's answer about a pull request means for a merge that bypasses
 * nothing. GitHub documents `mergeable_state` poorly; all we know of it is here.
 */
export function judgeMergeability(
  pullRequest: PullRequestNow,
  ci: Known<CiNow> | undefined,
): Mergeability {
  const { state, mergeQueue, approvals, blockers, mergeableState, headSha } =
    pullRequest;
  if (state !== 'open') {
    return person(`The pull request is ${state}`);
  }
  if (mergeQueue) {
    return person(
      'The branch is merged through a merge queue, which the operator never bypasses',
    );
  }
  // An objection, a conflict or a draft stays even when the reviews have come.
  const isOnlyUnreviewed =
    approvals.have < approvals.need &&
    !['dirty', 'draft', 'behind'].includes(mergeableState) &&
    !pullRequest.changesRequested;
  if (isOnlyUnreviewed) {
    return {
      verdict: 'needs_review',
      because: `GitHub demands ${approvals.need} approving review${
        approvals.need === 1 ? '' : 's'
      }, there ${approvals.have === 1 ? 'is' : 'are'} ${approvals.have}`,
    };
  }
  const canBeMerged = ['clean', 'has_hooks', 'unstable'].includes(
    mergeableState,
  );
  if (canBeMerged && blockers.length > 0) {
    // Where the branch demands no review, GitHub would merge over an objection.
    return person(blockers.slice(0, 5).join('; '));
  }
  switch (mergeableState) {
    // Everything required is there. `has_hooks`: GitHub Enterprise pre-receive hooks will run on the merge.
    case 'clean':
    case 'has_hooks':
      return mergeable('GitHub says it can be merged');
    // Mergeable; some check that is not required failed or is running. I6 judges the required ones.
    case 'unstable':
      return mergeable(
        'GitHub says it can be merged; a check that is not required has not succeeded',
      );
    // GitHub computes mergeability in the background after each push or base change: ask again.
    case 'unknown':
      return waits('GitHub is still computing whether it can be merged');
    // One word for all of branch protection. While required checks run it clears by itself; once they
    // are through (or cannot be read, when nobody can tell) something else blocks, which only people mend.
    case 'blocked': {
      if (ci === undefined || !ci.known) {
        return waits(
          `GitHub blocks the merge and CI cannot be read${said(blockers)}`,
        );
      }
      const { state: checks, because } = ciResult(ci.value, headSha);
      return checks === 'pending'
        ? waits(`GitHub waits for checks: ${because}`)
        : person(`Branch protection blocks the merge${said(blockers)}`);
    }
    // The branch must be up to date before merging, and updating it would be a commit nobody checked.
    case 'behind':
      return person(
        'The branch has moved on and GitHub demands that the pull request is updated first',
      );
    // A merge conflict stays until somebody resolves it.
    case 'dirty':
      return person('The pull request conflicts with its base branch');
    // Ours are never drafts: a person has made it one.
    case 'draft':
      return person('Somebody has made the pull request a draft');
    default: {
      const never: never = mergeableState;
      return person(`GitHub answers with an unknown state ${String(never)}`);
    }
  }
}
