import { InputError } from '@backstage/errors';
import { z } from 'zod';
import { unprocessable, ApiError } from '../domain/apiError';
import { directPush } from '../domain/protection';
import { gitRef } from '../represent/commits';
import { type RepositoryState } from '../state/repository';
import { type Register } from './api';
import { type Call } from './call';
import { paged } from './paging';

const REPO = '/repos/:owner/:repo';
const SHA = /^[0-9a-f]{40}$/;
const Create = z.object({ ref: z.string(), sha: z.string() });
const Update = z.object({ sha: z.string(), force: z.boolean().default(false) });

/** Git refs. */
export function refRoutes(register: Register): void {
  register('get', `${REPO}/git/ref/*`, async call => {
    const repository = call.repository();
    const ref = `refs/${call.param('0')}`;
    const [exact] = (await repository.git.listRefs(ref)).filter(
      item => item.ref === ref,
    );
    if (!exact) {
      throw new ApiError(404, 'Not Found');
    }
    return { body: await represent(call, repository, exact) };
  });
  register('get', `${REPO}/git/matching-refs/*`, async call => {
    const repository = call.repository();
    const found = await repository.git.listRefs(`refs/${call.param('0')}`);
    const bodies = await Promise.all(
      found.map(item => represent(call, repository, item)),
    );
    return paged(call, bodies, page => page);
  });
  register('post', `${REPO}/git/refs`, createRef);
  register('patch', `${REPO}/git/refs/*`, updateRef);
  register('delete', `${REPO}/git/refs/*`, deleteRef);
}

async function represent(
  call: Call,
  repository: RepositoryState,
  item: { ref: string; sha: string },
) {
  const object = await repository.git.objectInfo(item.sha);
  return gitRef(call.state, repository, item.ref, {
    sha: item.sha,
    type: object?.type ?? 'commit',
  });
}

async function createRef(call: Call) {
  const repository = call.repository('push');
  const { ref, sha } = call.body(Create);
  if (!/^refs\/(heads|tags)\/./.test(ref)) {
    throw unprocessable(
      "Reference name must start with 'refs/heads/' or 'refs/tags/'.",
    );
  }
  if (!SHA.test(sha) || !(await repository.git.objectInfo(sha))) {
    throw unprocessable('Object does not exist');
  }
  const update = await set(call, repository, ref, sha, 'absent');
  if (update.kind === 'stale') {
    throw unprocessable('Reference already exists');
  }
  const body = await represent(call, repository, { ref, sha });
  return { status: 201, body, headers: { Location: body.url } };
}

async function updateRef(call: Call) {
  const repository = call.repository('push');
  const { sha, force } = call.body(Update);
  const ref = `refs/${call.param('0')}`;
  const before = await current(repository, ref);
  if (!SHA.test(sha) || !(await repository.git.commit(sha))) {
    throw unprocessable('Object does not exist');
  }
  const rights = branchRights(call, repository, ref);
  if (rights?.refused) {
    throw unprocessable(rights.refused);
  }
  const forward = await repository.git.isAncestor(before, sha);
  if (!forward && !force) {
    throw unprocessable('Update is not a fast forward');
  }
  if (!forward && rights && !rights.force) {
    throw unprocessable('Cannot force-push to this branch');
  }
  const update = await set(call, repository, ref, sha, before);
  if (update.kind === 'stale') {
    throw unprocessable('Reference cannot be updated');
  }
  return { body: await represent(call, repository, { ref, sha }) };
}

async function deleteRef(call: Call) {
  const repository = call.repository('push');
  const ref = `refs/${call.param('0')}`;
  const before = await current(repository, ref);
  const rights = branchRights(call, repository, ref);
  if (
    (rights && (rights.refused !== undefined || !rights.deletion)) ||
    ref === `refs/heads/${repository.defaultBranch}`
  ) {
    throw unprocessable('Cannot delete this branch');
  }
  const update = await repository.git.deleteRef(ref, {
    expected: before,
    actor: call.signedIn().account.login,
  });
  if (update.kind === 'stale') {
    throw unprocessable('Reference cannot be updated');
  }
  return { status: 204 };
}

async function current(repository: RepositoryState, ref: string) {
  const [exact] = (await repository.git.listRefs(ref)).filter(
    item => item.ref === ref,
  );
  if (!exact || !/^refs\/(heads|tags)\//.test(ref)) {
    throw unprocessable('Reference does not exist');
  }
  return exact.sha;
}

function branchRights(call: Call, repository: RepositoryState, ref: string) {
  const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
  return branch === undefined
    ? undefined
    : directPush(call.state, repository, branch, {
        login: call.signedIn().account.login,
        permission: call.permission(repository),
      });
}

async function set(
  call: Call,
  repository: RepositoryState,
  ref: string,
  sha: string,
  expected: string,
) {
  try {
    return await repository.git.updateRef(ref, sha, {
      expected,
      actor: call.signedIn().account.login,
    });
  } catch (error) {
    if (error instanceof InputError) {
      throw new ApiError(422, `${ref} is not a valid ref name.`, {
        cause: error,
      });
    }
    throw error;
  }
}
