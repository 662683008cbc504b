import {
  startTestWorld,
  WORLD_START,
  type TestWorld,
} from '../testing/testWorld';

const MANIFEST = '.argocd/application.yaml';
const REPOSITORY = 'my-org/payment-service';
const POLL_MS = 120_000;

let test: TestWorld;

async function application() {
  const { body } = await test.argo('/applications/payment-service');
  return body;
}

async function commit(files: Record<string, string | undefined>) {
  return await test.world.github.repository(REPOSITORY).git.commitFiles({
    branch: 'staging',
    files,
    message: 'A change',
    author: {
      name: 'Dave Novak',
      email: 'dave.novak@example.com',
      date: test.clock.now(),
    },
  });
}

async function manifest(): Promise<string> {
  const { git } = test.world.github.repository(REPOSITORY);
  return String(await git.readFile('staging', MANIFEST));
}

describe('syncing from git', () => {
  beforeEach(async () => {
    test = await startTestWorld();
  });
  afterEach(() => test.stop());

  it('deploys with the next poll what the manifest on the branch names, and only that', async () => {
    const before = await application();
    const { revision } = await test.world.control.deployBad({
      service: 'payment-service',
      refresh: false,
    });
    await test.clock.advanceTo(WORLD_START + POLL_MS - 1);
    expect((await application()).status.sync).toMatchObject({
      status: 'Synced',
      revision: before.status.sync.revision,
    });

    await test.clock.advance(1);
    const comparing = await application();
    expect(comparing.status.sync).toMatchObject({
      status: 'OutOfSync',
      revision,
    });
    expect(comparing.status.operationState).toMatchObject({
      phase: 'Running',
      syncResult: { revision },
    });
    expect(comparing.operation).toMatchObject({ sync: { revision } });
    expect(comparing.status.history).toHaveLength(before.status.history.length);

    await test.clock.advance(2_000);
    const synced = await application();
    expect(synced.status.sync.status).toBe('Synced');
    expect(synced.status.operationState).toMatchObject({
      phase: 'Succeeded',
      startedAt: '2026-02-27T10:30:00Z',
      finishedAt: '2026-02-27T10:30:02Z',
    });
    expect(synced.operation).toBeUndefined();
    expect(
      synced.status.history[synced.status.history.length - 1],
    ).toMatchObject({
      revision,
      deployStartedAt: '2026-02-27T10:30:00Z',
      deployedAt: '2026-02-27T10:30:02Z',
    });
    expect(synced.status.health.status).toBe('Progressing');

    await test.clock.advance(30_000);
    const degraded = await application();
    expect(degraded.status.health).toEqual({
      status: 'Degraded',
      lastTransitionTime: '2026-02-27T10:30:32Z',
    });
    const deployment = await test.kubernetes(
      '/apis/apps/v1/namespaces/payments/deployments/payment-service',
    );
    expect(deployment.body.status).toMatchObject({
      replicas: 3,
      updatedReplicas: 3,
      availableReplicas: 1,
      unavailableReplicas: 2,
    });
  });

  it('heals only through a merged pull request', async () => {
    const healthy = await application();
    const good = healthy.status.history[3].revision;
    const { revision: bad } = await test.world.control.deployBad({
      service: 'payment-service',
    });
    await test.clock.advance(32_000);
    expect((await application()).status.health.status).toBe('Degraded');

    // A branch and an open pull request change nothing that runs.
    const { github, control } = test.world;
    const { git } = github.repository(REPOSITORY);
    const branch = 'rollback/payment-service-test';
    const base = await git.resolve('staging');
    await git.updateRef(`refs/heads/${branch}`, base ?? '');
    await git.commitFiles({
      branch,
      files: { [MANIFEST]: (await manifest()).replace(bad, good) },
      message: 'Roll back',
      author: {
        name: 'Alice',
        email: 'alice@example.com',
        date: test.clock.now(),
      },
    });
    const opened = await test.ask(`/api/v3/repos/${REPOSITORY}/pulls`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer world-github-operator',
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        title: 'Rollback',
        head: branch,
        base: 'staging',
      }),
    });
    expect(opened.status).toBe(201);
    expect(opened.body.number).toBe(42);
    await test.clock.advance(2 * POLL_MS);
    const still = await application();
    expect(still.status.health.status).toBe('Degraded');
    expect(still.status.sync.revision).toBe(bad);

    await control.mergePullRequest({ service: 'payment-service' });
    const merged = test.clock.now();
    expect((await application()).status.sync.revision).toBe(bad);
    await test.clock.advanceTo(
      Math.ceil((merged + 1) / POLL_MS) * POLL_MS + 2_000,
    );
    expect((await application()).status.sync).toMatchObject({
      status: 'Synced',
      revision: good,
    });
    await test.clock.advance(30_000);
    const recovered = await application();
    expect(recovered.status.health.status).toBe('Healthy');
    expect(recovered.status.summary.images).toEqual([
      'ghcr.io/my-org/payment-service:2.12.1',
    ]);
  });

  it('what crashes is the image: whatever commit deploys it crashes', async () => {
    await test.world.control.deployBad({
      service: 'payment-service',
      available: 0,
    });
    await test.clock.advance(32_000);
    const unrelated = await commit({ 'NOTES.md': 'On top of the bad one\n' });
    await commit({
      [MANIFEST]: (
        await manifest()
      ).replace(/targetRevision: \S+/, `targetRevision: ${unrelated}`),
    });
    await test.world.control.sync({ service: 'payment-service' });
    await test.clock.advance(32_000);
    const { status } = await application();
    expect(status.sync).toMatchObject({
      status: 'Synced',
      revision: unrelated,
    });
    expect(status.health.status).toBe('Degraded');

    // Promoted, it crashes in production as well.
    const { git } = test.world.github.repository(REPOSITORY);
    const onMain = String(await git.readFile('main', MANIFEST));
    await git.commitFiles({
      branch: 'main',
      files: {
        [MANIFEST]: onMain.replace(
          /targetRevision: \S+/,
          `targetRevision: ${unrelated}`,
        ),
      },
      message: 'Promote',
      author: {
        name: 'Alice Martin',
        email: 'alice.martin@example.com',
        date: test.clock.now(),
      },
    });
    await test.world.control.sync({
      service: 'payment-service',
      environment: 'production',
    });
    await test.clock.advance(32_000);
    const production = await test.argo(
      '/applications/payment-service',
      'production',
    );
    expect(production.body.status.health.status).toBe('Degraded');
  });

  it('looks at once when asked to refresh', async () => {
    const { revision } = await test.world.control.deployGood({
      service: 'payment-service',
      refresh: false,
    });
    const { body } = await test.argo(
      '/applications/payment-service?refresh=normal',
    );
    expect(body.status.sync).toMatchObject({ status: 'OutOfSync', revision });
    await test.clock.advance(2_000);
    expect((await application()).status.sync.status).toBe('Synced');
  });

  it('takes replicas, probes and images from the manifests of the revision', async () => {
    const text = String(
      await test.world.github
        .repository(REPOSITORY)
        .git.readFile('staging', 'deploy/deployment.yaml'),
    );
    const revision = await commit({
      'deploy/deployment.yaml': text
        .replace('replicas: 3', 'replicas: 5')
        .replace(/:2\.13\.1/, ':9.9.9')
        .replace(/ {10}livenessProbe:(\n {12}.*)+/, ''),
    });
    await commit({
      [MANIFEST]: (
        await manifest()
      ).replace(/targetRevision: \S+/, `targetRevision: ${revision}`),
    });
    await test.world.control.sync({ service: 'payment-service' });
    await test.clock.advance(40_000);
    const { body } = await test.kubernetes(
      '/apis/apps/v1/namespaces/payments/deployments/payment-service',
    );
    const [container] = body.spec.template.spec.containers;
    expect(body.spec.replicas).toBe(5);
    expect(body.status.availableReplicas).toBe(5);
    expect(container.image).toBe('ghcr.io/my-org/payment-service:9.9.9');
    expect(container.readinessProbe).toBeDefined();
    expect(container.livenessProbe).toBeUndefined();
  });

  it('a missing manifest is a ComparisonError that ends when it is back', async () => {
    const text = await manifest();
    await commit({ [MANIFEST]: undefined });
    await test.world.control.sync({ service: 'payment-service' });
    expect((await application()).status.sync.status).toBe('Unknown');
    await commit({ [MANIFEST]: text });
    await test.world.control.sync({ service: 'payment-service' });
    const { status } = await application();
    expect(status.sync.status).toBe('Synced');
    expect(status.conditions).toBeUndefined();
  });

  it('a revision without manifests fails to sync once, and what runs keeps running', async () => {
    const revision = await commit({ 'deploy/deployment.yaml': undefined });
    await commit({
      [MANIFEST]: (
        await manifest()
      ).replace(/targetRevision: \S+/, `targetRevision: ${revision}`),
    });
    await test.world.control.sync({ service: 'payment-service' });
    await test.clock.advance(2_000);
    const failed = await application();
    expect(failed.status.operationState).toMatchObject({
      phase: 'Failed',
      message: expect.stringContaining('deploy'),
    });
    expect(failed.status.sync.status).toBe('OutOfSync');
    await test.clock.advance(POLL_MS);
    expect((await application()).status.operationState.startedAt).toBe(
      failed.status.operationState.startedAt,
    );
    expect((await application()).status.health.status).toBe('Healthy');
  });

  it('keeps the last ten deployments', async () => {
    const found = test.world.argo.find('payment-service', 'staging');
    for (let index = 0; index < 8; index += 1) {
      found?.recordDeployment({
        revision: String(index).repeat(40),
        deployStartedAt: test.clock.now(),
        deployedAt: test.clock.now(),
        spec: found.spec,
      });
    }
    const { history } = (await application()).status;
    expect(history.map((entry: { id: number }) => entry.id)).toEqual([
      3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
    ]);
  });
});

