import { startTestWorld, type TestWorld } from './testing/testWorld';

const QUERY = '/prometheus/api/v1/query?query=up';

describe('faults', () => {
  let test: TestWorld;

  beforeAll(async () => {
    test = await startTestWorld();
  });
  afterEach(() => {
    test.world.control.clearFaults();
  });
  afterAll(() => test.stop());

  it.each([
    [
      'argocd',
      () => test.argo('/applications'),
      { code: 14, error: expect.any(String), message: expect.any(String) },
    ],
    [
      'kubernetes',
      () => test.kubernetes('/api/v1/pods'),
      { kind: 'Status', status: 'Failure', code: 503 },
    ],
    [
      'prometheus',
      () => test.ask(QUERY),
      { status: 'error', errorType: 'unavailable' },
    ],
    [
      'github',
      () => test.ask('/api/v3/rate_limit'),
      { message: expect.any(String) },
    ],
  ] as const)(
    '%s answers an error in its own words',
    async (system, ask, body) => {
      test.world.control.fault({ system, kind: 'status', count: 1 });
      const broken = await ask();
      expect(broken.status).toBe(503);
      expect(broken.body).toMatchObject(body);
      expect((await ask()).status).not.toBe(503);
    },
  );

  it.each([401, 403, 404, 429, 500, 504])('answers %d', async status => {
    test.world.control.fault({ system: 'argocd', kind: 'status', status });
    expect((await test.argo('/applications')).status).toBe(status);
  });

  it('never touches the control API or another system', async () => {
    for (const system of ['github', 'argocd', 'kubernetes'] as const) {
      test.world.control.fault({ system, kind: 'status' });
    }
    expect((await test.ask('/world/status')).status).toBe(200);
    expect((await test.ask('/')).status).toBe(200);
    expect((await test.ask(QUERY)).status).toBe(200);
  });

  it('malformed answers are no JSON', async () => {
    test.world.control.fault({ system: 'kubernetes', kind: 'malformed' });
    await expect(test.kubernetes('/api/v1/pods')).rejects.toThrow(SyntaxError);
  });

  it('a reset connection is an error of the connection', async () => {
    test.world.control.fault({ system: 'prometheus', kind: 'reset' });
    await expect(test.ask(QUERY)).rejects.toThrow('fetch failed');
  });

  it('a lost answer is done all the same', async () => {
    test.world.control.fault({
      system: 'pager',
      kind: 'lost-answer',
      count: 1,
    });
    const page = () =>
      test.ask('/pager/webhook', {
        method: 'POST',
        headers: {
          authorization: 'Bearer world-pager-operator',
          'content-type': 'application/json',
        },
        body: JSON.stringify({
          event: 'ai-operator.page',
          dedup_key: 'lost',
          summary: 's',
          severity: 'critical',
          application: 'a',
          environment: 'staging',
          link: 'http://localhost/',
          details: '',
          sent_at: '2026-02-27T11:31:00.000Z',
        }),
      });
    await expect(page()).rejects.toThrow('fetch failed');
    expect(test.world.pager.incidents()).toHaveLength(1);
    expect((await page()).body).toEqual({ status: 'known', dedup_key: 'lost' });
  });

  it('a delayed answer comes when its time has come', async () => {
    test.world.control.fault({
      system: 'prometheus',
      kind: 'delay',
      delayMs: 5_000,
      count: 1,
    });
    let answered = false;
    const answer = test.ask(QUERY).then(result => {
      answered = true;
      return result;
    });
    await untilStruck(1);
    await test.clock.advance(4_999);
    await turn();
    expect(answered).toBe(false);
    await test.clock.advance(1);
    expect((await answer).status).toBe(200);
  });

  it('a hung answer never comes; clearing cuts it off', async () => {
    test.world.control.fault({ system: 'argocd', kind: 'hang' });
    const answer = test.argo('/applications').then(
      () => 'answered',
      () => 'cut off',
    );
    await untilStruck(1);
    await test.clock.advance(60_000);
    test.world.control.clearFaults({ system: 'argocd' });
    expect(await answer).toBe('cut off');
    expect((await test.argo('/applications')).status).toBe(200);
  });

  it('a client that gives up on a hung answer leaves nothing behind', async () => {
    test.world.control.fault({ system: 'argocd', kind: 'hang', count: 1 });
    await expect(
      test.ask('/argocd/staging/api/version', {
        signal: AbortSignal.timeout(100),
      }),
    ).rejects.toThrow();
    expect((await test.ask('/argocd/staging/api/version')).status).toBe(200);
  });

  it('a rate limit says when to come back', async () => {
    test.world.control.fault({
      system: 'github',
      kind: 'rate-limit',
      retryAfterSeconds: 90,
    });
    const github = await test.ask('/api/v3/rate_limit');
    expect(github.status).toBe(403);
    expect(github.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(Number(github.headers.get('x-ratelimit-reset'))).toBe(
      Math.ceil(test.clock.now() / 1000) + 90,
    );
    test.world.control.fault({ system: 'prometheus', kind: 'rate-limit' });
    const prometheus = await test.ask(QUERY);
    expect(prometheus.status).toBe(429);
    expect(prometheus.headers.get('retry-after')).toBe('60');
    test.world.control.fault({ system: 'pager', kind: 'rate-limit' });
    const pager = await test.ask('/pager/webhook', { method: 'POST' });
    expect(pager.status).toBe(429);
    expect(pager.body).toEqual({ error: expect.any(String) });
    test.world.control.fault({ system: 'slack', kind: 'rate-limit' });
    const slack = await test.ask('/slack/api/auth.test');
    expect(slack.status).toBe(429);
    expect(slack.body).toEqual({ ok: false, error: 'ratelimited' });
  });

  it.each([
    [{ service: 'payment-service' }, [503, 200, 200]],
    [{ instance: 'production' }, [200, 200, 503]],
    [{ path: '*/applications?*' }, [200, 503, 200]],
    [{ path: '/argocd/*' }, [503, 503, 503]],
    [{ method: 'POST' }, [200, 200, 200]],
  ])('narrowed to %j strikes only that', async (narrow, expected) => {
    test.world.control.fault({ system: 'argocd', kind: 'status', ...narrow });
    const answers = [
      await test.argo('/applications/payment-service'),
      await test.argo('/applications?fields=items.metadata.name'),
      await test.argo('/applications', 'production'),
    ];
    expect(answers.map(answer => answer.status)).toEqual(expected);
  });

  it('finds a service in a POSTed query', async () => {
    test.world.control.fault({
      system: 'prometheus',
      kind: 'status',
      service: 'payment-service',
    });
    const ask = (app: string) =>
      test.ask('/prometheus/api/v1/query', {
        method: 'POST',
        body: new URLSearchParams({ query: `up{app="${app}"}` }),
      });
    expect((await ask('payment-service')).status).toBe(503);
    expect((await ask('payment')).status).toBe(200);
  });

  it('the newest fault wins, and each is counted and cleared by itself', async () => {
    const { control } = test.world;
    const old = control.fault({ system: 'argocd', kind: 'status' });
    const fresh = control.fault({
      system: 'argocd',
      kind: 'status',
      status: 500,
    });
    expect((await test.argo('/applications')).status).toBe(500);
    expect(control.clearFaults({ id: fresh.id })).toBe(1);
    expect((await test.argo('/applications')).status).toBe(503);
    expect(control.status().faults).toEqual([
      expect.objectContaining({ id: old.id, hits: 1 }),
    ]);
  });

  async function untilStruck(hits: number): Promise<void> {
    const struck = () => {
      const { faults } = test.world.control.status();
      // A fault that is used up is no longer listed.
      return faults.length === 0 || faults[0].hits >= hits;
    };
    while (!struck()) {
      await turn();
    }
  }
});

async function turn(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, 20));
}
