import { inspect } from 'util';
import { Request, Response } from 'express';
import { startLocalGitHub } from '../__testUtils__/localGitHub';

const HEAD = 'a'.repeat(40);
/** Random, in the forms GitHub gives out: OAuth, classic, fine-grained. */
const TOKENS = [
  'gho_16C7e42F292c6912E7710c838347Ae178B4a',
  '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',
  'github_pat_11ABCDEFG0aBcDeFgHiJkL_mNoPqRsTuVwXyZ0123456789aBcDeFgHiJkLmNoPqRsTuVwXyZ01234567',
];
const [TOKEN] = TOKENS;

type Handler = (request: Request, response: Response) => void;

const PULL = {
  number: 42,
  html_url: 'https://github.com/my-org/pay/pull/42',
  title: 't',
  state: 'open',
  merged: false,
  head: { ref: 'rollback/pay-abc1234', sha: HEAD },
  base: { ref: 'main', sha: 'b'.repeat(40) },
  labels: [],
  user: { login: 'ai-operator[bot]', type: 'Bot' },
};

function approval(login: string, commit = HEAD, state = 'APPROVED') {
  return {
    user: { login, type: 'User' },
    state,
    commit_id: commit,
    submitted_at: '2026-02-27T10:30:00Z',
    html_url: 'x',
  };
}

/** GitHub as alice sees it; a test says what is different. */
function answering(different: Record<string, Handler> = {}): Handler {
  return (request, response) => {
    const asked = `${request.method} ${request.path.replace(
      /^\/api\/v3(\/repos\/my-org\/pay)?/,
      '',
    )}`;
    const usual: Record<string, Handler> = {
      'GET /user': () => response.json({ login: 'alice' }),
      'GET /pulls/42': () => response.json(PULL),
      'GET /pulls/42/reviews': () => response.json([]),
      'POST /pulls/42/reviews': () => response.json(approval('alice')),
    };
    (different[asked] ?? usual[asked])(request, response);
  };
}

async function submitting(
  handler: Handler,
  options: { token?: string; login?: string; requestTimeout?: number } = {},
) {
  const bodies: unknown[] = [];
  const at = await startLocalGitHub(
    (request, response) => {
      if (request.method === 'POST') {
        bodies.push(request.body);
      }
      handler(request, response);
    },
    { requestTimeout: options.requestTimeout },
  );
  try {
    const answer = await at.github
      .submitReview(
        {
          repository: 'my-org/pay',
          number: 42,
          headSha: HEAD,
          body: 'Approved in the portal.',
          token: options.token ?? TOKEN,
          login: options.login ?? 'alice',
        },
        at.call,
      )
      .then(
        result => ({ result, error: undefined }),
        (error: unknown) => ({ result: undefined, error }),
      );
    return { ...answer, ...at, bodies, requests: at.server.requests };
  } finally {
    await at.server.close();
  }
}

/** Everything of it, as a log, a serialiser or a curious reader would see it. */
function allOf(...things: unknown[]): string {
  return things
    .flatMap(thing => [
      String(thing),
      JSON.stringify(thing) ?? '',
      inspect(thing, { depth: 20, showHidden: true, maxStringLength: 1e6 }),
      thing instanceof Error ? `${thing.stack} ${allOf(thing.cause)}` : '',
    ])
    .join('\n');
}

