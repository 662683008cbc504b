import { type Mergeability } from '../domain/mergeability';
import { type Pull, type Review } from '../state/model';
import { type RepositoryState } from '../state/repository';
import { type GitHubState } from '../state/state';
import { type Permission } from '../types';
import { nodeId, time, timeOrNull } from './common';
import { issueHtml, label } from './issues';
import { repoApi, repositoryBody } from './repositories';
import { authorAssociation, ownerUser, simpleUser, team } from './users';

/** `pull-request-simple`, as lists give it. */
export function pullSimple(
  state: GitHubState,
  repository: RepositoryState,
  pull: Pull,
  permission: Permission,
) {
  const api = repoApi(state, repository);
  const url = `${api}/pulls/${pull.number}`;
  const issueUrl = `${api}/issues/${pull.number}`;
  const html = issueHtml(state, repository, pull);
  const statuses = `${api}/statuses/${pull.pull.headSha}`;
  const assignees = pull.assignees.map(login => simpleUser(state, login));
  const side = (branch: string, sha: string) => ({
    label: `${repository.owner}:${branch}`,
    ref: branch,
    sha,
    user: ownerUser(state, repository.owner),
    repo: repositoryBody(state, repository, permission),
  });
  return {
    id: pull.pull.id,
    node_id: nodeId('PullRequest', pull.pull.id),
    url,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issueUrl,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: statuses,
    number: pull.number,
    state: pull.state,
    locked: false,
    active_lock_reason: null,
    title: pull.title,
    user: simpleUser(state, pull.author),
    body: pull.body ?? null,
    labels: pull.labels.map(name => label(state, repository, name)),
    milestone: null,
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: pull.pull.requestedReviewers.map(login =>
      simpleUser(state, login),
    ),
    requested_teams: pull.pull.requestedTeams.flatMap(slug => {
      const value = state.accounts.team(repository.owner, slug);
      return value ? [team(state, value)] : [];
    }),
    created_at: time(pull.createdAt),
    updated_at: time(pull.updatedAt),
    closed_at: timeOrNull(pull.closedAt),
    merged_at: timeOrNull(pull.pull.mergedAt),
    merge_commit_sha: pull.pull.mergeCommitSha ?? null,
    head: side(pull.pull.headBranch, pull.pull.headSha),
    base: side(pull.pull.baseBranch, pull.pull.baseSha),
    _links: {
      self: { href: url },
      html: { href: html },
      issue: { href: issueUrl },
      comments: { href: `${issueUrl}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${api}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
    author_association: authorAssociation(state, pull.author, repository.owner),
    auto_merge: null,
    draft: pull.pull.draft,
  };
}

/** What a single pull request says besides {@link pullSimple}. */
export interface PullFigures {
  mergeability: Mergeability;
  commits: number;
  additions: number;
  deletions: number;
  changedFiles: number;
}

/** `pull-request`. */
export function pullFull(
  state: GitHubState,
  repository: RepositoryState,
  pull: Pull,
  permission: Permission,
  figures: PullFigures,
) {
  return {
    ...pullSimple(state, repository, pull, permission),
    merged: pull.pull.mergedAt !== undefined,
    mergeable: figures.mergeability.mergeable ?? null,
    rebaseable: figures.mergeability.mergeable ?? null,
    mergeable_state: figures.mergeability.state,
    merged_by:
      pull.pull.mergedBy === undefined
        ? null
        : simpleUser(state, pull.pull.mergedBy),
    comments: pull.comments.length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: figures.commits,
    additions: figures.additions,
    deletions: figures.deletions,
    changed_files: figures.changedFiles,
  };
}

/** `pull-request-review`. */
export function reviewBody(
  state: GitHubState,
  repository: RepositoryState,
  pull: Pull,
  review: Review,
) {
  const html = `${issueHtml(state, repository, pull)}#pullrequestreview-${
    review.id
  }`;
  const pullUrl = `${repoApi(state, repository)}/pulls/${pull.number}`;
  return {
    id: review.id,
    node_id: nodeId('PullRequestReview', review.id),
    user: simpleUser(state, review.author),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: pullUrl,
    _links: { html: { href: html }, pull_request: { href: pullUrl } },
    submitted_at: time(review.submittedAt),
    commit_id: review.commitId,
    author_association: authorAssociation(
      state,
      review.author,
      repository.owner,
    ),
  };
}
