import { ApiError, notFound } from '../domain/apiError';
import { type Commit } from '../../git';
import { type RepositoryState } from '../state/repository';
import { commitBody, commitWithFiles, diffEntry } from '../represent/commits';
import { pullSimple } from '../represent/pulls';
import { repoApi, repoHtml } from '../represent/repositories';
import { type Register } from './api';
import { type Call } from './call';
import { links, paged, pageOf } from './paging';

const REPO = '/repos/:owner/:repo';

/** Commits: list, get, compare, and the pull requests they came from. */
export function commitRoutes(register: Register): void {
  register('get', `${REPO}/commits`, listCommits);
  register('get', `${REPO}/commits/*/pulls`, async call => {
    const repository = call.repository();
    const { sha } = await commitOf(call, repository);
    const permission = call.permission(repository);
    return paged(call, repository.pullsOf(sha), pulls =>
      pulls.map(pull => pullSimple(call.state, repository, pull, permission)),
    );
  });
  register('get', `${REPO}/compare/*`, compare);
}

/** After the routes under `/commits/<ref>/`, which this pattern would swallow. */
export function singleCommitRoute(register: Register): void {
  register('get', `${REPO}/commits/*`, async call => {
    const repository = call.repository();
    const commit = await commitOf(call, repository);
    if (/\bvnd\.github(\.v3)?\.sha\b/.test(call.request.headers.accept ?? '')) {
      const type = 'application/vnd.github.v3.sha; charset=utf-8';
      return { raw: { content: Buffer.from(commit.sha), type } };
    }
    const files = await repository.git.diff(commit.parents[0], commit.sha);
    return { body: commitWithFiles(call.state, repository, commit, files) };
  });
}

/** The commit of the path. @throws ApiError 422 as GitHub, which calls an unknown one invalid */
export async function commitOf(
  call: Call,
  repository: RepositoryState,
): Promise<Commit> {
  const rev = call.param('0') || call.param('ref');
  const sha = await repository.git.resolve(rev.replace(/^heads\//, ''));
  const commit = sha && (await repository.git.commit(sha));
  if (!commit) {
    throw new ApiError(422, `No commit found for SHA: ${rev}`);
  }
  return commit;
}

async function listCommits(call: Call) {
  const repository = call.repository();
  const rev = call.query('sha') ?? repository.defaultBranch;
  if (!(await repository.git.resolve(rev))) {
    throw notFound();
  }
  const page = pageOf(call);
  const filter = {
    since: call.timeQuery('since'),
    until: call.timeQuery('until'),
    path: call.query('path'),
  };
  const [commits, total] = await Promise.all([
    repository.git.log(rev, {
      ...filter,
      max: page.perPage,
      skip: (page.page - 1) * page.perPage,
    }),
    repository.git.countCommits(rev, filter),
  ]);
  return {
    body: commits.map(commit => commitBody(call.state, repository, commit)),
    headers: links(call, page, total),
  };
}

async function compare(call: Call) {
  const repository = call.repository();
  const match = /^(.+?)\.\.\.(.+)$/.exec(call.param('0'));
  if (!match) {
    throw notFound();
  }
  const own = (side: string) => {
    const prefix = `${repository.owner}:`.toLowerCase();
    return side.toLowerCase().startsWith(prefix)
      ? side.slice(prefix.length)
      : side;
  };
  const [base, head] = await Promise.all(
    [match[1], match[2]].map(async side => {
      const sha = await repository.git.resolve(own(side));
      return sha && (await repository.git.commit(sha));
    }),
  );
  if (!base || !head) {
    throw notFound();
  }
  const comparison = await repository.git.compare(base.sha, head.sha);
  const mergeBase =
    comparison && (await repository.git.commit(comparison.mergeBase));
  if (!comparison || !mergeBase) {
    throw new ApiError(
      404,
      `No common ancestor between ${match[1]} and ${match[2]}.`,
    );
  }
  const { state } = call;
  const page = pageOf(call, 100);
  const url = `${repoApi(state, repository)}/compare/${match[1]}...${match[2]}`;
  const html = `${repoHtml(state, repository)}/compare/${match[1]}...${
    match[2]
  }`;
  return {
    body: {
      url,
      html_url: html,
      permalink_url: `${repoHtml(state, repository)}/compare/${base.sha}...${
        head.sha
      }`,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      base_commit: commitBody(state, repository, base),
      merge_base_commit: commitBody(state, repository, mergeBase),
      status: statusOf(comparison.aheadBy, comparison.behindBy),
      ahead_by: comparison.aheadBy,
      behind_by: comparison.behindBy,
      total_commits: comparison.aheadBy,
      commits: comparison.commits
        .slice((page.page - 1) * page.perPage, page.page * page.perPage)
        .map(commit => commitBody(state, repository, commit)),
      files: (page.page === 1 ? comparison.files : [])
        .slice(0, 300)
        .map(file => diffEntry(state, repository, head.sha, file)),
    },
    headers: links(call, page, comparison.aheadBy),
  };
}

function statusOf(ahead: number, behind: number) {
  if (ahead > 0 && behind > 0) {
    return 'diverged';
  }
  if (ahead > 0) {
    return 'ahead';
  }
  return behind > 0 ? 'behind' : 'identical';
}
