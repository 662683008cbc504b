import { nodeId, time } from '../represent/common';
import { repoHtml } from '../represent/repositories';
import { type Issue, isPull, type Pull } from '../state/model';
import { type RepositoryState } from '../state/repository';
import { viewerPermission } from '../rest/call';
import { repositoryOwner } from './actors';
import {
  type Args,
  connection,
  type Fields,
  type GraphContext,
  integer,
  text,
  texts,
  typedError,
} from './fields';
import { gitObject, protectionRule, ref, refObject } from './gitObjects';
import { issueObject } from './issues';
import { inStates, mergeQueue, pullRequest } from './pulls';

/** A repository. */
export function repositoryObject(
  context: GraphContext,
  repository: RepositoryState,
): Fields {
  const branch = `refs/heads/${repository.defaultBranch}`;
  const words = {
    none: null,
    pull: 'READ',
    triage: 'TRIAGE',
    push: 'WRITE',
    maintain: 'MAINTAIN',
    admin: 'ADMIN',
  };
  const missing = (kind: string, number: number | undefined) =>
    typedError(
      'NOT_FOUND',
      `Could not resolve to ${kind} with the number of ${number}.`,
    );
  return {
    __typename: 'Repository',
    id: nodeId('Repository', repository.id),
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: repository.fullName,
    description: repository.description ?? null,
    url: repoHtml(context.state, repository),
    resourcePath: `/${repository.fullName}`,
    owner: () => repositoryOwner(context, repository.owner),
    isPrivate: repository.private,
    isArchived: false,
    isFork: false,
    isDisabled: false,
    isLocked: false,
    visibility: repository.private ? 'PRIVATE' : 'PUBLIC',
    createdAt: time(repository.createdAt),
    updatedAt: time(repository.pushedAt),
    pushedAt: time(repository.pushedAt),
    squashMergeAllowed: true,
    mergeCommitAllowed: true,
    rebaseMergeAllowed: true,
    autoMergeAllowed: false,
    deleteBranchOnMerge: false,
    viewerPermission: () =>
      words[viewerPermission(context.state, repository, context.viewer)],
    defaultBranchRef: async () => await ref(context, repository, branch),
    ref: async (args: Args) =>
      await ref(context, repository, text(args, 'qualifiedName') ?? ''),
    refs: async (args: Args, field: string) => {
      const prefix = text(args, 'refPrefix') ?? '';
      const found = await repository.git.listRefs(prefix);
      return connection('Ref', args, field, found, item =>
        refObject(context, repository, item.ref, item.sha),
      );
    },
    object: async (args: Args) => await gitObject(context, repository, args),
    mergeQueue: (args: Args) => {
      const branchName = text(args, 'branch') ?? repository.defaultBranch;
      return repository.protection.get(branchName)?.mergeQueue
        ? mergeQueue(context, repository, branchName)
        : null;
    },
    pullRequest: (args: Args) => {
      const number = integer(args, 'number');
      const pull = number === undefined ? undefined : repository.pull(number);
      if (!pull) {
        throw missing('a PullRequest', number);
      }
      return pullRequest(context, repository, pull);
    },
    pullRequests: (args: Args, field: string) =>
      connection(
        'PullRequest',
        args,
        field,
        pullsMatching(repository, args),
        pull => pullRequest(context, repository, pull),
      ),
    issue: (args: Args) => {
      const number = integer(args, 'number');
      const issue =
        number === undefined ? undefined : repository.issues.get(number);
      if (!issue || issue.pull) {
        throw missing('an Issue', number);
      }
      return issueObject(context, repository, issue);
    },
    issues: (args: Args, field: string) => {
      const states = texts(args, 'states')?.map(value => value.toLowerCase());
      const found = [...repository.issues.values()]
        .filter(issue => !issue.pull)
        .filter(issue => !states || states.includes(issue.state))
        .filter(issue => hasLabel(issue, args));
      return connection('Issue', args, field, ordered(found, args), issue =>
        issueObject(context, repository, issue),
      );
    },
    branchProtectionRules: (args: Args, field: string) =>
      connection(
        'BranchProtectionRule',
        args,
        field,
        [...repository.protection].filter(
          ([, { source }]) => source !== 'ruleset',
        ),
        ([pattern, protection]) =>
          protectionRule(repository, pattern, protection),
      ),
  };
}

function hasLabel(issue: Issue, args: Args): boolean {
  const wanted = texts(args, 'labels')?.map(name => name.toLowerCase());
  return (
    wanted === undefined ||
    issue.labels.some(name => wanted.includes(name.toLowerCase()))
  );
}

/** Pull requests that pass the usual filters, in the asked order. */
export function pullsMatching(repository: RepositoryState, args: Args): Pull[] {
  const head = text(args, 'headRefName');
  const base = text(args, 'baseRefName');
  const states = texts(args, 'states');
  const found = [...repository.issues.values()]
    .filter(isPull)
    .filter(pull => inStates(pull, states))
    .filter(pull => head === undefined || pull.pull.headBranch === head)
    .filter(pull => base === undefined || pull.pull.baseBranch === base)
    .filter(pull => hasLabel(pull, args));
  return ordered(found, args);
}

/** Without `orderBy`, oldest first. */
function ordered<T extends Issue>(issues: T[], args: Args): T[] {
  const order = args.orderBy;
  if (typeof order !== 'object' || order === null) {
    return issues;
  }
  const { field, direction } = order as { field: string; direction: string };
  const weight = (issue: T) => {
    switch (field) {
      case 'UPDATED_AT':
        return issue.updatedAt;
      case 'COMMENTS':
        return issue.comments.length;
      default:
        return issue.createdAt;
    }
  };
  const sign = direction === 'ASC' ? 1 : -1;
  return [...issues].sort(
    (a, b) => sign * (weight(a) - weight(b) || a.number - b.number),
  );
}
