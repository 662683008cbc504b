import { z } from 'zod';
import { type TreeEntry } from '../../git';
import { ApiError, notFound } from '../domain/apiError';
import { signatureOf } from '../domain/merge';
import { directPush } from '../domain/protection';
import { urlPath } from '../represent/common';
import { gitCommit } from '../represent/commits';
import { repoApi, repoHtml } from '../represent/repositories';
import { type RepositoryState } from '../state/repository';
import { type Register } from './api';
import { type Call } from './call';

const REPO = '/repos/:owner/:repo';

const Identity = z.object({
  name: z.string(),
  email: z.string(),
  date: z.string().optional(),
});
const Put = z.object({
  message: z.string(),
  content: z.string().optional(),
  sha: z.string().optional(),
  branch: z.string().optional(),
  author: Identity.optional(),
  committer: Identity.optional(),
});

/** Files and folders. */
export function contentRoutes(register: Register): void {
  register('get', `${REPO}/contents`, getContents);
  register('get', `${REPO}/contents/*`, getContents);
  register('get', `${REPO}/readme`, readme);
  register('get', `${REPO}/tarball`, tarball);
  register('get', `${REPO}/tarball/*`, tarball);
  register('put', `${REPO}/contents/*`, call => writeFile(call, false));
  register('delete', `${REPO}/contents/*`, call => writeFile(call, true));
}

