import { nodeId, time, timeOrNull } from '../represent/common';
import { issueComment, issueHtml } from '../represent/issues';
import { type Comment, type Issue } from '../state/model';
import { type RepositoryState } from '../state/repository';
import { actor } from './actors';
import {
  type Args,
  connection,
  type Fields,
  type GraphContext,
} from './fields';
import { repositoryObject } from './repository';

/** Fields issues and pull requests have in common. */
export function issueFields(
  context: GraphContext,
  repository: RepositoryState,
  issue: Issue,
): Record<string, unknown> {
  return {
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    bodyText: issue.body ?? '',
    url: issueHtml(context.state, repository, issue),
    resourcePath: new URL(issueHtml(context.state, repository, issue)).pathname,
    closed: issue.state === 'closed',
    locked: false,
    createdAt: time(issue.createdAt),
    updatedAt: time(issue.updatedAt),
    closedAt: timeOrNull(issue.closedAt),
    author: () => actor(context, issue.author),
    repository: () => repositoryObject(context, repository),
    labels: (args: Args, field: string) =>
      connection('Label', args, field, issue.labels, name =>
        labelObject(repository, name),
      ),
    assignees: (args: Args, field: string) =>
      connection('User', args, field, issue.assignees, login =>
        actor(context, login),
      ),
    comments: (args: Args, field: string) =>
      connection('IssueComment', args, field, issue.comments, comment =>
        commentObject(context, repository, issue, comment),
      ),
  };
}

/** An issue that is no pull request. */
export function issueObject(
  context: GraphContext,
  repository: RepositoryState,
  issue: Issue,
): Fields {
  return {
    ...issueFields(context, repository, issue),
    __typename: 'Issue',
    id: nodeId('Issue', issue.id),
    databaseId: issue.id,
    fullDatabaseId: String(issue.id),
    state: issue.state.toUpperCase(),
    stateReason: issue.stateReason?.toUpperCase() ?? null,
  };
}

function labelObject(repository: RepositoryState, name: string): Fields {
  const label = repository.labels.get(name);
  return {
    __typename: 'Label',
    id: nodeId('Label', label?.id ?? 0),
    name,
    color: label?.color ?? 'ededed',
    description: label?.description ?? null,
  };
}

function commentObject(
  context: GraphContext,
  repository: RepositoryState,
  issue: Issue,
  comment: Comment,
): Fields {
  const body = issueComment(context.state, repository, issue, comment);
  return {
    __typename: 'IssueComment',
    id: body.node_id,
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    body: comment.body,
    bodyText: comment.body,
    url: body.html_url,
    createdAt: body.created_at,
    updatedAt: body.updated_at,
    authorAssociation: body.author_association,
    author: () => actor(context, comment.author),
  };
}
