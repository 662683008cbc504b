import { z } from 'zod';
import { ApiError, notFound, validationFailed } from '../domain/apiError';
import {
  addComment,
  deleteComment,
  editComment,
  findComment,
  mustOwnComment,
} from '../domain/comments';
import { closeIssue, createIssue, reopenIssue } from '../domain/issues';
import { findLabel, setLabels } from '../domain/labels';
import { reopenPull } from '../domain/pulls';
import { issueBody, issueComment } from '../represent/issues';
import {
  type Account,
  type Comment,
  type Issue,
  isPull,
  permits,
} from '../state/model';
import { type RepositoryState } from '../state/repository';
import { type Register } from './api';
import { type Call } from './call';
import { paged } from './paging';

const REPO = '/repos/:owner/:repo';

const LabelName = z.union([z.string(), z.object({ name: z.string() })]);
const Create = z.object({
  title: z.union([z.string(), z.number()]).transform(String),
  body: z.string().nullish(),
  labels: z.array(LabelName).max(100).default([]),
  assignees: z.array(z.string()).max(10).default([]),
});
const Update = z.object({
  title: z.string().min(1).optional(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
  state_reason: z
    .enum(['completed', 'not_planned', 'duplicate', 'reopened'])
    .nullish(),
  labels: z.array(LabelName).max(100).optional(),
  assignees: z.array(z.string()).max(10).optional(),
});
const NewComment = z.object({ body: z.string().min(1).max(65_536) });

/** Issues (pull requests are issues too) and their comments. */
export function issueRoutes(register: Register): void {
  register('get', `${REPO}/issues`, listIssues);
  register('post', `${REPO}/issues`, create);
  register('get', `${REPO}/issues/comments/:comment`, call => {
    const repository = call.repository();
    const { issue, comment } = commentOf(call, repository);
    return { body: issueComment(call.state, repository, issue, comment) };
  });
  register('patch', `${REPO}/issues/comments/:comment`, call => {
    const repository = call.repository();
    const found = commentOf(call, repository);
    const { login } = ownerOf(call, repository, found);
    const { body } = call.body(NewComment);
    editComment(call.state, repository, found, login, body);
    const { issue, comment } = found;
    return { body: issueComment(call.state, repository, issue, comment) };
  });
  register('delete', `${REPO}/issues/comments/:comment`, call => {
    const repository = call.repository();
    const found = commentOf(call, repository);
    const { login } = ownerOf(call, repository, found);
    deleteComment(call.state, repository, found, login);
    return { status: 204 };
  });
  register('get', `${REPO}/issues/:number`, call => {
    const repository = call.repository();
    return {
      body: issueBody(call.state, repository, issueOf(call, repository)),
    };
  });
  register('patch', `${REPO}/issues/:number`, update);
  register('get', `${REPO}/issues/:number/comments`, call => {
    const repository = call.repository();
    const issue = issueOf(call, repository);
    const since = call.timeQuery('since') ?? 0;
    return paged(
      call,
      issue.comments.filter(comment => comment.updatedAt >= since),
      comments =>
        comments.map(comment =>
          issueComment(call.state, repository, issue, comment),
        ),
    );
  });
  register('post', `${REPO}/issues/:number/comments`, call => {
    const repository = call.repository();
    const issue = issueOf(call, repository);
    const { account } = writer(call);
    const { body } = call.body(NewComment);
    const comment = addComment(
      call.state,
      repository,
      issue,
      account.login,
      body,
    );
    const answer = issueComment(call.state, repository, issue, comment);
    return { status: 201, body: answer, headers: { Location: answer.url } };
  });
}

/** The issue or pull request of the path. @throws ApiError 404 */
export function issueOf(call: Call, repository: RepositoryState): Issue {
  const issue = repository.issues.get(call.number('number'));
  if (!issue) {
    throw notFound();
  }
  return issue;
}

export function commentOf(call: Call, repository: RepositoryState) {
  const found = findComment(repository, call.number('comment'));
  if (!found) {
    throw notFound();
  }
  return found;
}

/** Whoever may change that comment. @throws ApiError 403 for everybody else */
function ownerOf(
  call: Call,
  repository: RepositoryState,
  { comment }: { comment: Comment },
): Account {
  const { account } = writer(call);
  mustOwnComment(comment, account.login, call.permission(repository));
  return account;
}

/** Somebody whose token may write at all. */
export function writer(call: Call) {
  const viewer = call.signedIn();
  if (
    !viewer.token.scopes.some(scope => ['repo', 'public_repo'].includes(scope))
  ) {
    throw notFound();
  }
  if (!permits(viewer.token.maxPermission, 'triage')) {
    throw new ApiError(403, 'Resource not accessible by personal access token');
  }
  return viewer;
}

function names(labels: Array<z.infer<typeof LabelName>>): string[] {
  return labels.map(label => (typeof label === 'string' ? label : label.name));
}

function listIssues(call: Call) {
  const repository = call.repository();
  const wanted = call.query('state') ?? 'open';
  const labels = (call.query('labels') ?? '')
    .split(',')
    .map(name => name.trim())
    .filter(Boolean)
    .map(name => findLabel(repository, name) ?? name);
  const since = call.timeQuery('since') ?? 0;
  const creator = call.query('creator')?.toLowerCase();
  const assignee = call.query('assignee')?.toLowerCase();
  const sort = call.query('sort') ?? 'created';
  const direction = call.query('direction') === 'asc' ? 1 : -1;
  const weight = (issue: Issue) => {
    if (sort === 'updated') {
      return issue.updatedAt;
    }
    return sort === 'comments' ? issue.comments.length : issue.createdAt;
  };
  const found = [...repository.issues.values()]
    .filter(issue => wanted === 'all' || issue.state === wanted)
    .filter(issue => labels.every(name => issue.labels.includes(name)))
    .filter(issue => issue.updatedAt >= since)
    .filter(
      issue => creator === undefined || issue.author.toLowerCase() === creator,
    )
    .filter(
      issue =>
        assignee === undefined ||
        assignee === '*' ||
        issue.assignees.some(login => login.toLowerCase() === assignee),
    )
    .sort((a, b) => direction * (weight(a) - weight(b) || a.number - b.number));
  return paged(call, found, page =>
    page.map(issue => issueBody(call.state, repository, issue)),
  );
}

function create(call: Call) {
  const repository = call.repository();
  const { account } = writer(call);
  const body = call.body(Create);
  if (body.title.trim() === '') {
    throw validationFailed({
      resource: 'Issue',
      field: 'title',
      code: 'missing_field',
    });
  }
  // Without triage rights GitHub drops labels and assignees silently.
  const trusted = permits(call.permission(repository), 'triage');
  const issue = createIssue(call.state, repository, {
    title: body.title,
    body: body.body ?? undefined,
    author: account.login,
    labels: trusted ? names(body.labels) : [],
    assignees: trusted ? known(call, body.assignees) : [],
  });
  const answer = issueBody(call.state, repository, issue);
  return { status: 201, body: answer, headers: { Location: answer.url } };
}

function known(call: Call, logins: string[]): string[] {
  return logins.map(login => {
    const account = call.state.accounts.get(login);
    if (!account) {
      throw validationFailed({
        resource: 'Issue',
        field: 'assignees',
        code: 'invalid',
        value: login,
      });
    }
    return account.login;
  });
}

async function update(call: Call) {
  const repository = call.repository();
  const issue = issueOf(call, repository);
  const { login } = writer(call).account;
  const trusted = permits(call.permission(repository), 'triage');
  if (login !== issue.author && !trusted) {
    call.refuse('triage');
  }
  const body = call.body(Update);
  issue.title = body.title ?? issue.title;
  issue.body = body.body === undefined ? issue.body : body.body ?? undefined;
  // Authors without triage rights keep what is set, without being told.
  if (trusted && body.labels) {
    setLabels(call.state, repository, issue, names(body.labels), login);
  }
  if (trusted && body.assignees) {
    issue.assignees = known(call, body.assignees);
  }
  issue.updatedAt = call.state.now();
  if (body.state === 'closed') {
    const reason = body.state_reason ?? 'completed';
    closeIssue(
      call.state,
      repository,
      issue,
      login,
      reason === 'reopened' ? 'completed' : reason,
    );
  } else if (body.state === 'open' && issue.state === 'closed') {
    if (isPull(issue)) {
      await reopenPull(call.state, repository, issue, login);
    } else {
      reopenIssue(call.state, repository, issue, login);
    }
  }
  return { body: issueBody(call.state, repository, issue) };
}
