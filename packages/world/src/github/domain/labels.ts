import { type Issue, isPull } from '../state/model';
import { LIMITS, type RepositoryState } from '../state/repository';
import { type GitHubState } from '../state/state';
import { unprocessable } from './apiError';

const COLORS = ['ededed', 'bfd4f2', 'c2e0c6', 'fef2c0', 'f9d0c4', 'd4c5f9'];

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
  by: string,
): void {
  setLabels(state, repository, issue, [...issue.labels, ...names], by);
}

/** Leaves an issue or pull request exactly these labels. */
export function setLabels(
  state: GitHubState,
  repository: RepositoryState,
  issue: Issue,
  names: string[],
  by: string,
): void {
  const before = issue.labels;
  const after = [
    ...new Set(names.map(name => ensureLabel(state, repository, name))),
  ];
  issue.labels = after;
  issue.updatedAt = state.now();
  for (const label of before.filter(name => !after.includes(name))) {
    tell(state, repository, issue, { action: 'unlabeled', label, by });
  }
  for (const label of after.filter(name => !before.includes(name))) {
    tell(state, repository, issue, { action: 'labeled', label, by });
  }
}

function tell(
  state: GitHubState,
  repository: RepositoryState,
  issue: Issue,
  change: { action: 'labeled' | 'unlabeled'; label: string; by: string },
): void {
  const { by, ...rest } = change;
  state.happened(
    repository,
    by,
    isPull(issue)
      ? { event: 'pull_request', pull: issue, ...rest }
      : { event: 'issues', issue, ...rest },
  );
}
