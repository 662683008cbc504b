import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  createPaymentService,
  manifest,
  START,
  startGitHub,
  type TestGitHub,
} from './__testUtils__/startGitHub';
import { type CreatedRepository } from './types';

const repo = { owner: 'my-org', repo: 'payment-service' };

// Real git and real HTTP: a busy machine needs its time.
jest.setTimeout(60_000);

describe('a rollback, as the official client does it', () => {
  let world: TestGitHub;
  let created: CreatedRepository;

  beforeAll(async () => {
    world = await startGitHub();
    created = await createPaymentService(world.github);
  });
  afterAll(async () => {
    await world.stop();
  });

  it('goes from the manifest to a merged pull request that git clone sees', async () => {
    const bot = world.octokit('bot-token');
    const target = created.commits.get('v1') ?? '';
    const path = '.argocd/application.yaml';

    const file = await bot.repos.getContent({ ...repo, path, ref: 'staging' });
    if (Array.isArray(file.data) || file.data.type !== 'file') {
      throw new Error('The manifest is a file');
    }
    const before = Buffer.from(file.data.content, 'base64').toString();
    expect(before).toBe(manifest(created.commits.get('v3') ?? ''));

    const base = await bot.git.getRef({ ...repo, ref: 'heads/staging' });
    const baseCommit = await bot.git.getCommit({
      ...repo,
      commit_sha: base.data.object.sha,
    });
    const blob = await bot.git.createBlob({
      ...repo,
      content: manifest(target),
      encoding: 'utf-8',
    });
    const tree = await bot.git.createTree({
      ...repo,
      base_tree: baseCommit.data.tree.sha,
      tree: [{ path, mode: '100644', type: 'blob', sha: blob.data.sha }],
    });
    const commit = await bot.git.createCommit({
      ...repo,
      message: 'Roll back payment-service',
      tree: tree.data.sha,
      parents: [baseCommit.data.sha],
    });
    const head = `rollback/payment-service-${target.slice(0, 7)}`;
    await bot.git.createRef({
      ...repo,
      ref: `refs/heads/${head}`,
      sha: commit.data.sha,
    });
    const pull = await bot.pulls.create({
      ...repo,
      title: `Rollback: payment-service to ${target.slice(0, 7)}`,
      head,
      base: 'staging',
      body: 'Because.',
    });
    const number = pull.data.number;
    expect(number).toBe(42);
    expect(pull.data.mergeable).toBeNull();
    await bot.issues.addLabels({
      ...repo,
      issue_number: number,
      labels: ['ai-operator', 'rollback', 'staging'],
    });

    const states: string[] = [];
    const checks = async () => {
      const { data } = await bot.checks.listForRef({ ...repo, ref: head });
      return data.check_runs.map(run => run.status).join(',');
    };
    states.push(await checks());
    await world.clock.advance(5000);
    states.push(await checks());
    expect(states).toEqual([
      'queued,queued,queued',
      'in_progress,in_progress,in_progress',
    ]);
    const blocked = await bot.pulls.get({ ...repo, pull_number: number });
    expect(blocked.data.mergeable_state).toBe('blocked');
    await expect(
      bot.pulls.merge({ ...repo, pull_number: number, sha: commit.data.sha }),
    ).rejects.toMatchObject({ status: 405 });

    await world.clock.advance(150_000);
    expect(await checks()).toBe('completed,completed,completed');
    const clean = await bot.pulls.get({ ...repo, pull_number: number });
    expect(clean.data).toMatchObject({
      mergeable: true,
      mergeable_state: 'clean',
      commits: 1,
      changed_files: 1,
      additions: 1,
      deletions: 1,
    });
    await expect(
      bot.pulls.merge({
        ...repo,
        pull_number: number,
        merge_method: 'squash',
        sha: baseCommit.data.sha,
      }),
    ).rejects.toMatchObject({
      status: 409,
      message: expect.stringContaining('Head branch was modified'),
    });

    const merged = await bot.pulls.merge({
      ...repo,
      pull_number: number,
      merge_method: 'squash',
      sha: commit.data.sha,
    });
    expect(merged.data).toMatchObject({
      merged: true,
      message: 'Pull Request successfully merged',
    });
    const after = await bot.pulls.get({ ...repo, pull_number: number });
    expect(after.data).toMatchObject({
      state: 'closed',
      merged: true,
      merge_commit_sha: merged.data.sha,
    });
    await expect(
      bot.pulls.merge({ ...repo, pull_number: number }),
    ).rejects.toMatchObject({ status: 405 });

    const clone = await mkdtemp(join(tmpdir(), 'world-clone-'));
    try {
      await promisify(execFile)('git', [
        'clone',
        '--quiet',
        `${world.url}/my-org/payment-service.git`,
        clone,
      ]);
      expect(await readFile(join(clone, path), 'utf8')).toBe(manifest(target));
      const { stdout } = await promisify(execFile)(
        'git',
        ['log', '-1', '--format=%H%n%P%n%s%n%an%n%ct'],
        { cwd: clone },
      );
      expect(stdout.trim().split('\n')).toEqual([
        merged.data.sha,
        baseCommit.data.sha,
        `Rollback: payment-service to ${target.slice(0, 7)} (#42)`,
        'AI Operator',
        String((START + 155_000) / 1000),
      ]);
    } finally {
      await rm(clone, { recursive: true, force: true });
    }
  });
});