async function getContents(call: Call) {
  const repository = call.repository();
  const path = (call.param('0') || '').replace(/^\/+|\/+$/g, '');
  const ref = call.query('ref') ?? repository.defaultBranch;
  const commit = await repository.git.resolve(
    ref.replace(/^refs\/heads\//, ''),
  );
  if (!commit) {
    throw new ApiError(404, `No commit found for the ref ${ref}`);
  }
  if (path !== '') {
    const object = await repository.git.object(`${commit}:${path}`);
    if (object?.type === 'blob') {
      const accept = call.request.headers.accept ?? '';
      return {
        body: fileBody(call, repository, ref, path, {
          sha: object.sha,
          content: object.content,
        }),
        headers: {
          'last-modified': await lastModified(call, repository, commit, path),
        },
        ...(/vnd\.github(\.v3)?\.raw/.test(accept)
          ? {
              raw: {
                content: object.content,
                type: 'application/vnd.github.v3.raw; charset=utf-8',
              },
            }
          : {}),
      };
    }
    if (object?.type !== 'tree') {
      throw notFound();
    }
  }
  const entries = (await repository.git.listTree(commit, path)) ?? [];
  return {
    body: entries.map(entry => entryBody(call, repository, ref, path, entry)),
  };
}

/** GitHub redirects to another host for this; the world answers itself. */
async function tarball(call: Call) {
  const repository = call.repository();
  const commit = await repository.git.resolve(
    call.param('0') || repository.defaultBranch,
  );
  if (!commit) {
    throw notFound();
  }
  const root = `${repository.owner}-${repository.name}-${commit.slice(0, 7)}`;
  return {
    raw: {
      content: await repository.git.archive(commit, `${root}/`),
      type: 'application/x-gzip',
    },
    headers: {
      'content-disposition': `attachment; filename=${root}.tar.gz`,
    },
  };
}

async function lastModified(
  call: Call,
  repository: RepositoryState,
  commit: string,
  path: string,
) {
  const [last] = await repository.git.log(commit, { max: 1, path });
  return new Date(last?.committer.date ?? call.state.now()).toUTCString();
}

async function readme(call: Call) {
  const repository = call.repository();
  const ref = call.query('ref') ?? repository.defaultBranch;
  const entry = (await repository.git.listTree(ref))?.find(({ path }) =>
    /^readme(\.(md|txt|rst))?$/i.test(path),
  );
  const object = entry && (await repository.git.object(entry.sha));
  if (!entry || !object) {
    throw notFound();
  }
  return { body: fileBody(call, repository, ref, entry.path, object) };
}

function addresses(
  call: Call,
  repository: RepositoryState,
  ref: string,
  path: string,
  type: string,
  sha: string,
) {
  const api = repoApi(call.state, repository);
  const html = repoHtml(call.state, repository);
  const url = `${api}/contents/${urlPath(path)}?ref=${encodeURIComponent(ref)}`;
  const gitUrl = `${api}/git/${type === 'dir' ? 'trees' : 'blobs'}/${sha}`;
  const page = `${html}/${type === 'dir' ? 'tree' : 'blob'}/${urlPath(
    ref,
  )}/${urlPath(path)}`;
  return {
    url,
    html_url: page,
    git_url: gitUrl,
    download_url:
      type === 'file' ? `${html}/raw/${urlPath(ref)}/${urlPath(path)}` : null,
    _links: { self: url, git: gitUrl, html: page },
  };
}

function fileBody(
  call: Call,
  repository: RepositoryState,
  ref: string,
  path: string,
  file: { sha: string; content: Buffer },
) {
  const big = file.content.length > 1024 * 1024;
  return {
    name: path.split('/').pop() ?? path,
    path,
    sha: file.sha,
    size: file.content.length,
    type: 'file',
    // GitHub gives files over 1 MB without their content.
    content: big ? '' : wrap(file.content.toString('base64')),
    encoding: big ? 'none' : 'base64',
    ...addresses(call, repository, ref, path, 'file', file.sha),
  };
}

/** GitHub breaks base64 into lines of 60. */
function wrap(base64: string): string {
  return base64.replace(/(.{60})/g, '$1\n').replace(/([^\n])$/, '$1\n');
}

function entryBody(
  call: Call,
  repository: RepositoryState,
  ref: string,
  folder: string,
  entry: TreeEntry,
) {
  const path = folder === '' ? entry.path : `${folder}/${entry.path}`;
  const types = { blob: 'file', tree: 'dir', commit: 'submodule' };
  const type = types[entry.type];
  return {
    name: entry.path,
    path,
    sha: entry.sha,
    size: entry.size ?? 0,
    type,
    ...addresses(call, repository, ref, path, type, entry.sha),
  };
}

async function writeFile(call: Call, deleting: boolean) {
  const repository = call.repository('push');
  const body = call.body(Put);
  const { account } = call.signedIn();
  const path = call.param('0');
  const branch = body.branch ?? repository.defaultBranch;
  const head = await repository.git.resolve(`refs/heads/${branch}`);
  if (!head) {
    throw new ApiError(404, `Branch ${branch} not found`);
  }
  const { refused } = directPush(call.state, repository, branch, {
    login: account.login,
    permission: call.permission(repository),
  });
  if (refused) {
    throw new ApiError(
      409,
      `Repository rule violations found\n\n${refused}\n\n`,
    );
  }
  const before = await repository.git.objectInfo(`${head}:${path}`);
  if (deleting && !before) {
    throw notFound();
  }
  if (before && body.sha === undefined) {
    throw new ApiError(422, 'Invalid request.\n\n"sha" wasn\'t supplied.');
  }
  if (body.sha !== undefined && before?.sha !== body.sha) {
    throw new ApiError(409, `${path} does not match ${body.sha}`);
  }
  if (!deleting && body.content === undefined) {
    throw new ApiError(422, 'Invalid request.\n\n"content" wasn\'t supplied.');
  }
  const now = signatureOf(call.state, account.login);
  const sha = await repository.git.commitFiles({
    branch,
    files: {
      [path]: deleting ? undefined : Buffer.from(body.content ?? '', 'base64'),
    },
    message: body.message,
    author: { ...now, ...identity(body.author) },
    committer: { ...now, ...identity(body.committer ?? body.author) },
    parent: head,
    actor: account.login,
  });
  const commit = await repository.git.commit(sha);
  const file = await repository.git.object(`${sha}:${path}`);
  return {
    status: before ? 200 : 201,
    body: {
      content: file ? fileBody(call, repository, branch, path, file) : null,
      commit: commit && gitCommit(call.state, repository, commit),
    },
  };
}

function identity(value: z.infer<typeof Identity> | undefined) {
  if (!value) {
    return {};
  }
  const date = value.date === undefined ? Number.NaN : Date.parse(value.date);
  return {
    name: value.name,
    email: value.email,
    ...(Number.isNaN(date) ? {} : { date }),
  };
}
