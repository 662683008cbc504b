import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { castOf, startTestWorld, type TestWorld } from '../testing/testWorld';
import { main } from './main';

describe('the command line', () => {
  let test: TestWorld;

  beforeAll(async () => {
    test = await startTestWorld({ cast: castOf('payment-service', 'ledger') });
  });
  afterAll(() => test.stop());

  async function run(...args: string[]) {
    const out: string[] = [];
    const err: string[] = [];
    const code = await main(
      args,
      { WORLD_URL: test.url },
      { out: text => out.push(text), err: text => err.push(text) },
    );
    return { code, out: out.join('\n'), err: err.join('\n') };
  }

  it('shows the world', async () => {
    const { code, out } = await run('status');
    expect(code).toBe(0);
    expect(out).toMatch(/^SERVICE +ENVIRONMENT +HEALTH/);
    expect(out).toMatch(/payment-service +staging +Healthy +Synced +3\/3/);
  });

  it('breaks through git, or at once, and heals', async () => {
    const broken = await run('break', 'ledger', '--available', '0');
    expect(broken.out).toMatch(/^ledger: [0-9a-f]{7} is pushed/);
    await test.clock.advance(32_000);
    expect((await run('status')).out).toMatch(
      /ledger +staging +Degraded .*0\/3/,
    );
    await run('fix', 'ledger');
    await test.clock.advance(32_000);
    expect((await run('status')).out).toMatch(/ledger +staging +Healthy/);

    await run('break', 'payment-service', '--now', '--env', 'production');
    expect((await run('status')).out).toMatch(
      /payment-service +production +Degraded .*1\/3/,
    );
    await run('heal', 'payment-service', '--env', 'production');
    await test.clock.advance(5_000);
    expect((await run('status')).out).toMatch(
      /payment-service +production +Healthy/,
    );
  });

  it('looks at Elasticsearch and makes it misbehave', async () => {
    const cluster = test.world.elasticsearch;
    const told = async (...words: string[]) =>
      (await run('elasticsearch', ...words)).out;
    expect(await told('conflict', 'trail')).toBe(
      'trail takes no audit records',
    );
    expect(await told('reject', '3')).toBe('Every 3. write is turned away');
    expect(await told('disk', 'full')).toBe('The disk is full');
    expect(await told()).toBe(
      'Elasticsearch 8.19.2, its disk is full, every 3. write is turned away\ntrail  0',
    );
    await told('reject', 'off');
    await told('disk', 'free');
    expect(cluster).toMatchObject({ rejectEvery: undefined, diskFull: false });
    expect((await run('elasticsearch', 'disk', 'half')).code).toBe(2);
  });

  it('orders faults and clears them', async () => {
    const fault = await run('fault', 'argocd', 'status', '--status', '502');
    expect(fault.out).toMatch(/^fault-\d+ is in force/);
    expect((await test.argo('/applications')).status).toBe(502);
    expect((await run('clear')).out).toBe('1 fault cleared');
    await run('fault', 'prometheus', 'delay', '--delay', '2s', '--count', '3');
    expect(test.world.faults.list()[0]).toMatchObject({
      delayMs: 2_000,
      count: 3,
    });
    expect((await run('clear', 'kubernetes')).out).toBe('0 faults cleared');
    expect((await run('clear', 'prometheus')).out).toBe('1 fault cleared');
  });

  it('lets people decide', async () => {
    const octokit = { authorization: 'Bearer world-github-operator' };
    const raised = await test.ask('/api/v3/repos/my-org/ledger/issues', {
      method: 'POST',
      headers: { ...octokit, 'content-type': 'application/json' },
      body: JSON.stringify({ title: 'On fire' }),
    });
    expect((await run('status')).out).toMatch(
      /Open issues\n +my-org\/ledger#\d+ +On fire/,
    );
    const issue = String(raised.body.number);
    const said = await run(
      'comment',
      'alice',
      'ABORT it is over',
      '--issue',
      issue,
    );
    const id = /^comment (\d+): http/.exec(said.out)?.[1] ?? '';
    expect((await run('edit-comment', id, 'APPROVE')).out).toBe(
      `comment ${id} is edited`,
    );
    expect(test.world.github.issues('my-org/ledger')[0].comments[0].body).toBe(
      'APPROVE',
    );
    expect((await run('delete-comment', id)).code).toBe(0);
    expect(
      (await run('label', 'urgent', '--issue', issue, '--repo', 'ledger')).out,
    ).toBe(`my-org/ledger#${issue} has the label urgent`);
    expect((await run('team', 'add', 'dave', 'approvers')).out).toBe(
      'dave is in approvers',
    );
    expect((await run('team', 'remove', 'dave', 'approvers')).out).toBe(
      'dave is not in approvers',
    );
    expect(
      (await run('merge-queue', 'on', 'ledger', '--env', 'production')).out,
    ).toBe('main of ledger demands a merge queue');
    expect(test.world.github.protection('my-org/ledger', 'main')).toMatchObject(
      { mergeQueue: true, requiredApprovals: 1 },
    );
    await run('merge-queue', 'off', 'ledger', '--env', 'production');
  });

  it('says where webhooks go, and what became of them', async () => {
    expect((await run('webhooks')).out).toBe('GitHub sends no webhooks');
    expect(
      (await run('webhook', 'http://127.0.0.1:1/hook', '--secret', 's')).out,
    ).toBe('GitHub tells http://127.0.0.1:1/hook');
    expect((await run('webhook', '--drop')).out).toBe(
      'GitHub goes on telling, with drop',
    );
    await run('move-branch', 'ledger');
    expect((await run('webhooks')).out).toMatch(
      /^GitHub tells http:\/\/127.0.0.1:1\/hook \(drop\)\n.*push +my-org\/ledger +dropped: /s,
    );
    expect((await run('webhook', 'off')).out).toBe('GitHub sends no webhooks');
  });

  it.each([
    [['ci', 'ledger', 'fail', '--duration', '30s']],
    [['pass-ci', 'ledger']],
    [['sync', 'ledger']],
    [['move-branch', 'ledger']],
    [['scale', 'ledger', '2']],
    [['flap', 'ledger', '--times', '1', '--down', '1s', '--up', '1s']],
    [['log']],
  ])('runs %j', async args => {
    expect(await run(...args)).toMatchObject({ code: 0, err: '' });
  });

  it.each([
    [['break', 'legder'], 1, /Did you mean ledger\?/],
    [['approve', 'alice'], 1, /no open pull request/],
    [['brake', 'ledger'], 2, /no command 'brake'. Did you mean break/],
    [['break'], 2, /Usage: npm run world -- break <service>/],
    [['break', 'ledger', '--nwo'], 2, /--nwo.*\n*.*Usage/s],
    [['ci', 'ledger', 'explode'], 2, /pass, fail or hang/],
    [['fault', 'argocd', 'delay', '--delay', 'long'], 2, /not a duration/],
    [['scale', 'ledger', 'many'], 2, /not a whole number/],
    [['team', 'join', 'dave', 'approvers'], 2, /join: say add or remove/],
    [['edit-comment', 'x', 'APPROVE'], 2, /--comment-id x: not a whole number/],
    [
      ['comment', 'alice', 'APPROVE', '--issue', '900'],
      1,
      /no open issue #900/,
    ],
    [['push', 'dave'], 1, /no open pull request/],
    [
      ['serve', '--port', '0', '--webhook-url', 'nowhere'],
      2,
      /no http or https/,
    ],
    [['status', '--url', 'http://127.0.0.1:1'], 3, /No world answers/],
    [['serve', '--port', '123456'], 2, /no such port/],
  ])('says what is wrong with %j', async (args, code, message) => {
    const result = await run(...args);
    expect(result.code).toBe(code);
    expect(result.err).toMatch(message);
  });

  it('serve says that a port is taken', async () => {
    const { port } = new URL(test.url);
    const result = await run('serve', '--port', port);
    expect(result.code).toBe(4);
    expect(result.err).toContain(`Port ${port} is taken`);
  });

  it('explains itself', async () => {
    const { code, out } = await run('help');
    expect(code).toBe(0);
    for (const command of ['serve', 'break', 'heal', 'fault', 'approve']) {
      expect(out).toContain(`npm run world -- ${command}`);
    }
    expect((await run()).code).toBe(2);
  });

  it('writes the catalog', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'world-catalog-'));
    try {
      expect((await run('catalog', '--out', folder)).code).toBe(0);
      expect(await readFile(join(folder, 'org.yaml'), 'utf8')).toContain(
        'github.com/user-login: alice',
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
