import { nodeId, time } from '../represent/common';
import { repoHtml } from '../represent/repositories';
import { type Issue, isPull, type Pull } from '../state/model';
import { type RepositoryState } from '../state/repository';
import { viewerPermission } from '../rest/call';
import { type BranchProtection } from '../types';
import { repositoryOwner } from './actors';
import { commitObject } from './commits';
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
import { issueObject } from './issues';
import { inStates, pullRequest } from './pulls';

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
    pullRequest: (args: Args) => {
      const number = integer(args, 'number');
      const pull = number === undefined ? undefined : repository.pull(number);
      if (!pull) {
        throw missing('a PullRequest', number);
      }
      return pullRequest(context, repository, pull);
    },
    pullRequests: (args: Args, field: string) =>
      connection('PullRequest', args, field, pulls(repository, args), pull =>
        pullRequest(context, repository, pull),
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

function pulls(repository: RepositoryState, args: Args): Pull[] {
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

/** A ref by full or short name, or null. */
export async function ref(
  context: GraphContext,
  repository: RepositoryState,
  name: string,
): Promise<Fields | null> {
  const names = name.startsWith('refs/')
    ? [name]
    : [`refs/heads/${name}`, `refs/tags/${name}`];
  for (const full of names) {
    const found = (await repository.git.listRefs(full)).find(
      item => item.ref === full,
    );
    if (found) {
      return refObject(context, repository, full, found.sha);
    }
  }
  return null;
}

function refObject(
  context: GraphContext,
  repository: RepositoryState,
  full: string,
  sha: string,
): Fields {
  const match = /^(refs\/(?:heads|tags)\/)(.+)$/.exec(full);
  const name = match ? match[2] : full;
  const protection = repository.protection.get(name);
  return {
    __typename: 'Ref',
    id: nodeId('Ref', `${repository.id}:${full}`),
    name,
    prefix: match ? match[1] : 'refs/',
    repository: () => repositoryObject(context, repository),
    target: async () => await byName(context, repository, sha),
    branchProtectionRule:
      full.startsWith('refs/heads/') &&
      protection &&
      protection.source !== 'ruleset'
        ? protectionRule(repository, name, protection)
        : null,
    refUpdateRule:
      full.startsWith('refs/heads/') && protection
        ? updateRule(name, protection)
        : null,
    associatedPullRequests: (args: Args, field: string) =>
      connection(
        'PullRequest',
        args,
        field,
        pulls(repository, { ...args, headRefName: name }),
        pull => pullRequest(context, repository, pull),
      ),
  };
}

function protectionRule(
  repository: RepositoryState,
  pattern: string,
  protection: BranchProtection,
): Fields {
  return {
    __typename: 'BranchProtectionRule',
    id: nodeId('BranchProtectionRule', `${repository.id}:${pattern}`),
    pattern,
    requiresStatusChecks: protection.requiredChecks !== undefined,
    requiredStatusCheckContexts: protection.requiredChecks ?? [],
    requiresStrictStatusChecks: protection.strict ?? false,
    requiresApprovingReviews: (protection.requiredApprovals ?? 0) > 0,
    requiredApprovingReviewCount: protection.requiredApprovals ?? 0,
    dismissesStaleReviews: protection.dismissStaleReviews ?? false,
    isAdminEnforced: protection.enforceAdmins ?? false,
    restrictsPushes: protection.restrictions !== undefined,
    requiresLinearHistory: protection.requireLinearHistory ?? false,
    allowsForcePushes: protection.allowForcePushes ?? false,
    allowsDeletions: protection.allowDeletions ?? false,
  };
}

/** What protects a branch, as those without admin rights see it. */
function updateRule(pattern: string, protection: BranchProtection): Fields {
  return {
    __typename: 'RefUpdateRule',
    pattern,
    requiredApprovingReviewCount: protection.requiredApprovals ?? 0,
    requiredStatusCheckContexts: protection.requiredChecks ?? [],
    requiresLinearHistory: protection.requireLinearHistory ?? false,
    allowsForcePushes: protection.allowForcePushes ?? false,
    allowsDeletions: protection.allowDeletions ?? false,
  };
}

/** The object of an `oid` or an `expression` (`rev`, `rev:path`), or null. */
async function gitObject(
  context: GraphContext,
  repository: RepositoryState,
  args: Args,
): Promise<Fields | null> {
  const oid = text(args, 'oid');
  if (oid !== undefined) {
    return /^[0-9a-f]{40}$/.test(oid)
      ? await byName(context, repository, oid)
      : null;
  }
  const expression = text(args, 'expression') ?? '';
  const colon = expression.indexOf(':');
  const rev = colon < 0 ? expression : expression.slice(0, colon);
  const sha = await repository.git.resolve(rev);
  if (!sha) {
    return null;
  }
  return await byName(
    context,
    repository,
    colon < 0 ? sha : `${sha}:${expression.slice(colon + 1)}`,
  );
}

async function byName(
  context: GraphContext,
  repository: RepositoryState,
  name: string,
): Promise<Fields | null> {
  const object = await repository.git.object(name);
  if (!object) {
    return null;
  }
  const common = {
    id: nodeId(object.type, `${repository.id}:${object.sha}`),
    oid: object.sha,
    abbreviatedOid: object.sha.slice(0, 7),
    repository: () => repositoryObject(context, repository),
  };
  switch (object.type) {
    case 'blob': {
      const isBinary = object.content.includes(0);
      return {
        ...common,
        __typename: 'Blob',
        byteSize: object.size,
        isBinary,
        isTruncated: false,
        text: isBinary ? null : object.content.toString('utf8'),
      };
    }
    case 'tree':
      return {
        ...common,
        __typename: 'Tree',
        entries: async () =>
          (await repository.git.listTree(object.sha))?.map(entry => ({
            __typename: 'TreeEntry',
            name: entry.path,
            path: entry.path,
            type: entry.type,
            oid: entry.sha,
            mode: Number.parseInt(entry.mode, 8),
            size: entry.size ?? 0,
            object: async () => await byName(context, repository, entry.sha),
          })) ?? [],
      };
    case 'commit': {
      const commit = await repository.git.commit(object.sha);
      return commit ? commitObject(context, repository, commit) : null;
    }
    default:
      return { ...common, __typename: 'Tag' };
  }
}
