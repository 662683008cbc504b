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
