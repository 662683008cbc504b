import { compared } from '../domain/pulls';
import { commitBody } from '../represent/commits';
import {
  checkRun,
  headCommit,
  statusBody,
  suiteSummary,
} from '../represent/checks';
import { issueBody, issueComment, label } from '../represent/issues';
import { pullFull, pullSimple, reviewBody } from '../represent/pulls';
import { repoHtml } from '../represent/repositories';
import { time } from '../represent/common';
import { type Fact, type Happening } from '../state/happenings';
import { type Pull } from '../state/model';
import { type RepositoryState } from '../state/repository';
import { type GitHubState } from '../state/state';
import { commitOfPush, frame, repositoryOfPush } from './parts';

const NO_SHA = '0'.repeat(40);

/** Commits a push lists at most. */
const MAX_COMMITS = 20;

type Facts<E extends Fact['event']> = Extract<Fact, { event: E }>;
type Body = Record<string, unknown>;

/**
 * The body of a delivery. What can change later is copied before the first
 * wait, so that it says how things were when it happened.
 */
export async function payloadOf(
  state: GitHubState,
  { repository, by, fact }: Happening,
): Promise<Body> {
  const around = frame(state, repository, by);
  const body = await bodyOf(state, repository, by, fact);
  return {
    ...('action' in fact ? { action: fact.action } : {}),
    ...around,
    ...body,
  };
}

function bodyOf(
  state: GitHubState,
  repository: RepositoryState,
  by: string | undefined,
  fact: Fact,
): Body | Promise<Body> {
  switch (fact.event) {
    case 'pull_request':
      return pullBody(state, repository, fact);
    case 'pull_request_review':
      return {
        review: reviewOfHook(state, repository, fact),
        pull_request: pullSimple(state, repository, fact.pull, 'none'),
        ...(fact.action === 'edited' && {
          changes: { body: { from: fact.from } },
        }),
      };
    case 'check_run':
      return checkRunBody(state, repository, fact);
    case 'check_suite':
      return checkSuiteBody(state, repository, fact);
    case 'status':
      return statusEventBody(state, repository, fact);
    case 'issue_comment':
      return {
        issue: issueBody(state, repository, fact.issue),
        comment: issueComment(state, repository, fact.issue, fact.comment),
        ...(fact.action === 'edited' && {
          changes: { body: { from: fact.from } },
        }),
      };
    case 'issues':
      return {
        issue: issueBody(state, repository, fact.issue),
        ...('label' in fact && {
          label: label(state, repository, fact.label),
        }),
      };
    case 'push':
      return pushBody(state, repository, by, fact);
    default: {
      const never: never = fact;
      throw new Error(`No payload for ${JSON.stringify(never)}`);
    }
  }
}

async function pullBody(
  state: GitHubState,
  repository: RepositoryState,
  fact: Facts<'pull_request'>,
): Promise<Body> {
  const { pull } = fact;
  const then = pullFull(state, repository, pull, 'none', {
    mergeability: { mergeable: undefined, state: 'unknown', problems: [] },
    commits: 0,
    additions: 0,
    deletions: 0,
    changedFiles: 0,
  });
  const figures = await figuresOf(repository, pull);
  return {
    number: pull.number,
    pull_request: { ...then, ...figures },
    ...('label' in fact && { label: label(state, repository, fact.label) }),
    ...('before' in fact && { before: fact.before, after: fact.after }),
  };
}

async function figuresOf(repository: RepositoryState, pull: Pull) {
  const comparison = await compared(repository, pull);
  const files = comparison?.files ?? [];
  return {
    commits: comparison?.aheadBy ?? 0,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: files.length,
  };
}

/** Deliveries write a review's state in small letters, the API in capitals. */
function reviewOfHook(
  state: GitHubState,
  repository: RepositoryState,
  { pull, review }: Facts<'pull_request_review'>,
) {
  const body = reviewBody(state, repository, pull, review);
  return {
    ...body,
    body: body.body === '' ? null : body.body,
    state: body.state.toLowerCase(),
    updated_at: time(review.updatedAt),
  };
}

async function checkRunBody(
  state: GitHubState,
  repository: RepositoryState,
  { run }: Facts<'check_run'>,
): Promise<Body> {
  const then = checkRun(state, repository, run);
  const suite = repository.suites.get(run.suiteId);
  const around = suite && suiteSummary(state, repository, suite);
  const commit = await repository.git.commit(run.headSha);
  return {
    check_run: {
      ...then,
      check_suite: around
        ? { ...around, before: commit?.parents[0] ?? NO_SHA }
        : then.check_suite,
    },
  };
}

async function checkSuiteBody(
  state: GitHubState,
  repository: RepositoryState,
  { suite }: Facts<'check_suite'>,
): Promise<Body> {
  const then = suiteSummary(state, repository, suite);
  const commit = await repository.git.commit(suite.headSha);
  return {
    check_suite: {
      ...then,
      before: commit?.parents[0] ?? NO_SHA,
      head_commit: commit && headCommit(commit),
      rerequestable: true,
      runs_rerequestable: true,
    },
  };
}

async function statusEventBody(
  state: GitHubState,
  repository: RepositoryState,
  { status }: Facts<'status'>,
): Promise<Body> {
  const {
    url: _url,
    node_id: _node,
    creator,
    ...then
  } = statusBody(state, repository, status);
  const commit = await repository.git.commit(status.sha);
  const refs = await repository.git.listRefs('refs/heads/');
  const found = commit && commitBody(state, repository, commit);
  return {
    ...then,
    avatar_url: creator.avatar_url,
    sha: status.sha,
    name: repository.fullName,
    commit: found,
    branches: refs
      .filter(({ sha }) => sha === status.sha)
      .slice(0, 10)
      .map(({ ref, sha }) => ({
        name: ref.slice('refs/heads/'.length),
        commit: { sha, url: found?.url },
        protected: repository.protection.has(ref.slice('refs/heads/'.length)),
      })),
  };
}

async function pushBody(
  state: GitHubState,
  repository: RepositoryState,
  by: string | undefined,
  { ref, before, after }: Facts<'push'>,
): Promise<Body> {
  const { git } = repository;
  const then = repositoryOfPush(state, repository);
  const head = after === undefined ? undefined : await git.commit(after);
  const base = before ?? (await git.resolve(repository.defaultBranch));
  const comparison =
    head && base ? await git.compare(base, head.sha) : undefined;
  const commits = await Promise.all(
    (comparison?.commits ?? [])
      .slice(-MAX_COMMITS)
      .map(commit => commitOfPush(state, repository, commit)),
  );
  const account = by === undefined ? undefined : state.accounts.get(by);
  return {
    ref,
    before: before ?? NO_SHA,
    after: after ?? NO_SHA,
    repository: then,
    pusher: {
      name: account?.login ?? by ?? repository.owner,
      email: account?.email ?? null,
    },
    created: before === undefined,
    deleted: after === undefined,
    forced:
      before !== undefined &&
      after !== undefined &&
      !(await git.isAncestor(before, after)),
    base_ref: null,
    compare: `${repoHtml(state, repository)}/compare/${(base ?? NO_SHA).slice(
      0,
      12,
    )}...${(after ?? NO_SHA).slice(0, 12)}`,
    commits,
    head_commit: head ? await commitOfPush(state, repository, head) : null,
  };
}
