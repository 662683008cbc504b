import { closedAddress, startLocalServer } from '../__testUtils__/localServer';
import { boundedFetch } from './boundedFetch';

describe('boundedFetch', () => {
  const base = { timeoutMs: 2_000, maxBytes: 1_000, asked: 'the question' };

  async function against(
    handler: Parameters<typeof startLocalServer>[0],
    options: Partial<Parameters<typeof boundedFetch>[0]> = {},
  ) {
    const server = await startLocalServer(handler);
    try {
      return await boundedFetch({ ...base, url: server.url, ...options });
    } finally {
      await server.close();
    }
  }

  it('hands over status, headers and text of any answer', async () => {
    const answer = await against((_request, response) => {
      response.status(418).set('x-kind', 'teapot').send('kurz & gut ✓');
    });
    expect(answer.status).toBe(418);
    expect(answer.headers.get('x-kind')).toBe('teapot');
    expect(answer.text).toBe('kurz & gut ✓');
  });

  it('refuses a body over the limit, and takes one that fits exactly', async () => {
    await expect(
      against((_request, response) => response.send('x'.repeat(1_001))),
    ).rejects.toMatchObject({
      code: 'MISCONFIGURED',
      message:
        'the question answered more than 1000 bytes; raise maxResponseBytes if that is right',
    });
    const answer = await against((_request, response) =>
      response.send('x'.repeat(1_000)),
    );
    expect(answer.text).toHaveLength(1_000);
  });

  it('gives up on an answer that does not come, and on a body that does not end', async () => {
    await expect(against(() => {}, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: 'the question did not answer within 50 ms',
    });
    await expect(
      against((_request, response) => response.write('begin'), {
        timeoutMs: 50,
      }),
    ).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  it('can be cancelled', async () => {
    const controller = new AbortController();
    await expect(
      against(() => controller.abort(), { signal: controller.signal }),
    ).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('says what a connection that fails means', async () => {
    await expect(
      boundedFetch({ ...base, url: await closedAddress() }),
    ).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: 'the question failed: ECONNREFUSED; nothing listens there',
    });
    await expect(
      against(request => request.socket.resetAndDestroy()),
    ).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('does not follow a redirect with credentials in hand', async () => {
    const answer = await against((_request, response) =>
      response.redirect('http://127.0.0.1:9/elsewhere'),
    );
    expect(answer.status).toBe(302);
  });
});
