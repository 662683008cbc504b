import { ApiError, notFound } from '../domain/apiError';
import { permits } from '../state/model';
import { type RepositoryState } from '../state/repository';
import { commitBody } from '../represent/commits';
import { branchProtection, branchSummary } from '../represent/protection';
import {
  fullRepository,
  repoApi,
  repoHtml,
  repositoryBody,
} from '../represent/repositories';
import { rulesOf } from '../represent/rules';
import { simpleUser } from '../represent/users';
import { type Register } from './api';
import { type Call } from './call';
import { paged } from './paging';

const REPO = '/repos/:owner/:repo';

/** Repositories, branches and their protection. */
export function repositoryRoutes(register: Register): void {
  register('get', REPO, call => {
    const repository = call.repository();
    return {
      body: fullRepository(call.state, repository, call.permission(repository)),
    };
  });
  register('get', '/orgs/:org/repos', ownedBy('org'));
  register('get', '/users/:login/repos', ownedBy('login'));
  register('get', '/user/repos', call => {
    call.signedIn();
    return list(
      call,
      visible(call).filter(item => permits(call.permission(item), 'push')),
    );
  });
  register('get', `${REPO}/collaborators/:login/permission`, collaborator);
  register('get', `${REPO}/branches`, async call => {
    const repository = call.repository();
    const refs = await repository.git.listRefs('refs/heads/');
    return paged(call, refs, page =>
      page.map(({ ref, sha }) => {
        const name = ref.slice('refs/heads/'.length);
        return {
          name,
          commit: {
            sha,
            url: `${repoApi(call.state, repository)}/commits/${sha}`,
          },
          ...branchSummary(call.state, repository, name),
        };
      }),
    );
  });
  register('get', `${REPO}/branches/*/protection`, protection);
  register('get', `${REPO}/branches/*`, branch);
  register('get', `${REPO}/rules/branches/*`, rules);
}

function visible(call: Call): RepositoryState[] {
  return call.state
    .repositories()
    .filter(repository => permits(call.permission(repository), 'pull'));
}

function list(call: Call, repositories: RepositoryState[]) {
  return paged(call, repositories, page =>
    page.map(item => repositoryBody(call.state, item, call.permission(item))),
  );
}

function ownedBy(parameter: string) {
  return (call: Call) => {
    const owner = call.param(parameter);
    if (
      !call.state.accounts.get(owner) &&
      !call.state.accounts.findOrganization(owner)
    ) {
      throw notFound();
    }
    return list(
      call,
      visible(call).filter(
        item => item.owner.toLowerCase() === owner.toLowerCase(),
      ),
    );
  };
}

function collaborator(call: Call) {
  const repository = call.repository('push');
  const account = call.state.accounts.get(call.param('login'));
  if (!account) {
    throw notFound();
  }
  const held = call.state.accounts.permission(account.login, repository.owner);
  const legacy = {
    none: 'none',
    pull: 'read',
    triage: 'read',
    push: 'write',
    maintain: 'write',
    admin: 'admin',
  };
  const role = {
    none: 'none',
    pull: 'read',
    triage: 'triage',
    push: 'write',
    maintain: 'maintain',
    admin: 'admin',
  };
  return {
    body: {
      permission: legacy[held],
      role_name: role[held],
      user: {
        ...simpleUser(call.state, account.login),
        role_name: role[held],
        permissions: {
          admin: permits(held, 'admin'),
          maintain: permits(held, 'maintain'),
          push: permits(held, 'push'),
          triage: permits(held, 'triage'),
          pull: permits(held, 'pull'),
        },
      },
    },
  };
}

async function branchOf(call: Call, repository: RepositoryState) {
  const name = call.param('0');
  const sha = await repository.git.resolve(`refs/heads/${name}`);
  const commit = sha && (await repository.git.commit(sha));
  if (!commit) {
    throw new ApiError(404, 'Branch not found');
  }
  return { name, commit };
}

async function branch(call: Call) {
  const repository = call.repository();
  const { name, commit } = await branchOf(call, repository);
  return {
    body: {
      name,
      commit: commitBody(call.state, repository, commit),
      _links: {
        self: `${repoApi(call.state, repository)}/branches/${encodeURIComponent(
          name,
        )}`,
        html: `${repoHtml(call.state, repository)}/tree/${name}`,
      },
      ...branchSummary(call.state, repository, name),
    },
  };
}

async function protection(call: Call) {
  const repository = call.repository();
  const { name } = await branchOf(call, repository);
  const { token } = call.signedIn();
  if (
    !permits(call.permission(repository), 'admin') &&
    !token.readsProtection
  ) {
    call.refuse('admin');
  }
  const rulesOfBranch = repository.protection.get(name);
  if (!rulesOfBranch || rulesOfBranch.source === 'ruleset') {
    throw new ApiError(404, 'Branch not protected');
  }
  return {
    body: branchProtection(call.state, repository, name, rulesOfBranch),
  };
}

function rules(call: Call) {
  const repository = call.repository();
  const demanded = repository.protection.get(call.param('0'));
  return paged(call, rulesOf(repository, demanded), page => page);
}