describe('submitReview', () => {
  it('approves exactly the commit the person looked at, as that person', async () => {
    const seen = new Set<string | undefined>();
    const { result, bodies, requests, records } = await submitting(
      (request, response) => {
        seen.add(request.get('authorization'));
        expect(request.url).not.toContain('owner=');
        answering()(request, response);
      },
    );
    expect(result).toEqual({ result: 'submitted' });
    expect(bodies).toEqual([
      { commit_id: HEAD, event: 'APPROVE', body: 'Approved in the portal.' },
    ]);
    expect([...seen]).toEqual([`token ${TOKEN}`]);
    expect(requests).toHaveLength(4);
    expect(records).toMatchObject([
      {
        name: 'github.submitReview',
        parameters: { repository: 'my-org/pay', number: 42, headSha: HEAD },
        result: 'success',
        response: { result: 'submitted' },
      },
    ]);
  });

  it('sees that it was done already, whoever did it', async () => {
    const { result, bodies } = await submitting(
      answering({
        'GET /pulls/42/reviews': (_request, response) =>
          response.json([approval('Alice')]),
      }),
    );
    expect(result).toEqual({ result: 'already_approved' });
    expect(bodies).toEqual([]);
  });

  it.each([
    ['of another commit', approval('alice', 'c'.repeat(40))],
    ['that was dismissed', approval('alice', HEAD, 'DISMISSED')],
    ['of somebody else', approval('erin')],
  ])('is not content with a review %s', async (_name, review) => {
    const { result } = await submitting(
      answering({
        'GET /pulls/42/reviews': (_request, response) =>
          response.json([review]),
      }),
    );
    expect(result).toEqual({ result: 'submitted' });
  });

  it('finds the review of a try whose answer was lost, and repeats nothing', async () => {
    const reviews: unknown[] = [];
    const { result, bodies, slept } = await submitting(
      answering({
        'GET /pulls/42/reviews': (_request, response) => response.json(reviews),
        'POST /pulls/42/reviews': request => {
          reviews.push(approval('alice'));
          request.socket.resetAndDestroy();
        },
      }),
    );
    expect(result).toEqual({ result: 'already_approved' });
    expect(bodies).toHaveLength(1);
    expect(slept).toEqual([1_000]);
  });

  it.each<[string, Record<string, Handler>, string]>([
    [
      'a token GitHub does not know any more',
      {
        'GET /user': (_request, response) =>
          response.status(401).json({ message: 'Bad credentials' }),
      },
      'sign in to GitHub again',
    ],
    [
      'the token of somebody else',
      {
        'GET /user': (_request, response) =>
          response.json({ login: 'mallory' }),
      },
      "belongs to 'mallory', not to 'alice'",
    ],
    [
      'a repository the token may not see, for want of the scope',
      {
        'GET /user': (_request, response) =>
          response.set('x-oauth-scopes', 'read:user').json({ login: 'alice' }),
        'GET /pulls/42': (_request, response) =>
          response.status(404).json({ message: 'Not Found' }),
      },
      "lacks the scope 'repo'",
    ],
    [
      'a token without any scope',
      {
        'GET /user': (_request, response) =>
          response.set('x-oauth-scopes', '').json({ login: 'alice' }),
        'POST /pulls/42/reviews': (_request, response) =>
          response.status(403).json({ message: 'Forbidden' }),
      },
      "lacks the scope 'repo'",
    ],
    [
      'a repository the person may not see',
      {
        'GET /user': (_request, response) =>
          response
            .set('x-oauth-scopes', 'read:user, repo')
            .json({ login: 'alice' }),
        'GET /pulls/42': (_request, response) =>
          response.status(404).json({ message: 'Not Found' }),
      },
      'ask for access to the repository',
    ],
    [
      'a token without scopes that may not',
      {
        'POST /pulls/42/reviews': (_request, response) =>
          response.status(403).json({
            message: 'Resource not accessible by personal access token',
          }),
      },
      'Resource not accessible by personal access token',
    ],
    [
      'the pull request of the person themselves',
      {
        'POST /pulls/42/reviews': (_request, response) =>
          response.status(422).json({
            message: 'Unprocessable Entity',
            errors: ['Can not approve your own pull request'],
          }),
      },
      'Can not approve your own pull request',
    ],
    [
      'a head that has moved',
      {
        'GET /pulls/42': (_request, response) =>
          response.json({
            ...PULL,
            head: { ...PULL.head, sha: 'd'.repeat(40) },
          }),
      },
      `its head is ${'d'.repeat(40)} now`,
    ],
    [
      'a pull request that is over',
      {
        'GET /pulls/42': (_request, response) =>
          response.json({ ...PULL, state: 'closed', merged: true }),
      },
      'is merged already',
    ],
  ])('refuses with a sentence: %s', async (_name, different, because) => {
    const { result, records, slept } = await submitting(answering(different));
    expect(result).toEqual({
      result: 'refused',
      because: expect.stringContaining(because),
    });
    expect(slept).toEqual([]);
    expect(records).toMatchObject([{ result: 'success' }]);
  });

  it('asks GitHub nothing with what is no token', async () => {
    for (const token of ['', 'short', `${TOKEN}\n`, `${TOKEN} é`]) {
      const { result, requests } = await submitting(answering(), { token });
      expect(result).toEqual({
        result: 'refused',
        because: expect.stringContaining('sign in to GitHub again'),
      });
      expect(requests).toEqual([]);
    }
  });

  it('fails where nobody but GitHub can mend it', async () => {
    const { error, slept } = await submitting(
      answering({
        'POST /pulls/42/reviews': (_request, response) =>
          response.status(503).json({ message: 'down' }),
      }),
    );
    expect(error).toMatchObject({ code: 'UNAVAILABLE' });
    expect(slept).toEqual([1_000, 2_000, 4_000]);
    const limited = await submitting(
      answering({
        'GET /user': (_request, response) =>
          response
            .status(403)
            .set('retry-after', '600')
            .json({ message: 'slow down' }),
      }),
    );
    expect(limited.error).toMatchObject({
      code: 'RATE_LIMITED',
      retryAt: expect.any(Number),
    });
  });
});

