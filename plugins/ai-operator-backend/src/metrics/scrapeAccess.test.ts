import { TestBackend } from '@backstage/backend-test-utils';
import request from 'supertest';
import { startScrapedBackend, TOKENS } from './__testUtils__/scrapedBackend';

jest.setTimeout(30_000);

describe('who may scrape the assembled backend', () => {
  let backend: TestBackend;

  afterEach(async () => {
    await backend.stop();
  });

  function scrape(token?: string) {
    const asked = request(backend.server).get('/api/ai-operator/metrics');
    return token ? asked.set('authorization', `Bearer ${token}`) : asked;
  }

  it('is a service with a static token, and nobody else', async () => {
    backend = await startScrapedBackend({});
    expect((await scrape()).status).toBe(401);
    expect((await scrape('not-a-token')).status).toBe(401);
    const answer = await scrape(TOKENS.ours);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(
      /^text\/plain;.*version=0\.0\.4/,
    );
    expect(answer.text).toContain(
      'ai_operator_active_rollbacks{environment="staging"} 0',
    );
  });

  it('is not a service whose token is for another plugin', async () => {
    backend = await startScrapedBackend({});
    expect((await scrape(TOKENS.others)).status).toBe(403);
  });

  it('is anybody where the configuration says so, and only for the figures', async () => {
    backend = await startScrapedBackend({
      aiOperator: { metrics: { access: 'public' } },
    });
    expect((await scrape()).status).toBe(200);
    expect(
      (await request(backend.server).get('/api/ai-operator/v1/overview'))
        .status,
    ).toBe(401);
  });

  it('is a service only where the configuration is mistaken', async () => {
    backend = await startScrapedBackend({
      aiOperator: { metrics: { access: 'everybody' } },
    });
    expect((await scrape()).status).toBe(401);
    expect((await scrape(TOKENS.ours)).status).toBe(200);
  });
});
