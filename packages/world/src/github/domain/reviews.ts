import { permits, type Pull, type Review } from '../state/model';
import { LIMITS, type RepositoryState } from '../state/repository';
import { type GitHubState } from '../state/state';
import { type Permission } from '../types';
import { ApiError, unprocessable } from './apiError';

const STATES = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
} as const;

export type ReviewEvent = keyof typeof STATES;

/**
 * Submits a review of a commit, the head unless another is named.
 *
 * @throws ApiError 422 for approving or refusing one's own pull request
 */
export function submitReview(
  state: GitHubState,
  repository: RepositoryState,
  pull: Pull,
  options: {
    author: string;
    event: ReviewEvent;
    body: string;
    commitId?: string;
  },
): Review {
  const own = options.author.toLowerCase() === pull.author.toLowerCase();
  if (own && options.event !== 'COMMENT') {
    throw refusal(
      options.event === 'APPROVE'
        ? 'Can not approve your own pull request'
        : 'Can not request changes on your own pull request',
    );
  }
  if (options.event !== 'APPROVE' && options.body.trim() === '') {
    throw refusal('Body is missing: a review that is no approval needs one');
  }
  if (pull.pull.reviews.length >= LIMITS.reviewsPerPull) {
    throw unprocessable('This pull request has too many reviews');
  }
  const at = state.now();
  const review: Review = {
    id: state.nextId(),
    author: options.author,
    state: STATES[options.event],
    body: options.body,
    commitId: options.commitId ?? pull.pull.headSha,
    submittedAt: at,
    updatedAt: at,
  };
  pull.pull.reviews.push(review);
  pull.pull.requestedReviewers = pull.pull.requestedReviewers.filter(
    login => login.toLowerCase() !== options.author.toLowerCase(),
  );
  pull.updatedAt = at;
  state.happened(repository, review.author, {
    event: 'pull_request_review',
    action: 'submitted',
    pull,
    review,
  });
  return review;
}

/**
 * Takes back what a review said; its text and commit stay.
 *
 * @throws ApiError 422 for a review that neither approves nor refuses
 */
export function dismissReview(
  state: GitHubState,
  repository: RepositoryState,
  pull: Pull,
  review: Review,
  by: string,
): void {
  if (review.state === 'COMMENTED' || review.state === 'DISMISSED') {
    throw unprocessable(
      `Can not dismiss a ${review.state.toLowerCase()} pull request review`,
    );
  }
  review.state = 'DISMISSED';
  review.updatedAt = state.now();
  pull.updatedAt = state.now();
  state.happened(repository, by, {
    event: 'pull_request_review',
    action: 'dismissed',
    pull,
    review,
  });
}

/** Rewrites a review's text; what it decided stays. */
export function editReview(
  state: GitHubState,
  repository: RepositoryState,
  pull: Pull,
  review: Review,
  change: { by: string; body: string },
): void {
  const from = review.body;
  if (from === change.body) {
    return;
  }
  review.body = change.body;
  review.updatedAt = state.now();
  state.happened(repository, change.by, {
    event: 'pull_request_review',
    action: 'edited',
    pull,
    review,
    from,
  });
}

/** Approvals of what the head was before, where the base asks for new ones. */
export function dismissStaleReviews(
  state: GitHubState,
  repository: RepositoryState,
  pull: Pull,
  by: string,
): void {
  if (!repository.protection.get(pull.pull.baseBranch)?.dismissStaleReviews) {
    return;
  }
  for (const review of pull.pull.reviews) {
    if (review.state === 'APPROVED') {
      dismissReview(state, repository, pull, review, by);
    }
  }
}

/** Where the base asks for reviews only administrators dismiss them, else all who write. */
export function mayDismiss(
  repository: RepositoryState,
  pull: Pull,
  permission: Permission,
): boolean {
  const guarded =
    (repository.protection.get(pull.pull.baseBranch)?.requiredApprovals ?? 0) >
    0;
  return permits(permission, guarded ? 'admin' : 'push');
}

/** @throws ApiError 422 for a commit that the pull request does not bring */
export async function mustBringCommit(
  repository: RepositoryState,
  pull: Pull,
  sha: string,
): Promise<void> {
  const { git } = repository;
  const { headSha, baseSha } = pull.pull;
  const brings =
    sha === headSha ||
    ((await git.commit(sha)) !== undefined &&
      (await git.isAncestor(sha, headSha)) &&
      !(await git.isAncestor(sha, baseSha)));
  if (!brings) {
    throw unprocessable('The commit_id is not part of the pull request');
  }
}

function refusal(message: string): ApiError {
  return new ApiError(422, 'Unprocessable Entity', { errors: [message] });
}
