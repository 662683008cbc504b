import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  createPaymentService,
  START,
  startGitHub,
  type TestGitHub,
} from './__testUtils__/startGitHub';
import { type RepositoryRefChange } from './types';

const FULL_NAME = 'my-org/payment-service';

// Real git and real HTTP: a busy machine needs its time.
jest.setTimeout(60_000);

describe('git over HTTP', () => {
  let world: TestGitHub;
  let dir: string;

  beforeEach(async () => {
    world = await startGitHub();
    dir = await mkdtemp(join(tmpdir(), 'world-clone-'));
  });
  afterEach(async () => {
    await world.stop();
    await rm(dir, { recursive: true, force: true });
  });

  function remote(token?: string): string {
    const url = new URL(`${world.url}/${FULL_NAME}.git`);
    if (token !== undefined) {
      url.username = 'x-access-token';
      url.password = token;
    }
    return url.href;
  }

  async function git(...args: string[]): Promise<string> {
    const { stdout, stderr } = await promisify(execFile)('git', args, {
      cwd: dir,
      env: {
        PATH: process.env.PATH,
        HOME: dir,
        GIT_TERMINAL_PROMPT: '0',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_NAME: 'Dave Dean',
        GIT_AUTHOR_EMAIL: 'dave@example.com',
        GIT_COMMITTER_NAME: 'Dave Dean',
        GIT_COMMITTER_EMAIL: 'dave@example.com',
      },
    });
    return `${stdout}${stderr}`;
  }

  async function commit(text: string): Promise<string> {
    await writeFile(join(dir, 'pushed.txt'), text);
    await git('add', '.');
    await git('commit', '-q', '-m', text);
    return (await git('rev-parse', 'HEAD')).trim();
  }

  it('lets anybody clone and fetch pull requests', async () => {
    await createPaymentService(world.github);
    await git('clone', '--quiet', remote(), '.');
    expect((await git('log', '--format=%s')).trim().split('\n')).toHaveLength(
      5,
    );
    await git('fetch', '--quiet', 'origin', 'pull/11/head');
    expect((await git('log', '-1', '--format=%s', 'FETCH_HEAD')).trim()).toBe(
      'Version 1 (#11)',
    );
  });

  it('announces a push, which moves the pull request and starts CI again', async () => {
    await createPaymentService(world.github);
    await git('clone', '--quiet', remote('dave-token'), '.');
    await git('checkout', '-q', '-b', 'feature/push');
    const first = await commit('one');
    await git('push', '--quiet', 'origin', 'feature/push');
    const dave = world.octokit('dave-token');
    const repo = { owner: 'my-org', repo: 'payment-service' };
    const pull = await dave.pulls.create({
      ...repo,
      title: 'Push',
      head: 'feature/push',
      base: 'staging',
    });
    expect(pull.data.head.sha).toBe(first);

    const changes: RepositoryRefChange[] = [];
    world.github.onRefChange(change => changes.push(change));
    const second = await commit('two');
    await git('push', '--quiet', 'origin', 'feature/push');
    expect(changes).toContainEqual({
      fullName: FULL_NAME,
      ref: 'refs/heads/feature/push',
      before: first,
      after: second,
      actor: 'dave',
    });
    const after = await dave.pulls.get({ ...repo, pull_number: 42 });
    expect(after.data.head.sha).toBe(second);
    const checks = await dave.checks.listForRef({ ...repo, ref: second });
    expect(checks.data.total_count).toBe(3);
    expect(
      (await git('ls-remote', 'origin', 'refs/pull/42/head')).split('\t')[0],
    ).toBe(second);
  });

  it('refuses pushes without rights', async () => {
    await createPaymentService(world.github);
    await git('clone', '--quiet', remote(), '.');
    await commit('mine');
    await expect(git('push', remote(), 'HEAD:refs/heads/x')).rejects.toThrow(
      /could not read Username|Authentication failed/,
    );
    await expect(
      git('push', remote('wrong-token'), 'HEAD:refs/heads/x'),
    ).rejects.toThrow('Authentication failed');
    await expect(
      git('push', remote('mallory-token'), 'HEAD:refs/heads/x'),
    ).rejects.toThrow('403');
    await expect(
      git('push', remote('alice-token'), 'HEAD:refs/pull/7/head'),
    ).rejects.toThrow('deny updating a hidden ref');
  });

  it('protects branches', async () => {
    await createPaymentService(world.github);
    await git('clone', '--quiet', remote(), '.');
    const before = (await git('rev-parse', 'HEAD')).trim();
    const after = await commit('past the checks');
    for (const token of ['dave-token', 'bot-token', 'alice-token']) {
      await expect(git('push', remote(token), 'HEAD:staging')).rejects.toThrow(
        'GH006: Protected branch update failed',
      );
    }
    const { git: repository } = world.github.repository(FULL_NAME);
    expect(await repository.resolve('staging')).toBe(before);

    // Protection that only forbids rewriting lets plain pushes through.
    world.github.setProtection(FULL_NAME, 'staging', {});
    await git('push', '--quiet', remote('dave-token'), 'HEAD:staging');
    expect(await repository.resolve('staging')).toBe(after);
    await git('reset', '--quiet', '--hard', 'HEAD~2');
    await commit('another history');
    await expect(
      git('push', '--force', remote('dave-token'), 'HEAD:staging'),
    ).rejects.toThrow('Cannot force-push to this branch');
    expect(await repository.resolve('staging')).toBe(after);
  });

  it('hides private repositories', async () => {
    await createPaymentService(world.github, { private: true });
    await expect(git('clone', remote(), 'a')).rejects.toThrow(
      /could not read Username|Authentication failed/,
    );
    await git('clone', '--quiet', remote('mallory-token'), 'b');
    const anonymous = await fetch(
      `${world.url}/api/v3/repos/my-org/payment-service`,
    );
    expect(anonymous.status).toBe(404);
    const page = await fetch(`${world.url}/${FULL_NAME}`);
    expect(page.status).toBe(404);
  });

  it('merges a pull request that was pushed into its base', async () => {
    await createPaymentService(world.github);
    world.github.setProtection(FULL_NAME, 'staging', undefined);
    const { git: repository } = world.github.repository(FULL_NAME);
    const sha = await repository.commitFiles({
      branch: 'change',
      files: { 'x.txt': 'x' },
      message: 'x',
      author: { name: 'Dave', email: 'dave@example.com', date: START },
      parent: await repository.resolve('staging'),
    });
    const dave = world.octokit('dave-token');
    const repo = { owner: 'my-org', repo: 'payment-service' };
    await dave.pulls.create({
      ...repo,
      title: 'x',
      head: 'change',
      base: 'staging',
    });
    await git('clone', '--quiet', '--branch', 'change', remote(), '.');
    await git('push', '--quiet', remote('bob-token'), 'HEAD:staging');
    const { data } = await dave.pulls.get({ ...repo, pull_number: 42 });
    expect(data).toMatchObject({
      merged: true,
      merge_commit_sha: sha,
      merged_by: { login: 'bob' },
    });
  });
});
