import {
  type Comment,
  type Issue,
  permits,
  type Reaction,
} from '../state/model';
import { LIMITS, type RepositoryState } from '../state/repository';
import { type GitHubState } from '../state/state';
import { type Permission } from '../types';
import { ApiError, unprocessable } from './apiError';

/** Comments on an issue or pull request, as somebody. */
export function addComment(
  state: GitHubState,
  repository: RepositoryState,
  issue: Issue,
  author: string,
  body: string,
): Comment {
  if (issue.comments.length >= LIMITS.commentsPerIssue) {
    throw unprocessable(
      `Commenting is disabled on issues with more than ${LIMITS.commentsPerIssue} comments`,
    );
  }
  // One moment: two that differ would mean that it was edited.
  const at = state.now();
  const comment: Comment = {
    id: state.nextId(),
    author,
    body,
    createdAt: at,
    updatedAt: at,
    reactions: [],
  };
  issue.comments.push(comment);
  issue.updatedAt = at;
  state.happened(repository, author, {
    event: 'issue_comment',
    action: 'created',
    issue,
    comment,
  });
  return comment;
}

/** Rewrites a comment; the same text again changes nothing. */
export function editComment(
  state: GitHubState,
  repository: RepositoryState,
  found: { issue: Issue; comment: Comment },
  by: string,
  body: string,
): void {
  const { issue, comment } = found;
  if (comment.body === body) {
    return;
  }
  const from = comment.body;
  comment.body = body;
  comment.updatedAt = state.now();
  state.happened(repository, by, {
    event: 'issue_comment',
    action: 'edited',
    issue,
    comment,
    from,
  });
}

/** Removes a comment, and with it its reactions. */
export function deleteComment(
  state: GitHubState,
  repository: RepositoryState,
  found: { issue: Issue; comment: Comment },
  by: string,
): void {
  const { issue, comment } = found;
  issue.comments = issue.comments.filter(other => other !== comment);
  state.happened(repository, by, {
    event: 'issue_comment',
    action: 'deleted',
    issue,
    comment,
  });
}

/** A comment of a repository by its id. */
export function findComment(
  repository: RepositoryState,
  id: number,
): { issue: Issue; comment: Comment } | undefined {
  for (const issue of repository.issues.values()) {
    const comment = issue.comments.find(item => item.id === id);
    if (comment) {
      return { issue, comment };
    }
  }
  return undefined;
}

/**
 * Comments are changed by their author, and by whoever may write in the repository.
 *
 * @throws ApiError 403
 */
export function mustOwnComment(
  comment: Comment,
  login: string,
  permission: Permission,
): void {
  const own = comment.author.toLowerCase() === login.toLowerCase();
  if (!own && !permits(permission, 'push')) {
    throw new ApiError(403, 'Must have admin rights to Repository.');
  }
}

/** Reacting twice with the same is one reaction. */
export function addReaction(
  state: GitHubState,
  reactions: Reaction[],
  login: string,
  content: Reaction['content'],
): { reaction: Reaction; isNew: boolean } {
  const there = reactions.find(
    reaction => reaction.login === login && reaction.content === content,
  );
  if (there) {
    return { reaction: there, isNew: false };
  }
  if (reactions.length >= LIMITS.reactions) {
    throw unprocessable(
      `The simulated GitHub keeps at most ${LIMITS.reactions} reactions to one thing`,
    );
  }
  const reaction = {
    id: state.nextId(),
    login,
    content,
    createdAt: state.now(),
  };
  reactions.push(reaction);
  return { reaction, isNew: true };
}
