import {
  createPaymentService,
  startGitHub,
  type TestGitHub,
} from '../__testUtils__/startGitHub';

const FULL_NAME = 'my-org/payment-service';
const repo = { owner: 'my-org', repo: 'payment-service' };

// Real git and real HTTP: a busy machine needs its time.
jest.setTimeout(60_000);

describe('CI', () => {
  let world: TestGitHub;
  let serial = 0;

  beforeAll(async () => {
    world = await startGitHub({ ci: { durationMs: 100_000, queueMs: 2000 } });
    await createPaymentService(world.github);
  });
  afterAll(async () => {
    await world.stop();
  });
  afterEach(() => {
    world.github.ci.clearOutcomes(FULL_NAME);
  });

  async function push(branch: string): Promise<string> {
    const { git } = world.github.repository(FULL_NAME);
    serial += 1;
    return await git.commitFiles({
      branch,
      files: { 'serial.txt': `${serial}\n` },
      message: `Push ${serial}`,
      author: { name: 'D', email: 'd@example.com', date: world.clock.now() },
      parent: (await git.resolve(branch)) ?? (await git.resolve('staging')),
    });
  }

  async function open(branch: string): Promise<string> {
    const sha = await push(branch);
    await world
      .octokit('dave-token')
      .pulls.create({ ...repo, title: branch, head: branch, base: 'staging' });
    return sha;
  }

  async function checks(ref: string): Promise<Record<string, string>> {
    const { data } = await world
      .octokit('dave-token')
      .checks.listForRef({ ...repo, ref });
    return Object.fromEntries(
      data.check_runs.map(run => [run.name, run.conclusion ?? run.status]),
    );
  }

  it('runs for protected branches and open pull requests only', async () => {
    expect(await checks(await push('staging'))).toEqual({
      test: 'queued',
      lint: 'queued',
      'branch-protection-check': 'queued',
    });
    const quiet = await push('quiet');
    expect(await checks(quiet)).toEqual({});
    await world
      .octokit('dave-token')
      .pulls.create({ ...repo, title: 'q', head: 'quiet', base: 'staging' });
    expect(Object.keys(await checks(quiet))).toHaveLength(3);
    const again = await push('quiet');
    expect(Object.keys(await checks(again))).toHaveLength(3);
  });

  it('finishes check by check, the first last', async () => {
    const sha = await open('steps');
    await world.clock.advance(2000);
    expect(await checks(sha)).toEqual({
      test: 'in_progress',
      lint: 'in_progress',
      'branch-protection-check': 'in_progress',
    });
    await world.clock.advance(97_999);
    expect(await checks(sha)).toEqual({
      test: 'in_progress',
      lint: 'success',
      'branch-protection-check': 'success',
    });
    await world.clock.advance(1);
    expect((await checks(sha)).test).toBe('success');
  });

  it('fails and hangs on demand, for a branch, a commit or a check', async () => {
    world.github.ci.setOutcome(FULL_NAME, {
      conclusion: 'failure',
      durationMs: 10_000,
      only: 'bad/*',
    });
    world.github.ci.setOutcome(FULL_NAME, {
      conclusion: 'failure',
      only: 'linty',
      check: 'lint',
    });
    const bad = await open('bad/one');
    const linty = await open('linty');
    const good = await open('good');
    await world.clock.advance(10_000);
    expect(await checks(bad)).toMatchObject({
      test: 'failure',
      lint: 'success',
    });
    await world.clock.advance(100_000);
    expect(await checks(linty)).toMatchObject({
      test: 'success',
      lint: 'failure',
    });
    expect(await checks(good)).toMatchObject({
      test: 'success',
      lint: 'success',
    });

    const byCommit = await open('one-commit');
    world.github.ci.setOutcome(FULL_NAME, {
      conclusion: 'failure',
      only: byCommit.slice(0, 7),
    });
    await world.clock.advance(100_000);
    expect(await checks(byCommit)).toMatchObject({ test: 'failure' });
    const next = await push('one-commit');
    await world.clock.advance(100_000);
    expect(await checks(next)).toMatchObject({ test: 'success' });
  });

  it('obeys a new outcome while it runs, and lets go of what hangs', async () => {
    world.github.ci.setOutcome(FULL_NAME, { conclusion: 'hang' });
    const sha = await open('hanging');
    await world.clock.advance(600_000);
    expect(await checks(sha)).toEqual({
      test: 'in_progress',
      lint: 'success',
      'branch-protection-check': 'success',
    });
    world.github.ci.clearOutcomes(FULL_NAME);
    await world.clock.advance(1);
    expect(await checks(sha)).toMatchObject({ test: 'success' });

    const late = await open('late');
    await world.clock.advance(50_000);
    world.github.ci.setOutcome(FULL_NAME, { conclusion: 'failure' });
    await world.clock.advance(50_000);
    expect(await checks(late)).toMatchObject({ test: 'failure' });
  });

  it('refuses unknown repositories', () => {
    expect(() =>
      world.github.ci.setOutcome('my-org/nothing', { conclusion: 'hang' }),
    ).toThrow('The simulated GitHub has no repository "my-org/nothing"');
  });
});
