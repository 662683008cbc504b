import {
  type Comment,
  type Issue,
  type Reaction,
  REACTIONS,
} from '../state/model';
import { type RepositoryState } from '../state/repository';
import { type GitHubState } from '../state/state';
import { nodeId, time, timeOrNull } from './common';
import { repoApi, repoHtml } from './repositories';
import { authorAssociation, simpleUser } from './users';

/** `label`. */
export function label(
  state: GitHubState,
  repository: RepositoryState,
  name: string,
) {
  const value = repository.labels.get(name);
  const id = value?.id ?? 0;
  return {
    id,
    node_id: nodeId('Label', id),
    url: `${repoApi(state, repository)}/labels/${encodeURIComponent(name)}`,
    name,
    description: value?.description ?? null,
    color: value?.color ?? 'ededed',
    default: ['bug', 'documentation', 'enhancement'].includes(name),
  };
}

/** `issue`; a pull request seen as an issue points to itself. */
export function issueBody(
  state: GitHubState,
  repository: RepositoryState,
  issue: Issue,
) {
  const url = `${repoApi(state, repository)}/issues/${issue.number}`;
  const assignees = issue.assignees.map(login => simpleUser(state, login));
  return {
    id: issue.id,
    node_id: nodeId(issue.pull ? 'PullRequest' : 'Issue', issue.id),
    url,
    repository_url: repoApi(state, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: issueHtml(state, repository, issue),
    number: issue.number,
    state: issue.state,
    state_reason: issue.stateReason ?? null,
    title: issue.title,
    body: issue.body ?? null,
    user: simpleUser(state, issue.author),
    labels: issue.labels.map(name => label(state, repository, name)),
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    locked: false,
    active_lock_reason: null,
    comments: issue.comments.length,
    closed_at: timeOrNull(issue.closedAt),
    closed_by:
      issue.closedBy === undefined ? null : simpleUser(state, issue.closedBy),
    created_at: time(issue.createdAt),
    updated_at: time(issue.updatedAt),
    author_association: authorAssociation(
      state,
      issue.author,
      repository.owner,
    ),
    reactions: reactionRollup(`${url}/reactions`, issue.reactions),
    performed_via_github_app: null,
    ...(issue.pull
      ? {
          draft: issue.pull.draft,
          pull_request: {
            url: `${repoApi(state, repository)}/pulls/${issue.number}`,
            html_url: issueHtml(state, repository, issue),
            diff_url: `${issueHtml(state, repository, issue)}.diff`,
            patch_url: `${issueHtml(state, repository, issue)}.patch`,
            merged_at: timeOrNull(issue.pull.mergedAt),
          },
        }
      : {}),
  };
}

/** Address of the page of an issue or pull request. */
export function issueHtml(
  state: GitHubState,
  repository: RepositoryState,
  issue: Issue,
): string {
  const kind = issue.pull ? 'pull' : 'issues';
  return `${repoHtml(state, repository)}/${kind}/${issue.number}`;
}

/** `issue-comment`. */
export function issueComment(
  state: GitHubState,
  repository: RepositoryState,
  issue: Issue,
  comment: Comment,
) {
  const api = repoApi(state, repository);
  const url = `${api}/issues/comments/${comment.id}`;
  return {
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    url,
    html_url: `${issueHtml(state, repository, issue)}#issuecomment-${
      comment.id
    }`,
    issue_url: `${api}/issues/${issue.number}`,
    body: comment.body,
    user: simpleUser(state, comment.author),
    created_at: time(comment.createdAt),
    updated_at: time(comment.updatedAt),
    author_association: authorAssociation(
      state,
      comment.author,
      repository.owner,
    ),
    reactions: reactionRollup(`${url}/reactions`, comment.reactions),
    performed_via_github_app: null,
  };
}

function reactionRollup(url: string, reactions: Reaction[]) {
  return {
    url,
    total_count: reactions.length,
    ...Object.fromEntries(
      REACTIONS.map(content => [
        content,
        reactions.filter(reaction => reaction.content === content).length,
      ]),
    ),
  };
}

/** `reaction`. */
export function reactionBody(state: GitHubState, reaction: Reaction) {
  return {
    id: reaction.id,
    node_id: nodeId('Reaction', reaction.id),
    user: simpleUser(state, reaction.login),
    content: reaction.content,
    created_at: time(reaction.createdAt),
  };
}