describe('what Argo CD cannot use', () => {
  beforeAll(async () => {
    test = await startTestWorld();
  });
  afterAll(() => test.stop());

  it.each([
    ['is no YAML', 'kind: [', /./],
    ['is another thing', 'kind: Secret\nmetadata: {name: x}', /no Application/],
    [
      'lacks a destination',
      'kind: Application\nmetadata: {name: payment-service}\nspec: {project: p}',
      /destination/,
    ],
    [
      'names a commit that is not there',
      undefined,
      /unable to resolve '0123456789012345678901234567890123456789'/,
    ],
  ])(
    'a manifest that %s is a ComparisonError, and what runs keeps running',
    async (_, text, message) => {
      const usable = await manifest();
      const unresolvable = usable.replace(
        /targetRevision: \S+/,
        'targetRevision: "0123456789012345678901234567890123456789"',
      );
      await commit({ [MANIFEST]: text ?? unresolvable });
      await test.world.control.sync({ service: 'payment-service' });
      const { status } = await application();
      expect(status.sync.status).toBe('Unknown');
      expect(status.conditions).toEqual([
        {
          type: 'ComparisonError',
          message: expect.stringMatching(message),
          lastTransitionTime: '2026-02-27T10:28:00Z',
        },
      ]);
      expect(status.health.status).toBe('Healthy');
      await commit({ [MANIFEST]: usable });
    },
  );
});
