import { type Issue, isPull } from '../state/model';
import { LIMITS, type RepositoryState } from '../state/repository';
import { type GitHubState } from '../state/state';
import { unprocessable } from './apiError';
import { ensureLabel } from './labels';

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
  state.happened(repository, issue.author, {
    event: 'issues',
    action: 'opened',
    issue,
  });
  for (const label of issue.labels) {
    state.happened(repository, issue.author, {
      event: 'issues',
      action: 'labeled',
      issue,
      label,
    });
  }
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

/** Closes an issue or pull request; nothing happens to a closed one. */
export function closeIssue(
  state: GitHubState,
  repository: RepositoryState,
  issue: Issue,
  by: string,
  reason: 'completed' | 'not_planned' | 'duplicate' = 'completed',
): void {
  if (issue.state === 'open') {
    close(state, issue, by, issue.pull ? undefined : reason);
    tellClosed(state, repository, issue, by);
  }
}

/** Closes without a word to anybody: whoever calls this calls {@link tellClosed} too. */
export function close(
  state: GitHubState,
  issue: Issue,
  by: string,
  reason: Issue['stateReason'],
): void {
  issue.state = 'closed';
  issue.stateReason = reason;
  issue.closedAt = state.now();
  issue.closedBy = by;
  issue.updatedAt = state.now();
}

export function tellClosed(
  state: GitHubState,
  repository: RepositoryState,
  issue: Issue,
  by: string,
): void {
  tell(state, repository, issue, { action: 'closed', by });
}

/** Opens an issue again; nothing happens to an open one. */
export function reopenIssue(
  state: GitHubState,
  repository: RepositoryState,
  issue: Issue,
  by: string,
): void {
  if (issue.state === 'open') {
    return;
  }
  issue.state = 'open';
  issue.stateReason = issue.pull ? undefined : 'reopened';
  issue.closedAt = undefined;
  issue.closedBy = undefined;
  issue.updatedAt = state.now();
  tell(state, repository, issue, { action: 'reopened', by });
}

function tell(
  state: GitHubState,
  repository: RepositoryState,
  issue: Issue,
  { action, by }: { action: 'closed' | 'reopened'; by: string },
): void {
  state.happened(
    repository,
    by,
    isPull(issue)
      ? { event: 'pull_request', action, pull: issue }
      : { event: 'issues', action, issue },
  );
}
