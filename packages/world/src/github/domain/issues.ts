import { type Comment, type Issue } from '../state/model';
import { LIMITS, type RepositoryState } from '../state/repository';
import { type GitHubState } from '../state/state';
import { unprocessable } from './apiError';

const COLORS = ['ededed', 'bfd4f2', 'c2e0c6', 'fef2c0', 'f9d0c4', 'd4c5f9'];

/** Makes an issue without a pull request. */
export function createIssue(
  state: GitHubState,
  repository: RepositoryState,
  options: {
    title: string;
    body: string | undefined;
    author: string;
    labels?: string[];
    assignees?: string[];
  },
): Issue {
  const issue = newIssue(state, repository, options);
  repository.issues.set(issue.number, issue);
  return issue;
}

/** An issue with the next number, not yet part of the repository. */
export function newIssue(
  state: GitHubState,
  repository: RepositoryState,
  options: {
    title: string;
    body: string | undefined;
    author: string;
    labels?: string[];
    assignees?: string[];
    number?: number;
    at?: number;
  },
): Issue {
  if (repository.issues.size >= LIMITS.issues) {
    throw unprocessable(
      `The simulated GitHub keeps at most ${LIMITS.issues} issues in a repository`,
    );
  }
  const at = options.at ?? state.now();
  const number = options.number ?? repository.nextNumber;
  repository.nextNumber = Math.max(repository.nextNumber, number + 1);
  return {
    id: state.nextId(),
    number,
    title: options.title,
    body: options.body,
    author: options.author,
    state: 'open',
    stateReason: undefined,
    labels: (options.labels ?? []).map(name =>
      ensureLabel(state, repository, name),
    ),
    assignees: options.assignees ?? [],
    comments: [],
    reactions: [],
    createdAt: at,
    updatedAt: at,
    closedAt: undefined,
    closedBy: undefined,
    pull: undefined,
  };
}

/** The label's name as the repository spells it; made when it is not there. */
export function ensureLabel(
  state: GitHubState,
  repository: RepositoryState,
  name: string,
): string {
  const known = findLabel(repository, name);
  if (known) {
    return known;
  }
  if (repository.labels.size >= LIMITS.labels) {
    throw unprocessable(
      `The simulated GitHub keeps at most ${LIMITS.labels} labels in a repository`,
    );
  }
  repository.labels.set(name, {
    id: state.nextId(),
    name,
    color: COLORS[repository.labels.size % COLORS.length],
    description: undefined,
  });
  return name;
}

/** Labels are found without regard to case. */
export function findLabel(
  repository: RepositoryState,
  name: string,
): string | undefined {
  if (repository.labels.has(name)) {
    return name;
  }
  return [...repository.labels.keys()].find(
    label => label.toLowerCase() === name.toLowerCase(),
  );
}

export function addLabels(
  state: GitHubState,
  repository: RepositoryState,
  issue: Issue,
  names: string[],
): void {
  for (const name of names) {
    const label = ensureLabel(state, repository, name);
    if (!issue.labels.includes(label)) {
      issue.labels.push(label);
    }
  }
  issue.updatedAt = state.now();
}

export function addComment(
  state: GitHubState,
  issue: Issue,
  author: string,
  body: string,
): Comment {
  if (issue.comments.length >= LIMITS.commentsPerIssue) {
    throw unprocessable(
      `Commenting is disabled on issues with more than ${LIMITS.commentsPerIssue} comments`,
    );
  }
  const comment: Comment = {
    id: state.nextId(),
    author,
    body,
    createdAt: state.now(),
    updatedAt: state.now(),
    reactions: [],
  };
  issue.comments.push(comment);
  issue.updatedAt = state.now();
  return comment;
}

export function closeIssue(
  state: GitHubState,
  issue: Issue,
  by: string,
  reason: 'completed' | 'not_planned' = 'completed',
): void {
  if (issue.state === 'closed') {
    return;
  }
  issue.state = 'closed';
  issue.stateReason = issue.pull ? undefined : reason;
  issue.closedAt = state.now();
  issue.closedBy = by;
  issue.updatedAt = state.now();
}

export function reopenIssue(state: GitHubState, issue: Issue): void {
  if (issue.state === 'open') {
    return;
  }
  issue.state = 'open';
  issue.stateReason = issue.pull ? undefined : 'reopened';
  issue.closedAt = undefined;
  issue.closedBy = undefined;
  issue.updatedAt = state.now();
}
