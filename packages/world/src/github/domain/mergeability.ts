import { type Pull } from '../state/model';
import { type RepositoryState } from '../state/repository';
import { type GitHubState } from '../state/state';
import { contextOutcomes, protectionProblems } from './protection';

/** What GitHub says about merging a pull request. */
export interface Mergeability {
  /** Whether git can merge; undefined = not computed yet. */
  mergeable: boolean | undefined;
  state:
    | 'unknown'
    | 'dirty'
    | 'draft'
    | 'blocked'
    | 'behind'
    | 'unstable'
    | 'clean';
  /** Why protection blocks, in GitHub's words. */
  problems: string[];
}

/**
 * Computes from git, checks and reviews whether a pull request merges. The
 * strongest obstacle names the state.
 */
export async function assess(
  state: GitHubState,
  repository: RepositoryState,
  pull: Pull,
): Promise<Mergeability> {
  const base = await repository.git.resolve(
    `refs/heads/${pull.pull.baseBranch}`,
  );
  if (pull.state === 'closed' || !base) {
    return { mergeable: undefined, state: 'unknown', problems: [] };
  }
  const { headSha } = pull.pull;
  const merge = await repository.git.mergeTrees(base, headSha);
  if (merge.kind === 'conflict') {
    return { mergeable: false, state: 'dirty', problems: [] };
  }
  const problems = protectionProblems(state, repository, pull);
  if (pull.pull.draft) {
    return { mergeable: true, state: 'draft', problems };
  }
  if (problems.length > 0) {
    return { mergeable: true, state: 'blocked', problems };
  }
  if (
    repository.protection.get(pull.pull.baseBranch)?.strict &&
    !(await repository.git.isAncestor(base, headSha))
  ) {
    return {
      mergeable: true,
      state: 'behind',
      problems: ['The head branch is not up to date with the base branch.'],
    };
  }
  const unstable = [...contextOutcomes(repository, headSha).values()].some(
    outcome => outcome !== 'success',
  );
  return { mergeable: true, state: unstable ? 'unstable' : 'clean', problems };
}

/**
 * {@link assess} as a reader sees it: GitHub computes in the background, so
 * whoever asks first after a change of head or base gets "unknown".
 */
export async function look(
  state: GitHubState,
  repository: RepositoryState,
  pull: Pull,
): Promise<Mergeability> {
  const base = await repository.git.resolve(
    `refs/heads/${pull.pull.baseBranch}`,
  );
  const asked = `${pull.pull.headSha} ${base}`;
  if (pull.state === 'open' && pull.pull.askedMergeable !== asked) {
    pull.pull.askedMergeable = asked;
    return { mergeable: undefined, state: 'unknown', problems: [] };
  }
  return await assess(state, repository, pull);
}