describe("a person's token", () => {
  /** Says all it was told, headers included, wherever it can. */
  const echo = (status: number): Handler => {
    return (request, response) => {
      const told = `you said ${request.get('authorization')}`;
      response
        .status(status)
        .set('x-echo', told)
        .json({
          // Our quotation of it ends after 300 characters, in the middle of the token.
          message: `${told.padEnd(265, ' x')}${told}`,
          errors: [told],
          documentation_url: told,
        });
    };
  };
  const steps = [
    'GET /user',
    'GET /pulls/42',
    'GET /pulls/42/reviews',
    'POST /pulls/42/reviews',
  ];
  const failures: Array<[string, Handler]> = [
    ...[301, 401, 403, 404, 405, 409, 422, 429, 500, 503].map(
      status => [`answers ${status}`, echo(status)] as [string, Handler],
    ),
    [
      'answers what is not JSON',
      (request, response) =>
        response
          .type('application/json')
          .send(`<html>${request.get('authorization')}`),
    ],
    [
      'answers another shape',
      (request, response) =>
        response.json({ [String(request.get('authorization'))]: 1 }),
    ],
    ['breaks the connection', request => request.socket.resetAndDestroy()],
    ['does not answer', () => {}],
    [
      'answers too much',
      (request, response) =>
        response.json({
          login: `${request.get('authorization')}`.repeat(30_000),
        }),
    ],
  ];

  it.each(
    steps.flatMap(step =>
      failures.map(([name, handler]) => [step, name, handler] as const),
    ),
  )('is nowhere when %s %s', async (step, _name, handler) => {
    const token = TOKENS[steps.indexOf(step) % TOKENS.length];
    const { result, error, records, observed, budgets } = await submitting(
      answering({ [step]: handler }),
      { token, requestTimeout: 100 },
    );
    expect(records).toHaveLength(1);
    const shown = allOf(result, error, records, observed, budgets);
    expect(shown).not.toContain(token);
    // Nor the beginning of it, where a quotation was cut short.
    expect(shown).not.toContain(token.slice(0, 12));
  });

  it('leaves no answer behind for others, and takes none of theirs', async () => {
    const conditional: Array<string | undefined> = [];
    let login = 'alice';
    const at = await startLocalGitHub((request, response) => {
      conditional.push(request.get('if-none-match'));
      response.set({
        etag: '"1"',
        'x-ratelimit-limit': '5000',
        'x-ratelimit-remaining': '7',
        'x-ratelimit-reset': '9999999999',
      });
      answering({
        'GET /user': () => response.json({ login }),
      })(request, response);
    });
    try {
      const submit = () =>
        at.github.submitReview(
          {
            repository: 'my-org/pay',
            number: 42,
            headSha: HEAD,
            body: '',
            token: TOKEN,
            login: 'alice',
          },
          at.call,
        );
      await submit();
      expect(at.budgets).toEqual([]);
      expect(at.github.budget('my-org/pay')).toBeUndefined();
      login = 'mallory';
      expect(await submit()).toMatchObject({ result: 'refused' });
      await at.github.getReviews('my-org/pay', 42, at.call);
      expect(conditional.every(each => each === undefined)).toBe(true);
      expect(at.github.budget('my-org/pay')).toMatchObject({ remaining: 7 });
    } finally {
      await at.server.close();
    }
  });
});
