import { z } from 'zod';
import { type RepositoryState } from '../state/repository';
import { ApiError, notFound, unprocessable } from '../domain/apiError';
import { signatureOf } from '../domain/merge';
import { nodeId } from '../represent/common';
import { gitCommit } from '../represent/commits';
import { repoApi } from '../represent/repositories';
import { type Register } from './api';
import { type Call } from './call';
import { refRoutes } from './refs';

const REPO = '/repos/:owner/:repo';
const SHA = /^[0-9a-f]{40}$/;

const NewBlob = z.object({
  content: z.string(),
  encoding: z.enum(['utf-8', 'base64']).default('utf-8'),
});
const NewTree = z.object({
  base_tree: z.string().optional(),
  tree: z
    .array(
      z.object({
        path: z.string(),
        mode: z.enum(['100644', '100755', '040000', '160000', '120000']),
        type: z.enum(['blob', 'tree', 'commit']).optional(),
        sha: z.string().nullable().optional(),
        content: z.string().optional(),
      }),
    )
    .max(10_000),
});
const Person = z.object({
  name: z.string(),
  email: z.string(),
  date: z.string().optional(),
});
const NewCommit = z.object({
  message: z.string(),
  tree: z.string().regex(SHA),
  parents: z.array(z.string().regex(SHA)).max(16).default([]),
  author: Person.optional(),
  committer: Person.optional(),
});

/** Blobs, trees, commits and refs. */
export function gitDataRoutes(register: Register): void {
  register('get', `${REPO}/git/blobs/:sha`, getBlob);
  register('post', `${REPO}/git/blobs`, createBlob);
  register('get', `${REPO}/git/trees/*`, getTree);
  register('post', `${REPO}/git/trees`, createTree);
  register('get', `${REPO}/git/commits/:sha`, async call => {
    const repository = call.repository();
    const sha = call.param('sha');
    const commit = SHA.test(sha) ? await repository.git.commit(sha) : undefined;
    if (!commit) {
      throw notFound();
    }
    return { body: gitCommit(call.state, repository, commit) };
  });
  register('post', `${REPO}/git/commits`, createCommit);
  refRoutes(register);
}

async function getBlob(call: Call) {
  const repository = call.repository();
  const sha = call.param('sha');
  const object = SHA.test(sha) ? await repository.git.object(sha) : undefined;
  if (object?.type !== 'blob') {
    throw notFound();
  }
  return {
    body: {
      sha,
      node_id: nodeId('Blob', sha),
      size: object.size,
      url: `${repoApi(call.state, repository)}/git/blobs/${sha}`,
      content: object.content.toString('base64'),
      encoding: 'base64',
    },
  };
}

async function createBlob(call: Call) {
  const repository = call.repository('push');
  const body = call.body(NewBlob);
  const sha = await repository.git.writeBlob(
    body.encoding === 'base64'
      ? Buffer.from(body.content, 'base64')
      : body.content,
  );
  const url = `${repoApi(call.state, repository)}/git/blobs/${sha}`;
  return { status: 201, body: { sha, url }, headers: { Location: url } };
}

async function treeBody(
  call: Call,
  repository: RepositoryState,
  sha: string,
  recursive: boolean,
) {
  const entries = await repository.git.listTree(sha, '', recursive);
  if (!entries) {
    throw notFound();
  }
  const api = repoApi(call.state, repository);
  return {
    sha,
    url: `${api}/git/trees/${sha}`,
    tree: entries.map(entry => ({
      path: entry.path,
      mode: entry.mode,
      type: entry.type,
      sha: entry.sha,
      ...(entry.size === undefined ? {} : { size: entry.size }),
      ...(entry.type === 'commit'
        ? {}
        : { url: `${api}/git/${entry.type}s/${entry.sha}` }),
    })),
    truncated: false,
  };
}

async function getTree(call: Call) {
  const repository = call.repository();
  const rev = call.param('0');
  const commit = await repository.git.resolve(rev);
  const tree = await repository.git.objectInfo(`${commit ?? rev}^{tree}`);
  if (!tree || (!commit && !/^[0-9a-f]{4,40}$/.test(rev))) {
    throw notFound();
  }
  // GitHub takes any value, even `0` or `false`, as "recursive".
  const recursive = call.request.query.recursive !== undefined;
  return { body: await treeBody(call, repository, tree.sha, recursive) };
}

async function createTree(call: Call) {
  const repository = call.repository('push');
  const body = call.body(NewTree);
  const base =
    body.base_tree === undefined
      ? undefined
      : (await repository.git.objectInfo(`${body.base_tree}^{tree}`))?.sha;
  if (body.base_tree !== undefined && !base) {
    throw new ApiError(404, 'Not Found');
  }
  const changes = await Promise.all(
    body.tree.map(async entry => {
      const { path, mode } = entry;
      if (entry.content !== undefined) {
        return {
          path,
          mode,
          sha: await repository.git.writeBlob(entry.content),
        };
      }
      if (entry.sha === null) {
        if (!base || !(await repository.git.objectInfo(`${base}:${path}`))) {
          throw unprocessable('GitRPC::BadObjectState');
        }
        return { path, mode, sha: undefined };
      }
      if (
        entry.sha === undefined ||
        !SHA.test(entry.sha) ||
        !(await repository.git.objectInfo(entry.sha))
      ) {
        throw unprocessable(
          `tree.sha ${entry.sha} is not a valid ${entry.type ?? 'blob'}`,
        );
      }
      return { path, mode, sha: entry.sha };
    }),
  );
  const sha = await repository.git.writeTree(base, changes);
  return {
    status: 201,
    body: await treeBody(call, repository, sha, false),
    headers: {
      Location: `${repoApi(call.state, repository)}/git/trees/${sha}`,
    },
  };
}

async function createCommit(call: Call) {
  const repository = call.repository('push');
  const body = call.body(NewCommit);
  const { account } = call.signedIn();
  if ((await repository.git.objectInfo(body.tree))?.type !== 'tree') {
    throw unprocessable('Tree SHA does not exist');
  }
  for (const parent of body.parents) {
    if (!(await repository.git.commit(parent))) {
      throw unprocessable(
        'Parent SHA does not exist or is not a commit object',
      );
    }
  }
  const own = signatureOf(call.state, account.login);
  const signature = (value: z.infer<typeof Person> | undefined) => {
    const date =
      value?.date === undefined ? Number.NaN : Date.parse(value.date);
    return {
      name: value?.name ?? own.name,
      email: value?.email ?? own.email,
      date: Number.isNaN(date) ? own.date : date,
    };
  };
  const sha = await repository.git.writeCommit({
    tree: body.tree,
    parents: body.parents,
    message: body.message,
    author: signature(body.author),
    committer: signature(body.committer ?? body.author),
  });
  const commit = await repository.git.commit(sha);
  if (!commit) {
    throw new Error(`Commit ${sha} was written but cannot be read`);
  }
  const answer = gitCommit(call.state, repository, commit);
  return { status: 201, body: answer, headers: { Location: answer.url } };
}
