import { spawn } from 'node:child_process';
import {
  type NextFunction,
  type Request,
  type Response,
  Router,
} from 'express';
import { gunzipSync } from 'node:zlib';
import { type GitRepository } from './gitRepository';
import { gitEnvironment } from './run';

const MAX_BODY_BYTES = 64 * 1024 * 1024;
const TIMEOUT_MS = 120_000;

/** What a push may do to a branch. */
export interface BranchRights {
  /** Why any direct push is refused; undefined = it is not. */
  refused: string | undefined;
  force: boolean;
  deletion: boolean;
}

/** Whether a git request may go on. */
export type GitGrant =
  | {
      kind: 'granted';
      repository: GitRepository;
      actor: string | undefined;
      /** Rights on a branch, when pushing. */
      branch: ((name: string) => BranchRights) | undefined;
    }
  | { kind: 'unauthenticated' }
  | { kind: 'missing' }
  | { kind: 'forbidden'; message: string };

export type GitAccess = (
  request: Request,
  fullName: string,
  writing: boolean,
) => Promise<GitGrant>;

/**
 * Serves clone, fetch and push over git's smart HTTP protocol at
 * `/:owner/:repo[.git]/...`, by running `git http-backend`. What a push may
 * not do is decided here and enforced by the repository's `update` hook, so
 * that git itself reports the refusal of that ref.
 */
export function gitHttpRouter(access: GitAccess): Router {
  const router = Router();
  const serve = (request: Request, response: Response, next: NextFunction) => {
    handle(access, request, response).catch(next);
  };
  router.get('/:owner/:repo/info/refs', serve);
  router.post('/:owner/:repo/git-upload-pack', serve);
  router.post('/:owner/:repo/git-receive-pack', serve);
  return router;
}

async function handle(
  access: GitAccess,
  request: Request,
  response: Response,
): Promise<void> {
  const service = request.path.endsWith('/info/refs')
    ? request.query.service
    : request.path.slice(request.path.lastIndexOf('/') + 1);
  if (service !== 'git-upload-pack' && service !== 'git-receive-pack') {
    response.status(403).type('text').send('Please upgrade your git client.\n');
    return;
  }
  const name = request.params.repo.replace(/\.git$/, '');
  const grant = await access(
    request,
    `${request.params.owner}/${name}`,
    service === 'git-receive-pack',
  );
  switch (grant.kind) {
    case 'unauthenticated':
      response
        .status(401)
        .set('www-authenticate', 'Basic realm="Simulated GitHub"')
        .type('text')
        .send('Authentication is needed: use a token as password.\n');
      return;
    case 'missing':
      response.status(404).type('text').send('Repository not found.\n');
      return;
    case 'forbidden':
      response.status(403).type('text').send(`${grant.message}\n`);
      return;
    default:
      await backend(grant, request, response);
  }
}

async function backend(
  grant: Extract<GitGrant, { kind: 'granted' }>,
  request: Request,
  response: Response,
): Promise<void> {
  const body = request.method === 'POST' ? await readBody(request) : undefined;
  if (request.method === 'POST' && !body) {
    response.status(413).type('text').send('The push is too large.\n');
    return;
  }
  const pushing = grant.branch !== undefined && body !== undefined;
  const url = new URL(request.originalUrl, 'http://localhost');
  const output = await runBackend(body, {
    ...gitEnvironment(),
    ...(grant.branch && body ? refusals(grant.branch, body) : {}),
    GIT_PROJECT_ROOT: grant.repository.dir,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `/${request.path.split('/').slice(3).join('/')}`,
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    CONTENT_LENGTH: body ? String(body.length) : '',
    GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    REMOTE_USER: grant.actor ?? '',
    REMOTE_ADDR: request.ip ?? '',
  });
  if (pushing) {
    await grant.repository.refresh(grant.actor);
  }
  sendCgi(output, response);
}

async function readBody(request: Request): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const piece: Buffer = chunk;
    bytes += piece.length;
    if (bytes > MAX_BODY_BYTES) {
      return undefined;
    }
    chunks.push(piece);
  }
  const body = Buffer.concat(chunks);
  return request.headers['content-encoding'] === 'gzip'
    ? gunzipSync(body, { maxOutputLength: MAX_BODY_BYTES })
    : body;
}

/** Environment for the `update` hook: which of the pushed refs it refuses. */
function refusals(
  rights: (branch: string) => BranchRights,
  body: Buffer,
): Record<string, string> {
  const refused: string[] = [];
  const noForce: string[] = [];
  for (const { ref, deletes } of pushedRefs(body)) {
    const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
    const held = branch === undefined ? undefined : rights(branch);
    if (held && (held.refused !== undefined || (deletes && !held.deletion))) {
      refused.push(ref);
    }
    if (held && !held.force) {
      noForce.push(ref);
    }
  }
  return {
    WORLD_REFUSED_REFS: refused.map(ref => `|${ref}|`).join(''),
    WORLD_NO_FORCE_REFS: noForce.map(ref => `|${ref}|`).join(''),
  };
}

/** The commands at the start of a push: packet lines "old new ref", ended by a flush packet. */
function pushedRefs(body: Buffer): Array<{ ref: string; deletes: boolean }> {
  const refs: Array<{ ref: string; deletes: boolean }> = [];
  let offset = 0;
  while (offset + 4 <= body.length) {
    const length = Number.parseInt(
      body.toString('latin1', offset, offset + 4),
      16,
    );
    if (!(length > 4)) {
      break;
    }
    const line = body.toString('utf8', offset + 4, offset + length);
    const match = /^[0-9a-f]{40} ([0-9a-f]{40}) ([^\0\n]+)/.exec(line);
    if (match) {
      refs.push({ ref: match[2], deletes: /^0+$/.test(match[1]) });
    }
    offset += length;
  }
  return refs;
}

function runBackend(
  body: Buffer | undefined,
  env: NodeJS.ProcessEnv,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['http-backend'], {
      env,
      timeout: TIMEOUT_MS,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString()).slice(0, 4096);
    });
    child.stdin.on('error', () => {});
    child.on('error', reject);
    child.on('close', code => {
      const output = Buffer.concat(chunks);
      if (output.length === 0) {
        reject(
          new Error(
            `git http-backend ended with code ${code}: ${stderr.trim()}`,
          ),
        );
      } else {
        resolve(output);
      }
    });
    child.stdin.end(body);
  });
}

function sendCgi(output: Buffer, response: Response): void {
  const end = output.indexOf('\r\n\r\n');
  let status = 200;
  for (const line of output.toString('latin1', 0, end).split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'status') {
      status = Number.parseInt(value, 10);
    } else {
      response.set(name, value);
    }
  }
  response.status(status).end(output.subarray(end + 4));
}
