import {
  createPaymentService,
  startGitHub,
  type TestGitHub,
} from '../__testUtils__/startGitHub';
import { type BranchProtection } from '../types';

const FULL_NAME = 'my-org/payment-service';
const repo = { owner: 'my-org', repo: 'payment-service' };
const CHECKS = ['test', 'lint', 'branch-protection-check'];

// Real git and real HTTP: a busy machine needs its time.
jest.setTimeout(60_000);

describe('merging', () => {
  let world: TestGitHub;

  beforeEach(async () => {
    world = await startGitHub({ ci: { durationMs: 10_000 } });
    await createPaymentService(world.github);
    protect(undefined);
  });
  afterEach(async () => {
    await world.stop();
  });

  function protect(protection: BranchProtection | undefined) {
    world.github.setProtection(FULL_NAME, 'staging', protection);
  }

  async function commit(branch: string, files: Record<string, string>) {
    const { git } = world.github.repository(FULL_NAME);
    return await git.commitFiles({
      branch,
      files,
      message: `Change ${Object.keys(files).join(' and ')}`,
      author: {
        name: 'Dave Dean',
        email: 'dave@example.com',
        date: world.clock.now(),
      },
      parent: (await git.resolve(branch)) ?? (await git.resolve('staging')),
    });
  }

  async function open(branch = 'change', draft = false): Promise<number> {
    const { data } = await world.octokit('dave-token').pulls.create({
      ...repo,
      title: 'Change',
      head: branch,
      base: 'staging',
      draft,
    });
    return data.number;
  }

  async function stateOf(number: number) {
    const octokit = world.octokit('bot-token');
    await octokit.pulls.get({ ...repo, pull_number: number });
    const { data } = await octokit.pulls.get({ ...repo, pull_number: number });
    return [data.mergeable, data.mergeable_state];
  }

  async function merge(
    number: number,
    token = 'bot-token',
    method: 'squash' | 'merge' | 'rebase' = 'squash',
  ): Promise<string> {
    const { data } = await world
      .octokit(token)
      .pulls.merge({ ...repo, pull_number: number, merge_method: method });
    return data.sha;
  }

  it('names the strongest obstacle', async () => {
    await commit('change', { 'a.txt': 'a\n' });
    const number = await open();
    expect(await stateOf(number)).toEqual([true, 'unstable']);
    await world.clock.advance(10_000);
    expect(await stateOf(number)).toEqual([true, 'clean']);
    protect({ requiredApprovals: 1 });
    expect(await stateOf(number)).toEqual([true, 'blocked']);
    await world.github.approveAs('mallory', FULL_NAME, number);
    // Mallory may not write, so her word does not count.
    expect(await stateOf(number)).toEqual([true, 'blocked']);
    await world.github.approveAs('bob', FULL_NAME, number);
    expect(await stateOf(number)).toEqual([true, 'clean']);
    protect({ requiredChecks: CHECKS, strict: true });
    await commit('staging', { 'b.txt': 'b\n' });
    expect(await stateOf(number)).toEqual([true, 'behind']);
    await commit('staging', { 'a.txt': 'other\n' });
    expect(await stateOf(number)).toEqual([false, 'dirty']);
    await expect(merge(number)).rejects.toMatchObject({
      status: 405,
      message: expect.stringContaining('Pull Request is not mergeable'),
    });
  });

  it('keeps drafts and closed pull requests from merging', async () => {
    await commit('change', { 'a.txt': 'a\n' });
    const number = await open('change', true);
    expect(await stateOf(number)).toEqual([true, 'draft']);
    await expect(merge(number)).rejects.toMatchObject({
      status: 405,
      message: expect.stringContaining('still a draft'),
    });
    await world.github.closePullRequest(FULL_NAME, number, 'alice');
    await expect(merge(number)).rejects.toMatchObject({ status: 405 });
    expect(world.github.pulls(FULL_NAME)[0]).toMatchObject({
      number,
      state: 'closed',
      merged: false,
    });
  });

  it('dismisses approvals of an older head when asked to', async () => {
    protect({ requiredApprovals: 1, dismissStaleReviews: true });
    await commit('change', { 'a.txt': 'a\n' });
    const number = await open();
    await world.github.approveAs('alice', FULL_NAME, number);
    await commit('change', { 'a.txt': 'aa\n' });
    const { data } = await world
      .octokit('bot-token')
      .pulls.listReviews({ ...repo, pull_number: number });
    expect(data.map(({ state }) => state)).toEqual(['DISMISSED']);
    expect(await stateOf(number)).toEqual([true, 'blocked']);
  });

  it('does not pass a merge queue by', async () => {
    await commit('change', { 'a.txt': 'a\n' });
    const number = await open();
    await world.clock.advance(10_000);
    protect({ mergeQueue: true });
    await expect(merge(number)).rejects.toMatchObject({
      status: 405,
      message: expect.stringContaining('through the merge queue'),
    });
    const { repository } = await world.octokit('bot-token').graphql<{
      repository: { pullRequest: { mergeQueue: { url: string } | null } };
    }>(
      `{ repository(owner: "my-org", name: "payment-service") {
        pullRequest(number: ${number}) { mergeQueue { id url } }
      } }`,
    );
    expect(repository.pullRequest.mergeQueue?.url).toMatch(/\/queue\/staging$/);
    protect({ mergeQueue: false });
    expect(await merge(number)).toMatch(/^[0-9a-f]{40}$/);
  });

  it('counts only the latest word of a reviewer', async () => {
    protect({ requiredApprovals: 1 });
    await commit('change', { 'a.txt': 'a\n' });
    const number = await open();
    const review = async (
      token: string,
      event: 'APPROVE' | 'REQUEST_CHANGES',
    ) =>
      await world.octokit(token).pulls.createReview({
        ...repo,
        pull_number: number,
        event,
        body: 'because',
      });
    await review('bob-token', 'REQUEST_CHANGES');
    await review('alice-token', 'APPROVE');
    await expect(merge(number)).rejects.toMatchObject({
      message: expect.stringContaining('Changes have been requested'),
    });
    await review('bob-token', 'APPROVE');
    await expect(merge(number)).resolves.toMatch(/^[0-9a-f]{40}$/);
  });

  it('lets administrators past protection only when it does not bind them', async () => {
    protect({ requiredChecks: CHECKS, enforceAdmins: true });
    await commit('change', { 'a.txt': 'a\n' });
    const number = await open();
    await expect(merge(number, 'alice-token')).rejects.toMatchObject({
      status: 405,
      message: expect.stringContaining(
        '3 of 3 required status checks are in progress',
      ),
    });
    protect({ requiredChecks: CHECKS });
    await expect(merge(number, 'bob-token')).rejects.toMatchObject({
      status: 405,
    });
    await expect(merge(number, 'alice-token')).resolves.toMatch(
      /^[0-9a-f]{40}$/,
    );
  });

  it('honours restrictions on who may push', async () => {
    protect({
      restrictions: { users: [], teams: ['senior-maintainers'] },
      enforceAdmins: true,
    });
    await commit('change', { 'a.txt': 'a\n' });
    const number = await open();
    await expect(merge(number, 'bot-token')).rejects.toMatchObject({
      status: 405,
      message: expect.stringContaining('not authorized to push'),
    });
    await expect(merge(number, 'erin-token')).resolves.toMatch(
      /^[0-9a-f]{40}$/,
    );
  });

  it('squashes, merges and rebases as told', async () => {
    const { git } = world.github.repository(FULL_NAME);
    const subjects = async () =>
      (await git.log('staging', { max: 3 })).map(item => [
        item.message,
        item.parents.length,
        item.author.name,
        item.committer.name,
      ]);
    await commit('change', { 'a.txt': 'a\n' });
    await commit('change', { 'b.txt': 'b\n' });
    await merge(await open());
    expect((await subjects())[0]).toEqual([
      'Change (#42)\n\n* Change a.txt\n\n* Change b.txt',
      1,
      'Dave Dean',
      'GitHub',
    ]);
    await commit('second', { 'c.txt': 'c\n' });
    await merge(await open('second'), 'bot-token', 'merge');
    expect((await subjects())[0]).toEqual([
      'Merge pull request #43 from my-org/second\n\nChange',
      2,
      'AI Operator',
      'GitHub',
    ]);
    await commit('third', { 'd.txt': 'd\n' });
    await commit('third', { 'e.txt': 'e\n' });
    await commit('staging', { 'f.txt': 'f\n' });
    await merge(await open('third'), 'bot-token', 'rebase');
    expect((await subjects()).map(([message]) => message)).toEqual([
      'Change e.txt',
      'Change d.txt',
      'Change f.txt',
    ]);
    for (const name of 'abcdef') {
      expect((await git.readFile('staging', `${name}.txt`))?.toString()).toBe(
        `${name}\n`,
      );
    }
  });

  it('merges once when two try at the same time', async () => {
    await commit('change', { 'a.txt': 'a\n' });
    const number = await open();
    const results = await Promise.allSettled([
      merge(number, 'bot-token'),
      merge(number, 'alice-token'),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual([
      'fulfilled',
      'rejected',
    ]);
    const { git } = world.github.repository(FULL_NAME);
    expect(await git.countCommits('staging')).toBe(6);
  });

  it('closes pull requests whose branch is deleted, and opens them again', async () => {
    const sha = await commit('change', { 'a.txt': 'a\n' });
    const number = await open();
    const octokit = world.octokit('dave-token');
    await octokit.git.deleteRef({ ...repo, ref: 'heads/change' });
    const state = async () =>
      (await octokit.pulls.get({ ...repo, pull_number: number })).data.state;
    expect(await state()).toBe('closed');
    await expect(
      octokit.pulls.update({ ...repo, pull_number: number, state: 'open' }),
    ).rejects.toMatchObject({ status: 422 });
    await octokit.git.createRef({ ...repo, ref: 'refs/heads/change', sha });
    await octokit.pulls.update({ ...repo, pull_number: number, state: 'open' });
    expect(await state()).toBe('open');
  });

  it('merges for a person as GitHub would', async () => {
    protect({ requiredApprovals: 1, enforceAdmins: true });
    await commit('change', { 'a.txt': 'a\n' });
    const number = await open();
    await expect(
      world.github.mergePullRequestAs(FULL_NAME, number, 'alice'),
    ).rejects.toThrow(
      'my-org/payment-service#42 cannot be merged: At least 1 approving review is required',
    );
    await world.github.approveAs('erin', FULL_NAME, number);
    const { sha } = await world.github.mergePullRequestAs(
      FULL_NAME,
      number,
      'alice',
    );
    expect(world.github.pulls(FULL_NAME)[0]).toMatchObject({
      merged: true,
      mergeCommitSha: sha,
    });
  });
});
