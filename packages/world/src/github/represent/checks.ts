import {
  type CheckRun,
  type CheckSuite,
  type CommitStatus,
} from '../state/model';
import { type RepositoryState } from '../state/repository';
import { type GitHubState } from '../state/state';
import { nodeId, time, timeOrNull } from './common';
import { repoApi, repoHtml, simpleRepository } from './repositories';
import { simpleUser } from './users';
import { type Commit } from '../../git';

/** The app that made a check. */
function app(state: GitHubState, slug: string) {
  return {
    id: 15368,
    slug,
    node_id: nodeId('App', slug),
    client_id: `Iv1.${slug}`,
    owner: simpleUser(state, 'github'),
    name: slug === 'github-actions' ? 'GitHub Actions' : slug,
    description: null,
    external_url: state.htmlUrl,
    html_url: `${state.htmlUrl}/apps/${slug}`,
    created_at: '2018-07-30T09:30:17Z',
    updated_at: '2019-12-10T19:04:12Z',
    permissions: { checks: 'write', contents: 'read', metadata: 'read' },
    events: ['push', 'pull_request'],
  };
}

function pullRequests(
  state: GitHubState,
  repository: RepositoryState,
  sha: string,
) {
  const api = repoApi(state, repository);
  const repo = { id: repository.id, url: api, name: repository.name };
  return repository
    .pulls()
    .filter(pull => pull.state === 'open' && pull.pull.headSha === sha)
    .map(pull => ({
      id: pull.pull.id,
      number: pull.number,
      url: `${api}/pulls/${pull.number}`,
      head: { ref: pull.pull.headBranch, sha: pull.pull.headSha, repo },
      base: { ref: pull.pull.baseBranch, sha: pull.pull.baseSha, repo },
    }));
}

/** `check-run`. */
export function checkRun(
  state: GitHubState,
  repository: RepositoryState,
  run: CheckRun,
) {
  const api = repoApi(state, repository);
  const url = `${api}/check-runs/${run.id}`;
  const html = `${repoHtml(state, repository)}/commit/${run.headSha}#check-${
    run.id
  }`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CheckRun', run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: html,
    details_url: run.detailsUrl ?? html,
    status: run.status,
    conclusion: run.conclusion ?? null,
    started_at: timeOrNull(run.startedAt),
    completed_at: timeOrNull(run.completedAt),
    output: {
      title: run.title ?? null,
      summary: run.summary ?? null,
      text: null,
      annotations_count: 0,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suiteId },
    app: app(state, run.app),
    pull_requests: pullRequests(state, repository, run.headSha),
  };
}

/** What is known of a suite without its commit: as far as its slowest run, as good as its worst. */
export function suiteSummary(
  state: GitHubState,
  repository: RepositoryState,
  suite: CheckSuite,
) {
  const runs = repository
    .checks(suite.headSha)
    .filter(run => run.suiteId === suite.id);
  const done = runs.every(run => run.status === 'completed');
  const bad = runs.find(
    run =>
      !['success', 'neutral', 'skipped'].includes(run.conclusion ?? 'success'),
  );
  let status = 'queued';
  if (done) {
    status = 'completed';
  } else if (runs.some(run => run.status !== 'queued')) {
    status = 'in_progress';
  }
  return {
    id: suite.id,
    node_id: nodeId('CheckSuite', suite.id),
    head_branch: suite.headBranch ?? null,
    head_sha: suite.headSha,
    status,
    conclusion: done ? bad?.conclusion ?? 'success' : null,
    url: `${repoApi(state, repository)}/check-suites/${suite.id}`,
    after: suite.headSha,
    pull_requests: pullRequests(state, repository, suite.headSha),
    app: app(state, suite.app),
    created_at: time(suite.createdAt),
    updated_at: time(
      Math.max(suite.createdAt, ...runs.map(run => run.completedAt ?? 0)),
    ),
    latest_check_runs_count: runs.length,
    check_runs_url: `${repoApi(state, repository)}/check-suites/${
      suite.id
    }/check-runs`,
  };
}

/** The commit of a suite, as suites tell it. */
export function headCommit(commit: Commit) {
  return {
    id: commit.sha,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: time(commit.committer.date),
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
  };
}

/** `check-suite`. */
export function checkSuite(
  state: GitHubState,
  repository: RepositoryState,
  suite: CheckSuite,
  commit: Commit,
) {
  return {
    ...suiteSummary(state, repository, suite),
    before: commit.parents[0] ?? null,
    repository: simpleRepository(state, repository),
    head_commit: headCommit(commit),
  };
}

/** `status`. */
export function statusBody(
  state: GitHubState,
  repository: RepositoryState,
  status: CommitStatus,
) {
  const creator = simpleUser(state, status.creator);
  return {
    url: `${repoApi(state, repository)}/statuses/${status.sha}`,
    avatar_url: creator.avatar_url,
    id: status.id,
    node_id: nodeId('Status', status.id),
    state: status.state,
    description: status.description ?? null,
    target_url: status.targetUrl ?? null,
    context: status.context,
    created_at: time(status.createdAt),
    updated_at: time(status.createdAt),
    creator,
  };
}

/** `combined-commit-status`: of statuses only, check runs do not count. */
export function combinedStatus(
  state: GitHubState,
  repository: RepositoryState,
  sha: string,
) {
  const statuses = repository.latestStatuses(sha);
  const api = repoApi(state, repository);
  const has = (...states: string[]) =>
    statuses.some(status => states.includes(status.state));
  let combined = 'success';
  if (has('error', 'failure')) {
    combined = 'failure';
  } else if (statuses.length === 0 || has('pending')) {
    combined = 'pending';
  }
  return {
    state: combined,
    sha,
    total_count: statuses.length,
    statuses: statuses.map(status => {
      const { creator, ...simple } = statusBody(state, repository, status);
      return { ...simple, avatar_url: creator.avatar_url };
    }),
    repository: simpleRepository(state, repository),
    commit_url: `${api}/commits/${sha}`,
    url: `${api}/commits/${sha}/status`,
  };
}
