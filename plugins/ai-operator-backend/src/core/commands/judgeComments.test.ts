import { CommentNow, judgeComments, KnownComment } from './judgeComments';

function comment(overrides: Partial<CommentNow> = {}): CommentNow {
  return {
    id: 1,
    login: 'alice',
    isBot: false,
    body: 'APPROVE',
    createdAt: 1_000,
    updatedAt: 1_000,
    ...overrides,
  };
}

function handled(overrides: Partial<KnownComment> = {}): KnownComment {
  return {
    id: 'issue:1',
    commentId: 1,
    updatedAt: 1_000,
    command: 'APPROVE',
    result: 'accepted',
    ...overrides,
  };
}

it('gives new ones in the order they were written, talk and bots left out', () => {
  const { fresh, gone } = judgeComments(
    [
      comment({ id: 4, body: 'ABORT', createdAt: 4_000, updatedAt: 4_000 }),
      comment({ id: 2, body: 'let us see' }),
      comment({ id: 3, isBot: true }),
      comment({ id: 1 }),
    ],
    [],
  );
  expect(fresh.map(({ comment: { id } }) => id)).toEqual([1, 4]);
  expect(gone).toEqual([]);
});

it('does not answer twice', () => {
  expect(judgeComments([comment()], [handled()])).toEqual({
    fresh: [],
    gone: [],
  });
});

it('takes no command from an edited comment, whoever edited it', () => {
  const { fresh } = judgeComments([comment({ updatedAt: 2_000 })], []);
  expect(fresh).toEqual([
    {
      comment: expect.objectContaining({ id: 1 }),
      parsed: {
        kind: 'not_understood',
        because: expect.stringContaining('edited comments are no commands'),
      },
    },
  ]);
});

it('says nothing about edited talk', () => {
  expect(
    judgeComments([comment({ body: 'hm', updatedAt: 2_000 })], []).fresh,
  ).toEqual([]);
});

it.each<['pending' | 'accepted', CommentNow[], string]>([
  ['accepted', [], 'its comment was deleted'],
  ['pending', [], 'its comment was deleted'],
  ['accepted', [comment({ updatedAt: 2_000 })], 'its comment was edited'],
])('takes back a command that is %s and gone', (result, comments, because) => {
  expect(judgeComments(comments, [handled({ result })]).gone).toEqual([
    { id: 'issue:1', because },
  ]);
});

it.each<Partial<KnownComment>>([
  { result: 'refused' },
  { result: 'withdrawn' },
  { command: undefined, result: 'refused' },
])('leaves alone what has no effect any more: %j', overrides => {
  expect(judgeComments([], [handled(overrides)])).toEqual({
    fresh: [],
    gone: [],
  });
});
