import { nodeId } from '../represent/common';
import { type RepositoryState } from '../state/repository';
import { type BranchProtection } from '../types';
import { commitObject } from './commits';
import {
  type Args,
  connection,
  type Fields,
  type GraphContext,
  text,
} from './fields';
import { pullRequest } from './pulls';
import { pullsMatching, repositoryObject } from './repository';

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

/** A ref that is there. */
export function refObject(
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
        pullsMatching(repository, { ...args, headRefName: name }),
        pull => pullRequest(context, repository, pull),
      ),
  };
}

/** A rule of classic protection. */
export function protectionRule(
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
export async function gitObject(
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
