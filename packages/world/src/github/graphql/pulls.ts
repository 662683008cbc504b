import { look, type Mergeability } from '../domain/mergeability';
import { decisiveReviews, reviewDecision } from '../domain/protection';
import { compared } from '../domain/pulls';
import { nodeId, time, timeOrNull } from '../represent/common';
import { issueHtml } from '../represent/issues';
import { type Commit, type FileDiff } from '../../git';
import { permits, type Pull, type Review } from '../state/model';
import { type RepositoryState } from '../state/repository';
import { actor } from './actors';
import { commitObject } from './commits';
import {
  type Args,
  connection,
  type Fields,
  type GraphContext,
  texts,
} from './fields';
import { ref } from './gitObjects';
import { issueFields } from './issues';
import { repositoryObject } from './repository';

/** A pull request. */
export function pullRequest(
  context: GraphContext,
  repository: RepositoryState,
  pull: Pull,
): Fields {
  const { state } = context;
  const details = pull.pull;
  // Asked once per object, so that `mergeable` and `mergeStateStatus` agree.
  let looked: Promise<Mergeability> | undefined;
  const mergeability = async () => {
    looked ??= look(state, repository, pull);
    return await looked;
  };
  const files = async () => (await compared(repository, pull))?.files ?? [];
  const person = (login: string | undefined) =>
    login === undefined ? null : actor(context, login);
  const commit = async (sha: string | undefined) => {
    const found = sha && (await repository.git.commit(sha));
    return found ? commitObject(context, repository, found) : null;
  };
  return {
    ...issueFields(context, repository, pull),
    __typename: 'PullRequest',
    id: nodeId('PullRequest', details.id),
    databaseId: details.id,
    fullDatabaseId: String(details.id),
    state: stateOf(pull),
    isDraft: details.draft,
    merged: details.mergedAt !== undefined,
    mergedAt: timeOrNull(details.mergedAt),
    mergedBy: () => person(details.mergedBy),
    mergeCommit: async () => await commit(details.mergeCommitSha),
    permalink: issueHtml(state, repository, pull),
    headRefName: details.headBranch,
    headRefOid: details.headSha,
    baseRefName: details.baseBranch,
    baseRefOid: details.baseSha,
    headRef: async () =>
      await ref(context, repository, `refs/heads/${details.headBranch}`),
    baseRef: async () =>
      await ref(context, repository, `refs/heads/${details.baseBranch}`),
    headRepository: () => repositoryObject(context, repository),
    baseRepository: () => repositoryObject(context, repository),
    isCrossRepository: false,
    autoMergeRequest: null,
    mergeQueue: repository.protection.get(details.baseBranch)?.mergeQueue
      ? mergeQueue(context, repository, details.baseBranch)
      : null,
    mergeQueueEntry: null,
    isInMergeQueue: false,
    mergeable: async () => mergeableWord((await mergeability()).mergeable),
    mergeStateStatus: async () => (await mergeability()).state.toUpperCase(),
    reviewDecision: () => reviewDecision(state, repository, pull) ?? null,
    reviews: (args: Args, field: string) => {
      const states = texts(args, 'states');
      const author = typeof args.author === 'string' ? args.author : undefined;
      const found = details.reviews
        .filter(review => !states || states.includes(review.state))
        .filter(review => author === undefined || review.author === author);
      return connection('PullRequestReview', args, field, found, review =>
        reviewObject(context, repository, pull, review),
      );
    },
    latestOpinionatedReviews: (args: Args, field: string) =>
      connection(
        'PullRequestReview',
        args,
        field,
        decisiveReviews(pull).filter(
          ({ author }) =>
            args.writersOnly !== true ||
            permits(
              state.accounts.permission(author, repository.owner),
              'push',
            ),
        ),
        review => reviewObject(context, repository, pull, review),
      ),
    commits: async (args: Args, field: string) => {
      const commits = (await compared(repository, pull))?.commits ?? [];
      return connection('PullRequestCommit', args, field, commits, item =>
        pullCommit(context, repository, pull, item),
      );
    },
    files: async (args: Args, field: string) =>
      connection(
        'PullRequestChangedFile',
        args,
        field,
        await files(),
        fileObject,
      ),
    additions: async () =>
      (await files()).reduce((sum, file) => sum + file.additions, 0),
    deletions: async () =>
      (await files()).reduce((sum, file) => sum + file.deletions, 0),
    changedFiles: async () => (await files()).length,
  };
}

/** The merge queue of a branch. */
export function mergeQueue(
  { state }: GraphContext,
  repository: RepositoryState,
  branch: string,
): Fields {
  const path = `/${repository.fullName}/queue/${branch}`;
  return {
    __typename: 'MergeQueue',
    id: nodeId('MergeQueue', `${repository.id}/${branch}`),
    resourcePath: path,
    url: `${state.htmlUrl}${path}`,
    nextEntryEstimatedTimeToMerge: null,
  };
}

function stateOf(pull: Pull): string {
  if (pull.pull.mergedAt !== undefined) {
    return 'MERGED';
  }
  return pull.state === 'open' ? 'OPEN' : 'CLOSED';
}

/** Whether a pull request is in one of the asked states. */
export function inStates(pull: Pull, states: string[] | undefined): boolean {
  return states === undefined || states.includes(stateOf(pull));
}

function mergeableWord(mergeable: boolean | undefined): string {
  if (mergeable === undefined) {
    return 'UNKNOWN';
  }
  return mergeable ? 'MERGEABLE' : 'CONFLICTING';
}

function pullCommit(
  context: GraphContext,
  repository: RepositoryState,
  pull: Pull,
  commit: Commit,
): Fields {
  return {
    __typename: 'PullRequestCommit',
    id: nodeId('PullRequestCommit', `${pull.pull.id}:${commit.sha}`),
    commit: () => commitObject(context, repository, commit),
    url: `${issueHtml(context.state, repository, pull)}/commits/${commit.sha}`,
    pullRequest: () => pullRequest(context, repository, pull),
  };
}

function fileObject(file: FileDiff): Fields {
  const types = {
    added: 'ADDED',
    removed: 'DELETED',
    modified: 'MODIFIED',
    renamed: 'RENAMED',
  };
  return {
    __typename: 'PullRequestChangedFile',
    path: file.path,
    additions: file.additions,
    deletions: file.deletions,
    changeType: types[file.status],
  };
}

function reviewObject(
  context: GraphContext,
  repository: RepositoryState,
  pull: Pull,
  review: Review,
): Fields {
  const url = `${issueHtml(
    context.state,
    repository,
    pull,
  )}#pullrequestreview-${review.id}`;
  return {
    __typename: 'PullRequestReview',
    id: nodeId('PullRequestReview', review.id),
    databaseId: review.id,
    fullDatabaseId: String(review.id),
    state: review.state,
    body: review.body,
    url,
    submittedAt: time(review.submittedAt),
    createdAt: time(review.submittedAt),
    author: () => actor(context, review.author),
    commit: async () => {
      const commit = await repository.git.commit(review.commitId);
      return commit ? commitObject(context, repository, commit) : null;
    },
  };
}
