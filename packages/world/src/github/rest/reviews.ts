import { z } from 'zod';
import { ApiError, notFound, unprocessable } from '../domain/apiError';
import {
  dismissReview,
  editReview,
  mayDismiss,
  mustBringCommit,
  submitReview,
} from '../domain/reviews';
import { pullSimple, reviewBody } from '../represent/pulls';
import { simpleUser, team } from '../represent/users';
import { type Register } from './api';
import { type Call } from './call';
import { needScope, WRITE_SCOPES } from './scopes';
import { paged } from './paging';
import { pullOf } from './pulls';

const PULL = '/repos/:owner/:repo/pulls/:number';
const Create = z.object({
  event: z.enum(['APPROVE', 'REQUEST_CHANGES', 'COMMENT']).optional(),
  body: z.string().default(''),
  commit_id: z.string().optional(),
});
const Reviewers = z.object({
  reviewers: z.array(z.string()).max(100).default([]),
  team_reviewers: z.array(z.string()).max(100).default([]),
});
const Dismiss = z.object({ message: z.string().min(1) });
const Edit = z.object({ body: z.string() });

/** Reviews and who was asked for one. */
export function reviewRoutes(register: Register): void {
  register('get', `${PULL}/reviews`, call => {
    const repository = call.repository();
    const pull = pullOf(call, repository);
    return paged(call, pull.pull.reviews, reviews =>
      reviews.map(review => reviewBody(call.state, repository, pull, review)),
    );
  });
  register('post', `${PULL}/reviews`, createReview);
  register('get', `${PULL}/reviews/:review`, call => {
    const repository = call.repository();
    const pull = pullOf(call, repository);
    return { body: reviewBody(call.state, repository, pull, reviewOf(call)) };
  });
  register('put', `${PULL}/reviews/:review`, edit);
  register('put', `${PULL}/reviews/:review/dismissals`, dismiss);
  register('get', `${PULL}/requested_reviewers`, call => {
    const repository = call.repository();
    const { requestedReviewers, requestedTeams } = pullOf(
      call,
      repository,
    ).pull;
    return {
      body: {
        users: requestedReviewers.map(login => simpleUser(call.state, login)),
        teams: requestedTeams.flatMap(slug => {
          const found = call.state.accounts.team(repository.owner, slug);
          return found ? [team(call.state, found)] : [];
        }),
      },
    };
  });
  register('post', `${PULL}/requested_reviewers`, call => request(call, true));
  register('delete', `${PULL}/requested_reviewers`, call =>
    request(call, false),
  );
}

function reviewOf(call: Call) {
  const id = call.number('review');
  const review = pullOf(call, call.repository()).pull.reviews.find(
    item => item.id === id,
  );
  if (!review) {
    throw notFound();
  }
  return review;
}

function edit(call: Call) {
  const repository = call.repository();
  const { login } = needScope(call, WRITE_SCOPES).account;
  const pull = pullOf(call, repository);
  const review = reviewOf(call);
  if (login !== review.author) {
    throw new ApiError(403, 'Must have admin rights to Repository.');
  }
  const { body } = call.body(Edit);
  editReview(call.state, repository, pull, review, { by: login, body });
  return { body: reviewBody(call.state, repository, pull, review) };
}

function dismiss(call: Call) {
  const repository = call.repository('push');
  const { login } = needScope(call, WRITE_SCOPES).account;
  const pull = pullOf(call, repository);
  call.body(Dismiss);
  const review = reviewOf(call);
  if (!mayDismiss(repository, pull, call.permission(repository))) {
    call.refuse('admin');
  }
  dismissReview(call.state, repository, pull, review, login);
  return { body: reviewBody(call.state, repository, pull, review) };
}

async function createReview(call: Call) {
  const repository = call.repository();
  const pull = pullOf(call, repository);
  const { account } = needScope(call, WRITE_SCOPES);
  const body = call.body(Create);
  if (body.event === undefined) {
    throw unprocessable(
      'The simulated GitHub keeps no pending reviews: give "event" APPROVE, REQUEST_CHANGES or COMMENT',
    );
  }
  if (body.commit_id !== undefined) {
    await mustBringCommit(repository, pull, body.commit_id);
  }
  const review = submitReview(call.state, repository, pull, {
    author: account.login,
    event: body.event,
    body: body.body,
    commitId: body.commit_id,
  });
  return { body: reviewBody(call.state, repository, pull, review) };
}

function request(call: Call, adding: boolean) {
  const repository = call.repository('push');
  const pull = pullOf(call, repository);
  const body = call.body(Reviewers);
  const logins = body.reviewers.map(login => {
    const account = call.state.accounts.get(login);
    if (!account) {
      throw unprocessable(
        'Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the repository.',
      );
    }
    if (adding && account.login === pull.author) {
      throw unprocessable(
        'Review cannot be requested from pull request author.',
      );
    }
    return account.login;
  });
  const change = (before: string[], items: string[]) =>
    adding
      ? [...new Set([...before, ...items])]
      : before.filter(item => !items.includes(item));
  pull.pull.requestedReviewers = change(pull.pull.requestedReviewers, logins);
  pull.pull.requestedTeams = change(
    pull.pull.requestedTeams,
    body.team_reviewers,
  );
  pull.updatedAt = call.state.now();
  return {
    status: adding ? 201 : 200,
    body: pullSimple(call.state, repository, pull, call.permission(repository)),
  };
}
