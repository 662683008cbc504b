import {
  castOf,
  startTestWorld,
  type Answer,
  type TestWorld,
} from '../testing/testWorld';

let test: TestWorld;

async function start(): Promise<void> {
  test = await startTestWorld({ cast: castOf('payment-service', 'ledger') });
}

async function post(path: string, body: unknown): Promise<Answer> {
  return await test.ask(`/world/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

describe('the control API', () => {
  beforeEach(start);
  afterEach(() => test.stop());

  function health(service: string, environment = 'staging') {
    return test.world.control
      .status()
      .applications.find(
        application =>
          application.service === service &&
          application.environment === environment,
      );
  }

  async function openPull(): Promise<number> {
    const { git } = test.world.github.repository('my-org/payment-service');
    const sha = await git.commitFiles({
      branch: 'topic',
      parent: await git.resolve('staging'),
      files: { 'NOTES.md': 'A note\n' },
      message: 'Add a note',
      author: { name: 'Dave', email: 'd@example.com', date: test.clock.now() },
    });
    expect(sha).toBeDefined();
    const { body } = await test.ask(
      '/api/v3/repos/my-org/payment-service/pulls',
      {
        method: 'POST',
        headers: {
          authorization: 'Bearer world-github-operator',
          'content-type': 'application/json',
        },
        body: JSON.stringify({
          title: 'A note',
          head: 'topic',
          base: 'staging',
        }),
      },
    );
    return body.number;
  }

  it('tells how the world is', async () => {
    const answer = await test.ask('/world/status');
    expect(answer.body).toMatchObject({
      baseUrl: test.url,
      openPullRequests: [],
      faults: [],
    });
    expect(answer.body.applications).toContainEqual({
      service: 'payment-service',
      environment: 'staging',
      instance: 'staging',
      repository: 'my-org/payment-service',
      branch: 'staging',
      health: 'Healthy',
      sync: 'Synced',
      replicas: '3/3',
      revision: expect.stringMatching(/^[0-9a-f]{40}$/),
    });
    expect((await test.ask('/world')).status).toBe(200);
  });

  it('deploys a bad revision through git, in the name of a developer', async () => {
    const { status, body } = await post('deploy-bad', {
      service: 'payment-service',
      environment: 'production',
      available: 0,
    });
    expect(status).toBe(200);
    await test.clock.advance(32_000);
    expect(health('payment-service', 'production')).toMatchObject({
      health: 'Degraded',
      replicas: '0/3',
      revision: body.revision,
    });
    expect(health('payment-service')?.health).toBe('Healthy');
    const { git } = test.world.github.repository('my-org/payment-service');
    const [deploy, code] = await git.log('main', { max: 2 });
    expect(deploy.sha).toBe(body.deployCommit);
    expect(deploy.message.trim()).toBe(
      `Deploy ${body.revision.slice(0, 7)} to production`,
    );
    expect(code).toMatchObject({
      sha: body.revision,
      author: { name: 'Dave Novak' },
    });
    const diff = await git.diff(body.revision, body.deployCommit);
    expect(diff).toEqual([
      expect.objectContaining({
        path: '.argocd/application.yaml',
        additions: 1,
        deletions: 1,
      }),
    ]);
  });

  it('can wait before it deploys', async () => {
    const { body } = await post('deploy-bad', {
      service: 'payment-service',
      afterMs: 20_000,
    });
    expect(body).toEqual({ scheduledAt: test.clock.now() + 20_000 });
    await test.clock.advance(19_999);
    expect(health('payment-service')?.sync).toBe('Synced');
    await test.clock.advance(1);
    expect(health('payment-service')?.sync).toBe('OutOfSync');
  });

  it('a fix forward heals', async () => {
    await post('deploy-bad', { service: 'ledger' });
    await test.clock.advance(32_000);
    await post('deploy-good', { service: 'ledger' });
    await test.clock.advance(32_000);
    expect(health('ledger')).toMatchObject({
      health: 'Healthy',
      replicas: '3/3',
    });
  });

  it('crashes and heals what runs', async () => {
    await post('crash', { service: 'payment-service' });
    expect(health('payment-service')).toMatchObject({
      health: 'Degraded',
      replicas: '1/3',
    });
    await post('heal', { service: 'payment-service', recoverMs: 1_000 });
    await test.clock.advance(1_000);
    expect(health('payment-service')?.health).toBe('Healthy');
  });

  it('flaps', async () => {
    await post('flap', {
      service: 'ledger',
      downMs: 10_000,
      upMs: 20_000,
      times: 2,
    });
    const seen = [];
    for (let tick = 0; tick < 7; tick += 1) {
      seen.push(health('ledger')?.health);
      await test.clock.advance(10_000);
    }
    expect(seen).toEqual([
      'Degraded',
      'Healthy',
      'Healthy',
      'Degraded',
      'Healthy',
      'Healthy',
      'Healthy',
    ]);
  });

  it('scales and suspends', async () => {
    await post('scale', { service: 'ledger', replicas: 0 });
    expect(health('ledger')).toMatchObject({
      health: 'Healthy',
      replicas: '0/0',
    });
    await post('suspend', { service: 'payment-service', suspended: true });
    expect(health('payment-service')?.health).toBe('Suspended');
    await post('suspend', { service: 'payment-service', suspended: false });
    expect(health('payment-service')?.health).toBe('Healthy');
  });

  it('closes, approves and merges pull requests as people', async () => {
    const number = await openPull();
    const approved = await post('approve', { login: 'alice' });
    expect(approved.body).toEqual({
      repository: 'my-org/payment-service',
      number,
    });
    expect(
      (await post('close-pr', { service: 'payment-service', by: 'erin' })).body,
    ).toEqual({ number });
    expect(
      (await post('close-pr', { service: 'payment-service' })).body.error
        .message,
    ).toBe('my-org/payment-service has no open pull request');
  });

  it('moves a branch', async () => {
    const { git } = test.world.github.repository('my-org/ledger');
    const before = await git.resolve('staging');
    const { body } = await post('move-branch', { service: 'ledger' });
    expect(body.branch).toBe('staging');
    expect(await git.resolve('staging')).toBe(body.sha);
    expect(body.sha).not.toBe(before);
    await post('sync', { service: 'ledger' });
    expect(health('ledger')?.sync).toBe('Synced');
  });

  it('says what CI will say', async () => {
    await post('ci', {
      service: 'payment-service',
      outcome: 'fail',
      durationMs: 10_000,
    });
    await openPull();
    await test.clock.advance(11_000);
    const runs = await test.ask(
      '/api/v3/repos/my-org/payment-service/commits/topic/check-runs',
      { headers: { authorization: 'Bearer world-github-operator' } },
    );
    expect(
      runs.body.check_runs.map((run: { conclusion: string }) => run.conclusion),
    ).toContain('failure');
  });

  it('keeps a log', async () => {
    await post('deploy-bad', { service: 'ledger' });
    await test.clock.advance(2_000);
    const { body } = await test.ask('/world/log');
    expect(body.events.map((event: { kind: string }) => event.kind)).toEqual([
      'git.moved',
      'git.moved',
      'world.deploy-bad',
      'argocd.sync-started',
      'argocd.synced',
    ]);
  });

  it('orders and clears faults', async () => {
    const { body } = await post('faults', {
      system: 'argocd',
      kind: 'status',
      status: 502,
    });
    expect((await test.argo('/applications')).status).toBe(502);
    expect((await test.ask('/world/faults')).body.faults).toHaveLength(1);
    const clear = await test.ask(`/world/faults/${body.id}`, {
      method: 'DELETE',
    });
    expect(clear.body).toEqual({ cleared: 1 });
    expect((await test.argo('/applications')).status).toBe(200);
  });
});

describe('the control API refuses', () => {
  beforeAll(start);
  afterAll(() => test.stop());

  it.each([
    ['deploy-bad', {}, 400, /service/],
    ['deploy-bad', { service: 'ledger', extra: 1 }, 400, /extra/],
    ['crash', { service: 'legder' }, 404, /Did you mean ledger\?/],
    ['crash', { service: 'zzzzzz' }, 404, /There are: payment-service, ledger/],
    ['approve', { login: 'alise' }, 404, /Did you mean alice\?/],
    ['approve', { login: 'alice' }, 400, /no open pull request/],
    ['faults', { system: 'argo', kind: 'delay' }, 400, /system/],
    ['heal', { service: 'ledger', environment: 'test' }, 400, /environment/],
    [
      'close-pr',
      { service: 'ledger', number: 700 },
      404,
      /no pull request #700/,
    ],
    ['merge-pr', { service: 'ledger', number: 1 }, 409, /#1 is merged already/],
    ['nonsense', {}, 404, /has no POST/],
  ])('%s %j', async (path, body, status, message) => {
    const answer = await post(path, body);
    expect(answer.status).toBe(status);
    expect(answer.body.error.message).toMatch(message);
  });

  it('a body that is no JSON', async () => {
    const answer = await test.ask('/world/crash', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(answer.status).toBe(400);
  });
});
