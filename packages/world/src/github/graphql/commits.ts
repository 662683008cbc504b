import { type Commit, type Signature } from '../../git';
import { nodeId, time } from '../represent/common';
import { repoHtml } from '../represent/repositories';
import { type RepositoryState } from '../state/repository';
import { actor } from './actors';
import { statusCheckRollup } from './checks';
import {
  type Args,
  connection,
  type Fields,
  type GraphContext,
  integer,
  pageInfo,
  sliceOf,
  text,
  typedError,
} from './fields';
import { pullRequest } from './pulls';

function gitActor(context: GraphContext, signature: Signature): Fields {
  return {
    __typename: 'GitActor',
    name: signature.name,
    email: signature.email,
    date: time(signature.date),
    user: () => {
      const account = context.state.accounts.byEmail(signature.email);
      return account && account.type === 'User'
        ? actor(context, account.login)
        : null;
    },
  };
}

/** A commit. */
export function commitObject(
  context: GraphContext,
  repository: RepositoryState,
  commit: Commit,
): Fields {
  const [headline, ...rest] = commit.message.split('\n');
  const url = `${repoHtml(context.state, repository)}/commit/${commit.sha}`;
  const changed = async () =>
    await repository.git.diff(commit.parents[0], commit.sha);
  return {
    __typename: 'Commit',
    id: nodeId('Commit', `${repository.id}:${commit.sha}`),
    oid: commit.sha,
    abbreviatedOid: commit.sha.slice(0, 7),
    message: commit.message,
    messageHeadline: headline,
    messageBody: rest.join('\n').trim(),
    authoredDate: time(commit.author.date),
    committedDate: time(commit.committer.date),
    author: gitActor(context, commit.author),
    committer: gitActor(context, commit.committer),
    url,
    commitUrl: url,
    commitResourcePath: `/${repository.fullName}/commit/${commit.sha}`,
    resourcePath: `/${repository.fullName}/commit/${commit.sha}`,
    tree: {
      __typename: 'Tree',
      id: nodeId('Tree', commit.tree),
      oid: commit.tree,
      abbreviatedOid: commit.tree.slice(0, 7),
    },
    additions: async () =>
      (await changed()).reduce((sum, file) => sum + file.additions, 0),
    deletions: async () =>
      (await changed()).reduce((sum, file) => sum + file.deletions, 0),
    changedFilesIfAvailable: async () => (await changed()).length,
    parents: async (args: Args, field: string) => {
      const parents = await Promise.all(
        commit.parents.map(async sha => await repository.git.commit(sha)),
      );
      const known = parents.filter((parent): parent is Commit => !!parent);
      return connection('Commit', args, field, known, parent =>
        commitObject(context, repository, parent),
      );
    },
    statusCheckRollup: () => statusCheckRollup(context, repository, commit.sha),
    associatedPullRequests: (args: Args, field: string) =>
      connection(
        'PullRequest',
        args,
        field,
        repository.pullsOf(commit.sha),
        pull => pullRequest(context, repository, pull),
      ),
    history: async (args: Args, field: string) =>
      await history(context, repository, commit, args, field),
  };
}

/** Commits back from one, newest first; cursors are "<sha> <position>", as GitHub's. */
async function history(
  context: GraphContext,
  repository: RepositoryState,
  commit: Commit,
  args: Args,
  field: string,
): Promise<Fields> {
  if (integer(args, 'last') !== undefined) {
    throw typedError(
      'NOT_SIMULATED',
      'The simulated GitHub pages the history of a commit forward only: use `first`',
    );
  }
  const instant = (name: string) => {
    const value = text(args, name);
    return value === undefined ? undefined : Date.parse(value);
  };
  const filter = {
    since: instant('since'),
    until: instant('until'),
    path: text(args, 'path'),
  };
  const total = await repository.git.countCommits(commit.sha, filter);
  const slice = sliceOf(args, field, total, cursor => {
    const match = /^[0-9a-f]{40} (\d+)$/.exec(cursor);
    if (!match) {
      throw typedError(
        'INVALID_CURSOR_ARGUMENTS',
        `\`${cursor}\` does not appear to be a valid cursor.`,
      );
    }
    return Number(match[1]);
  });
  const cursor = (index: number) => `${commit.sha} ${index}`;
  const commits =
    slice.end > slice.start
      ? await repository.git.log(commit.sha, {
          ...filter,
          max: slice.end - slice.start,
          skip: slice.start,
        })
      : [];
  const nodes = () =>
    commits.map(item => commitObject(context, repository, item));
  return {
    __typename: 'CommitHistoryConnection',
    totalCount: total,
    nodes,
    edges: () =>
      nodes().map((node, index) => ({
        __typename: 'CommitEdge',
        node,
        cursor: cursor(slice.start + index),
      })),
    pageInfo: pageInfo(slice, total, cursor),
  };
}
