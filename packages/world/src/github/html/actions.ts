import { type NextFunction, type Request, type Response } from 'express';
import { ApiError } from '../domain/apiError';
import {
  addComment,
  deleteComment,
  editComment,
  mustOwnComment,
} from '../domain/comments';
import { closeIssue, reopenIssue } from '../domain/issues';
import { mergePull } from '../domain/merge';
import { reopenPull } from '../domain/pulls';
import { submitReview } from '../domain/reviews';
import { type Sessions } from '../oauth/sessions';
import { type Account, type Issue, isPull, permits } from '../state/model';
import { Html } from './html';
import { issuePage, pullPage } from './issuePages';
import { type PageCall } from './repositoryPages';

/** What the forms of the pages do, as the last part of their address. */
export const ACTIONS = [
  'approve',
  'request-changes',
  'merge',
  'close',
  'reopen',
  'comment',
  'edit-comment',
  'delete-comment',
] as const;
type Action = (typeof ACTIONS)[number];

/** Does what a form says, as who is signed in, and shows the page again. */
export async function act(
  call: PageCall | undefined,
  sessions: Sessions,
  request: Request,
  response: Response,
  next: NextFunction,
): Promise<void> {
  const issue = call?.repository.issues.get(Number(request.params.number));
  if (!call || !issue) {
    next();
    return;
  }
  const { repository, viewer } = call;
  const address = `/${repository.fullName}/${issue.pull ? 'pull' : 'issues'}/${
    issue.number
  }`;
  if (!viewer) {
    response.redirect(303, `/login?return_to=${encodeURIComponent(address)}`);
    return;
  }
  try {
    if (!sessions.isOwnForm(request, request.body.form_token)) {
      throw new ApiError(403, 'This form is out of date. Please try again.');
    }
    const action = ACTIONS.find(name => name === request.params.action);
    if (action) {
      await perform(call, issue, viewer, action);
    }
    response.redirect(303, address);
  } catch (error) {
    if (!(error instanceof ApiError)) {
      throw error;
    }
    const words = String(
      error.errors?.find(item => typeof item === 'string') ?? error.message,
    );
    const result = issue.pull
      ? await pullPage(call, words)
      : await issuePage(call, words);
    response
      .status(error.status)
      .type(result instanceof Html ? 'html' : 'text')
      .send(result instanceof Html ? result.text : words);
  }
}

async function perform(
  call: PageCall,
  issue: Issue,
  viewer: Account,
  action: Action,
): Promise<void> {
  const { state, repository, request } = call;
  const { login } = viewer;
  const permission = state.accounts.permission(login, repository.owner);
  const text =
    typeof request.body.body === 'string' ? request.body.body.trim() : '';
  switch (action) {
    case 'comment':
      if (text !== '') {
        addComment(state, repository, issue, login, text);
      }
      return;
    case 'edit-comment':
    case 'delete-comment': {
      const id = Number(request.body.comment);
      const comment = issue.comments.find(item => item.id === id);
      if (!comment) {
        throw new ApiError(404, 'This comment is gone.');
      }
      mustOwnComment(comment, login, permission);
      const found = { issue, comment };
      if (action === 'delete-comment') {
        deleteComment(state, repository, found, login);
      } else if (text !== '') {
        editComment(state, repository, found, login, text);
      }
      return;
    }
    case 'close':
      mayClose(issue, login, permits(permission, 'triage'));
      closeIssue(state, repository, issue, login);
      return;
    case 'reopen':
      mayClose(issue, login, permits(permission, 'triage'));
      if (isPull(issue)) {
        await reopenPull(state, repository, issue, login);
      } else {
        reopenIssue(state, repository, issue, login);
      }
      return;
    case 'approve':
    case 'request-changes':
      if (isPull(issue)) {
        submitReview(state, repository, issue, {
          author: login,
          event: action === 'approve' ? 'APPROVE' : 'REQUEST_CHANGES',
          body: text,
        });
      }
      return;
    case 'merge':
      if (!permits(permission, 'push')) {
        throw new ApiError(403, 'You need write access for this.');
      }
      if (isPull(issue)) {
        await mergePull(state, repository, issue, {
          by: login,
          permission,
          method: 'squash',
        });
      }
      return;
    default: {
      const never: never = action;
      throw new Error(`No form does ${never}`);
    }
  }
}

function mayClose(issue: Issue, login: string, trusted: boolean): void {
  if (!trusted && issue.author !== login) {
    throw new ApiError(403, 'You need write access for this.');
  }
}
