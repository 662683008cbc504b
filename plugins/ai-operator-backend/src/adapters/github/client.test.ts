import { Response } from 'express';
import { startLocalGitHub } from '../__testUtils__/localGitHub';
import { graphqlError, githubError } from './githubError';
import { graphqlUrl } from './GitHubClient';
import { hasMarker, withMarker } from './marker';
import { ResponseCache } from './responseCache';

const NOW = 1_000_000;

const call = (at: Awaited<ReturnType<typeof startLocalGitHub>>) =>
  at.github.listRollbackPullRequests('my-org/pay', 'staging', 'pay', at.call);

async function answering(
  answer: (response: Response) => void,
): Promise<unknown> {
  const at = await startLocalGitHub((_request, response) => answer(response));
  try {
    return await call(at).catch((error: unknown) => error);
  } finally {
    await at.server.close();
  }
}

describe('requests to GitHub', () => {
  it('explains what GitHub refused, with the fields it names', async () => {
    expect(
      await answering(response =>
        response.status(422).json({
          message: 'Validation Failed',
          errors: [{ resource: 'PullRequest', field: 'base', code: 'invalid' }],
        }),
      ),
    ).toMatchObject({
      code: 'VALIDATION',
      message:
        'GitHub my-org/pay: GET pulls answered 422: Validation Failed; base invalid',
    });
  });

  it('does not wait for ever for credentials', async () => {
    const at = await startLocalGitHub((_request, response) => response.end(), {
      getCredentials: () => new Promise(() => {}),
      requestTimeout: 20,
    });
    try {
      await expect(call(at)).rejects.toMatchObject({
        code: 'TIMEOUT',
        message: expect.stringContaining('credentials of'),
      });
    } finally {
      await at.server.close();
    }
  });

  it.each([
    ['403 with Retry-After', 403, { 'retry-after': '3' }],
    ['429 with Retry-After', 429, { 'retry-after': '3' }],
    ['503 with Retry-After', 503, { 'retry-after': '3' }],
  ])('comes back when %s said to', async (_name, status, headers) => {
    let asked = 0;
    const at = await startLocalGitHub((_request, response) => {
      asked += 1;
      if (asked === 1) {
        response.status(status).set(headers).json({ message: 'not so fast' });
      } else {
        response.json([]);
      }
    });
    try {
      expect(await call(at)).toEqual([]);
      expect(at.slept).toHaveLength(1);
      // Measured on this machine's clock, from when the answer came.
      expect(at.slept[0]).toBeGreaterThan(2_000);
      expect(at.slept[0]).toBeLessThanOrEqual(3_000);
    } finally {
      await at.server.close();
    }
  });

  it('does not ask early when a secondary limit tells no time', async () => {
    const at = await startLocalGitHub((_request, response) => {
      response.status(403).json({
        message: 'You have exceeded a secondary rate limit',
        documentation_url:
          'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits',
      });
    });
    try {
      await expect(call(at)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
      expect(at.server.requests).toHaveLength(1);
      expect(at.slept).toEqual([]);
    } finally {
      await at.server.close();
    }
  });

  it('says that a repository has moved', async () => {
    expect(
      await answering(response => response.redirect(301, '/elsewhere')),
    ).toMatchObject({
      code: 'MISCONFIGURED',
      message: expect.stringContaining('renamed or moved'),
    });
  });

  it('refuses a page that is not JSON', async () => {
    expect(
      await answering(response =>
        response.type('application/json').send('<html>'),
      ),
    ).toMatchObject({ code: 'MALFORMED_ANSWER' });
    expect(
      await answering(response => response.type('html').send('<html>')),
    ).toMatchObject({ code: 'MALFORMED_ANSWER' });
  });

  it('refuses to conclude anything from a list that is too long', async () => {
    const page = Array.from({ length: 100 }, (_, number) => ({
      number,
      html_url: 'x',
      user: null,
      head: { ref: 'other' },
      labels: [],
    }));
    expect(await answering(response => response.json(page))).toMatchObject({
      code: 'VALIDATION',
      message: expect.stringContaining('more than 1000 items'),
    });
  });

  it('uses an old answer only when GitHub says that it still holds', async () => {
    let etag = '"1"';
    const asked: Array<string | undefined> = [];
    const at = await startLocalGitHub((request, response) => {
      asked.push(request.get('if-none-match'));
      response.set('etag', etag);
      if (request.get('if-none-match') === etag) {
        response.status(304).end();
      } else {
        response.json([
          {
            number: Number(etag.replace(/"/g, '')),
            html_url: 'x',
            user: { login: 'alice' },
            head: { ref: 'rollback/pay-abc1234' },
            labels: [{ name: 'ai-operator' }],
          },
        ]);
      }
    });
    try {
      expect(await call(at)).toMatchObject([{ number: 1 }]);
      expect(await call(at)).toMatchObject([{ number: 1 }]);
      etag = '"2"';
      expect(await call(at)).toMatchObject([{ number: 2 }]);
      expect(asked).toEqual([undefined, '"1"', '"1"']);
    } finally {
      await at.server.close();
    }
  });

  it('never lets its token out', async () => {
    const at = await startLocalGitHub((request, response) => {
      expect(request.get('authorization')).toBe('token the-token');
      response.status(401).json({ message: 'Bad credentials' });
    });
    try {
      const error = await call(at).catch((caught: Error) => caught);
      const shown = JSON.stringify([
        at.records,
        error,
        String(error),
        (error as Error).cause,
      ]);
      expect(shown).not.toContain('the-token');
      expect(shown).toContain('Bad credentials');
    } finally {
      await at.server.close();
    }
  });
});

describe('the cache', () => {
  const entry = (text: string) => ({
    etag: 'e',
    text,
    contentType: 'application/json',
    link: undefined,
  });

  it('drops what was used least recently', () => {
    const cache = new ResponseCache(2);
    cache.set('a', entry('a'));
    cache.set('b', entry('b'));
    cache.get('a');
    cache.set('c', entry('c'));
    expect(cache.get('b')).toBeUndefined();
    expect(cache.get('a')?.text).toBe('a');
    expect(cache.size).toBe(2);
  });

  it('keeps nothing that is large, and nothing at all when told so', () => {
    const cache = new ResponseCache(2);
    cache.set('a', entry('x'.repeat(600_000)));
    expect(cache.size).toBe(0);
    const none = new ResponseCache(0);
    none.set('a', entry('a'));
    expect(none.size).toBe(0);
  });
});

describe('errors of GitHub', () => {
  const error = (
    status: number,
    headers: Record<string, string> = {},
    data: unknown = { message: 'no' },
  ) =>
    githubError({
      status,
      data,
      header: name => headers[name],
      asked: 'GitHub',
      now: NOW,
    });

  it.each([
    [403, {}, 'PERMISSION_DENIED', undefined],
    [403, { 'retry-after': '30' }, 'RATE_LIMITED', NOW + 30_000],
    [
      403,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1100' },
      'RATE_LIMITED',
      1_100_000,
    ],
    [429, {}, 'RATE_LIMITED', NOW + 60_000],
    [503, { 'retry-after': '5' }, 'UNAVAILABLE', NOW + 5_000],
    [
      404,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1100' },
      'NOT_FOUND',
      undefined,
    ],
  ] as const)('%d with %j is %s', (status, headers, code, retryAt) => {
    expect(error(status, headers as Record<string, string>)).toMatchObject({
      code,
      retryAt,
    });
  });

  it('knows the secondary limit by the page GitHub points at', () => {
    expect(
      error(
        403,
        {},
        {
          message: 'slow down',
          documentation_url:
            'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits',
        },
      ),
    ).toMatchObject({ code: 'RATE_LIMITED', retryAt: NOW + 60_000 });
  });

  it.each([
    [[{ type: 'NOT_FOUND', message: 'x' }], 'NOT_FOUND'],
    [[{ type: 'FORBIDDEN', message: 'x' }], 'PERMISSION_DENIED'],
    [[{ type: 'RATE_LIMITED', message: 'x' }], 'RATE_LIMITED'],
    [[{ message: 'x', extensions: { code: 'undefinedField' } }], 'VALIDATION'],
    [[{ message: 'Something went wrong' }], 'UNAVAILABLE'],
  ])('GraphQL errors %j are %s', (errors, code) => {
    expect(graphqlError(errors, () => undefined, 'GitHub', NOW)).toMatchObject({
      code,
    });
  });

  it('takes no errors for none', () => {
    expect(
      graphqlError(undefined, () => undefined, 'GitHub', NOW),
    ).toBeUndefined();
    expect(graphqlError([], () => undefined, 'GitHub', NOW)).toBeUndefined();
  });

  it('finds GraphQL beside REST', () => {
    expect(graphqlUrl('https://api.github.com')).toBe(
      'https://api.github.com/graphql',
    );
    expect(graphqlUrl('https://ghe.example.com/api/v3')).toBe(
      'https://ghe.example.com/api/graphql',
    );
  });

  it('marks its texts so that no marker ends its comment early', () => {
    const text = withMarker('Hello', 'a --> b');
    expect(hasMarker(text, 'a --> b')).toBe(true);
    expect(hasMarker(text, 'other')).toBe(false);
    expect(text.match(/-->/g)).toHaveLength(1);
    expect(hasMarker(null, 'a')).toBe(false);
  });
});
