import { z } from 'zod';
import { ApiError, notFound } from '../domain/apiError';
import { addReaction } from '../domain/comments';
import { reactionBody } from '../represent/issues';
import { type Reaction, REACTIONS } from '../state/model';
import { type Register } from './api';
import { type Call } from './call';
import { commentOf, issueOf, writer } from './issues';
import { paged } from './paging';

const REPO = '/repos/:owner/:repo';

const NewReaction = z.object({ content: z.enum(REACTIONS) });

/** Reactions to issues and to their comments. */
export function reactionRoutes(register: Register): void {
  const places: Array<[string, (call: Call) => { reactions: Reaction[] }]> = [
    [
      `${REPO}/issues/comments/:comment/reactions`,
      call => commentOf(call, call.repository()).comment,
    ],
    [
      `${REPO}/issues/:number/reactions`,
      call => issueOf(call, call.repository()),
    ],
  ];
  for (const [path, subject] of places) {
    register('get', path, call => list(call, subject(call).reactions));
    register('post', path, call => react(call, subject(call).reactions));
    register('delete', `${path}/:reaction`, call => {
      takeBack(call, subject(call));
      return { status: 204 };
    });
  }
}

function list(call: Call, reactions: Reaction[]) {
  const content = call.query('content');
  return paged(
    call,
    reactions.filter(
      reaction => content === undefined || reaction.content === content,
    ),
    page => page.map(reaction => reactionBody(call.state, reaction)),
  );
}

/** 201, or 200 for a reaction that was there already. */
function react(call: Call, reactions: Reaction[]) {
  const { login } = writer(call).account;
  const { content } = call.body(NewReaction);
  const { reaction, isNew } = addReaction(
    call.state,
    reactions,
    login,
    content,
  );
  return {
    status: isNew ? 201 : 200,
    body: reactionBody(call.state, reaction),
  };
}

function takeBack(call: Call, subject: { reactions: Reaction[] }): void {
  const { login } = writer(call).account;
  const id = call.number('reaction');
  const found = subject.reactions.find(reaction => reaction.id === id);
  if (!found) {
    throw notFound();
  }
  if (found.login !== login) {
    throw new ApiError(403, 'You can only take back your own reactions.');
  }
  subject.reactions = subject.reactions.filter(other => other !== found);
}
