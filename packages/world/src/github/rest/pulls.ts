import { z } from 'zod';
import { ApiError, notFound, unprocessable } from '../domain/apiError';
import { closeIssue } from '../domain/issues';
import { mergePull } from '../domain/merge';
import { look } from '../domain/mergeability';
import { compared, openPull, reopenPull } from '../domain/pulls';
import { commitBody, diffEntry } from '../represent/commits';
import { pullFull, pullSimple } from '../represent/pulls';
import { type Pull } from '../state/model';
import { type RepositoryState } from '../state/repository';
import { type Register } from './api';
import { type Call } from './call';
import { paged } from './paging';

const REPO = '/repos/:owner/:repo';

const Create = z.object({
  title: z.string().min(1),
  head: z.string(),
  base: z.string(),
  body: z.string().nullish(),
  draft: z.boolean().default(false),
});
const Update = z.object({
  title: z.string().min(1).optional(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
  base: z.string().optional(),
});
const Merge = z.object({
  sha: z.string().optional(),
  merge_method: z.enum(['merge', 'squash', 'rebase']).default('merge'),
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
});

/** Pull requests: list, get, create, change, files, commits, merge. */
export function pullRoutes(register: Register): void {
  register('get', `${REPO}/pulls`, listPulls);
  register('post', `${REPO}/pulls`, createPull);
  register('get', `${REPO}/pulls/:number`, async call => {
    const repository = call.repository();
    return { body: await full(call, repository, pullOf(call, repository)) };
  });
  register('patch', `${REPO}/pulls/:number`, updatePull);
  register('get', `${REPO}/pulls/:number/files`, async call => {
    const repository = call.repository();
    const pull = pullOf(call, repository);
    const comparison = await compared(repository, pull);
    return paged(call, comparison?.files ?? [], files =>
      files.map(file =>
        diffEntry(call.state, repository, pull.pull.headSha, file),
      ),
    );
  });
  register('get', `${REPO}/pulls/:number/commits`, async call => {
    const repository = call.repository();
    const comparison = await compared(repository, pullOf(call, repository));
    return paged(call, comparison?.commits ?? [], commits =>
      commits.map(commit => commitBody(call.state, repository, commit)),
    );
  });
  register('get', `${REPO}/pulls/:number/merge`, call => {
    if (pullOf(call, call.repository()).pull.mergedAt === undefined) {
      throw notFound();
    }
    return { status: 204 };
  });
  register('put', `${REPO}/pulls/:number/merge`, merge);
  register('put', `${REPO}/pulls/:number/update-branch`, updateBranch);
}

/** The pull request of the path. @throws ApiError 404 */
export function pullOf(call: Call, repository: RepositoryState): Pull {
  const pull = repository.pull(call.number('number'));
  if (!pull) {
    throw notFound();
  }
  return pull;
}

async function full(call: Call, repository: RepositoryState, pull: Pull) {
  const comparison = await compared(repository, pull);
  const files = comparison?.files ?? [];
  return pullFull(call.state, repository, pull, call.permission(repository), {
    mergeability: await look(call.state, repository, pull),
    commits: comparison?.aheadBy ?? 0,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changedFiles: files.length,
  });
}

function listPulls(call: Call) {
  const repository = call.repository();
  const wanted = call.query('state') ?? 'open';
  const head = call.query('head');
  const base = call.query('base');
  const sort = call.query('sort') ?? 'created';
  const ascending =
    (call.query('direction') ?? (sort === 'created' ? 'desc' : 'asc')) ===
    'asc';
  const found = repository
    .pulls()
    .filter(pull => wanted === 'all' || pull.state === wanted)
    .filter(pull => base === undefined || pull.pull.baseBranch === base)
    .filter(
      pull =>
        // GitHub ignores a head without an owner.
        head === undefined ||
        !head.includes(':') ||
        head.toLowerCase() ===
          `${repository.owner}:${pull.pull.headBranch}`.toLowerCase(),
    )
    .sort((a, b) => {
      const order =
        sort === 'updated'
          ? a.updatedAt - b.updatedAt || a.number - b.number
          : a.createdAt - b.createdAt || a.number - b.number;
      return ascending ? order : -order;
    });
  const permission = call.permission(repository);
  return paged(call, found, page =>
    page.map(pull => pullSimple(call.state, repository, pull, permission)),
  );
}

async function createPull(call: Call) {
  const repository = call.repository('push');
  const body = call.body(Create);
  const pull = await openPull(call.state, repository, {
    title: body.title,
    body: body.body ?? undefined,
    head: body.head,
    base: body.base,
    draft: body.draft,
    author: call.signedIn().account.login,
  });
  call.state.pullOpened(repository, pull);
  const answer = await full(call, repository, pull);
  return { status: 201, body: answer, headers: { Location: answer.url } };
}

async function updatePull(call: Call) {
  const repository = call.repository();
  const pull = pullOf(call, repository);
  const { login } = call.signedIn().account;
  if (login !== pull.author) {
    call.repository('push');
  }
  const body = call.body(Update);
  if (body.base !== undefined && body.base !== pull.pull.baseBranch) {
    const sha = await repository.git.resolve(`refs/heads/${body.base}`);
    if (!sha || pull.state === 'closed') {
      throw unprocessable(`Proposed base branch '${body.base}' was not found`);
    }
    pull.pull.baseBranch = body.base;
    pull.pull.baseSha = sha;
  }
  pull.title = body.title ?? pull.title;
  pull.body = body.body === undefined ? pull.body : body.body ?? undefined;
  pull.updatedAt = call.state.now();
  if (body.state === 'closed') {
    closeIssue(call.state, repository, pull, login);
  } else if (body.state === 'open' && pull.state === 'closed') {
    await reopenPull(call.state, repository, pull, login);
  }
  return { body: await full(call, repository, pull) };
}

async function merge(call: Call) {
  const repository = call.repository('push');
  const pull = pullOf(call, repository);
  const body = call.body(Merge);
  const sha = await mergePull(call.state, repository, pull, {
    by: call.signedIn().account.login,
    permission: call.permission(repository),
    method: body.merge_method,
    sha: body.sha,
    title: body.commit_title,
    message: body.commit_message,
  });
  return {
    body: { sha, merged: true, message: 'Pull Request successfully merged' },
  };
}

const UpdateBranch = z.object({ expected_head_sha: z.string().optional() });

async function updateBranch(call: Call) {
  const repository = call.repository('push');
  const pull = pullOf(call, repository);
  const body = call.body(UpdateBranch);
  const { headSha, headBranch, baseBranch } = pull.pull;
  if (
    body.expected_head_sha !== undefined &&
    body.expected_head_sha !== headSha
  ) {
    throw unprocessable(`expected head sha didn't match current head ref.`);
  }
  const base = await repository.git.resolve(`refs/heads/${baseBranch}`);
  if (!base || (await repository.git.isAncestor(base, headSha))) {
    throw unprocessable('There are no new commits on the base branch.');
  }
  const tree = await repository.git.mergeTrees(headSha, base);
  if (tree.kind === 'conflict') {
    throw unprocessable(`merge conflict between base and head`);
  }
  const { account } = call.signedIn();
  const who = {
    name: account.name,
    email: account.email,
    date: call.state.now(),
  };
  const sha = await repository.git.writeCommit({
    tree: tree.tree,
    parents: [headSha, base],
    message: `Merge branch '${baseBranch}' into ${headBranch}`,
    author: who,
  });
  const update = await repository.git.updateRef(
    `refs/heads/${headBranch}`,
    sha,
    {
      expected: headSha,
      actor: account.login,
    },
  );
  if (update.kind === 'stale') {
    throw new ApiError(422, `expected head sha didn't match current head ref.`);
  }
  return {
    status: 202,
    body: {
      message: 'Updating pull request branch.',
      url: `${call.state.apiUrl}/repos/${repository.fullName}/pulls/${pull.number}`,
    },
  };
}
