import {
  startTestWorld,
  WORLD_START,
  type TestWorld,
} from '../testing/testWorld';

const DAY = 86_400_000;

describe('the API of Prometheus', () => {
  let test: TestWorld;
  let history: { revision: string; deployedAt: string }[];

  beforeAll(async () => {
    test = await startTestWorld();
    const { body } = await test.argo('/applications/payment-service');
    history = body.status.history;
  });
  afterAll(() => test.stop());

  function uptime(revision: string, environment = 'staging') {
    return `avg_over_time(up{app="payment-service",revision="${revision}",environment="${environment}"}[24h])`;
  }

  it('knows how well each revision did when it was deployed', async () => {
    const [, , , stable, shaky] = history;
    const asOf = (at: number) => ({ time: String(at / 1000) });
    const good = await test.prometheus(
      uptime(stable.revision),
      asOf(Date.parse(stable.deployedAt) + DAY),
    );
    expect(good.body.status).toBe('success');
    expect(good.body.data.resultType).toBe('vector');
    expect(good.body.data.result).toHaveLength(1);
    const [sample] = good.body.data.result;
    expect(sample.metric).toMatchObject({
      app: 'payment-service',
      environment: 'staging',
      revision: stable.revision,
    });
    expect(sample.metric).not.toHaveProperty('__name__');
    expect(sample.value[0]).toBe((Date.parse(stable.deployedAt) + DAY) / 1000);
    expect(sample.value[1]).toMatch(/^0\.998\d*$/);

    const bad = await test.prometheus(uptime(shaky.revision));
    expect(Number(bad.body.data.result[0].value[1])).toBeCloseTo(0.95, 2);
  });

  it('has nothing before a revision ran, and forgets it a day after it ended', async () => {
    const [first, second] = history;
    const before = await test.prometheus(uptime(second.revision), {
      time: first.deployedAt,
    });
    expect(before.body.data.result).toEqual([]);
    const afterwards = await test.prometheus(uptime(first.revision));
    expect(afterwards.body.data.result).toEqual([]);
  });

  it('has nothing for what it does not know', async () => {
    for (const query of [
      uptime('0123456789012345678901234567890123456789'),
      uptime(history[4].revision, 'production'),
      'up{app="none"}',
      'http_requests_total{app="payment-service"}',
    ]) {
      const { status, body } = await test.prometheus(query);
      expect(status).toBe(200);
      expect(body.data).toEqual({ resultType: 'vector', result: [] });
    }
  });

  it('answers an instant selector with its name and 0 or 1', async () => {
    const { body } = await test.prometheus('up{app="payment-service"}');
    expect(
      body.data.result.map(
        (sample: { metric: Record<string, string>; value: string[] }) => [
          sample.metric.__name__,
          sample.metric.environment,
          ['0', '1'].includes(sample.value[1]),
        ],
      ),
    ).toEqual([
      ['up', 'staging', true],
      ['up', 'production', true],
    ]);
  });

  it('reads a POSTed form as well as the URL', async () => {
    const form = new URLSearchParams({
      query: 'up{environment="staging"}',
      time: new Date(WORLD_START).toISOString(),
      timeout: '5s',
    });
    const posted = await test.ask('/prometheus/api/v1/query', {
      method: 'POST',
      body: form,
    });
    const got = await test.ask(`/prometheus/api/v1/query?${form}`);
    expect(posted.status).toBe(200);
    expect(posted.body).toEqual(got.body);
    expect(posted.body.data.result).toHaveLength(1);
  });

  it.each([
    ['query=rate(up%5B5m%5D)', /parse error/],
    ['query=', /no expression found/],
    ['query=up&time=yesterday', /invalid parameter "time"/],
    ['query=up&timeout=soon', /invalid parameter "timeout"/],
  ])('refuses ?%s', async (parameters, message) => {
    const { status, body } = await test.ask(
      `/prometheus/api/v1/query?${parameters}`,
    );
    expect(status).toBe(400);
    expect(body).toEqual({
      status: 'error',
      errorType: 'bad_data',
      error: expect.stringMatching(message),
    });
  });

  it('is healthy and says what it is', async () => {
    expect((await test.ask('/prometheus/-/healthy')).text).toContain('Healthy');
    const build = await test.ask('/prometheus/api/v1/status/buildinfo');
    expect(build.body.data.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect((await test.ask('/prometheus/api/v1/other')).status).toBe(404);
  });

  it('counts the time a revision crashed', async () => {
    test.world.control.crash({ service: 'payment-service', available: 0 });
    await test.clock.advance(DAY);
    const { body } = await test.prometheus(uptime(history[4].revision));
    expect(Number(body.data.result[0].value[1])).toBe(0);
  });
});
