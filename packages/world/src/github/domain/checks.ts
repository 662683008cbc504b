import { type CheckRun } from '../state/model';
import { type RepositoryState } from '../state/repository';
import { type GitHubState } from '../state/state';

/** Says that a check run began or ended, and that its suite ended with it. */
export function tellCheck(
  state: GitHubState,
  repository: RepositoryState,
  run: CheckRun,
  action: 'created' | 'completed',
  by: string | undefined,
): void {
  state.happened(repository, by, { event: 'check_run', action, run });
  const suite = repository.suites.get(run.suiteId);
  const ended =
    action === 'completed' &&
    repository
      .checks(run.headSha)
      .filter(other => other.suiteId === run.suiteId)
      .every(other => other.status === 'completed');
  if (suite && ended) {
    state.happened(repository, by, {
      event: 'check_suite',
      action: 'completed',
      suite,
    });
  }
}
