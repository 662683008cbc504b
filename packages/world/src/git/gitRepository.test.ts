import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GitRepository } from './gitRepository';
import { type HistoryCommit, type RefChange } from './types';

const AT = Date.parse('2026-01-01T00:00:00Z');
const jane = { name: 'Jane Doe', email: 'jane@example.com' };
const signed = (minutes: number) => ({ ...jane, date: AT + minutes * 60_000 });

function history(count: number): HistoryCommit[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `c${index}`,
    message: `Commit ${index}`,
    author: jane,
    date: AT + index * 60_000,
    files: {
      'a.txt': `${index}\n`,
      'dir/previous.txt': sha => (index ? `${sha(`c${index - 1}`)}\n` : '-\n'),
    },
  }));
}

// Real git and real HTTP: a busy machine needs its time.
jest.setTimeout(60_000);

describe('GitRepository', () => {
  let dir: string;
  let git: GitRepository;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'world-git-'));
    git = await GitRepository.init(join(dir, 'a.git'), {
      fullName: 'my-org/a',
      defaultBranch: 'main',
    });
  });
  afterEach(async () => {
    await git.close();
    await rm(dir, { recursive: true, force: true });
  });

  async function fsck(): Promise<string> {
    const { stdout } = await promisify(execFile)(
      'git',
      ['-c', 'safe.directory=*', 'fsck', '--strict', '--no-dangling'],
      { cwd: git.dir },
    );
    return stdout;
  }

  it('imports a history whose files name earlier commits', async () => {
    const imported = await git.importHistory([
      ...history(5),
      {
        branch: 'side',
        parent: 'c1',
        message: 'Aside\n\nwith a body',
        author: jane,
        date: AT + 3_600_000,
        files: { 'a.txt': undefined, 'ünï code.txt': 'x' },
      },
    ]);
    expect(imported).toHaveLength(6);
    expect((await git.readFile('main', 'dir/previous.txt'))?.toString()).toBe(
      `${imported[3].sha}\n`,
    );
    expect(await git.readFile('side', 'a.txt')).toBeUndefined();
    expect(await git.commit(imported[5].sha)).toMatchObject({
      parents: [imported[1].sha],
      message: 'Aside\n\nwith a body',
      author: { ...jane, date: AT + 3_600_000 },
    });
    expect(
      (await git.listTree('side', '', true))?.map(({ path }) => path),
    ).toEqual(['dir', 'dir/previous.txt', 'ünï code.txt']);
    expect(await fsck()).toBe('');
  });

  it('refuses a history that names a commit it has not seen', async () => {
    await expect(
      git.importHistory([
        {
          message: 'x',
          author: jane,
          date: AT,
          files: { a: sha => sha('later') },
        },
      ]),
    ).rejects.toThrow('No earlier commit of the history has the key "later"');
  });

  it('seeds 25 repositories of 40 commits at the same time', async () => {
    await Promise.all(
      Array.from({ length: 25 }, async (_, index) => {
        const other = await GitRepository.init(join(dir, `${index}.git`), {
          fullName: `my-org/${index}`,
          defaultBranch: 'main',
        });
        await other.importHistory(history(40));
        expect(await other.countCommits('main')).toBe(40);
        await other.close();
      }),
    );
  });

  it('resolves branches, tags, refs, full and abbreviated shas', async () => {
    const [first, second] = await git.importHistory(history(2));
    await git.updateRef('refs/tags/v1', first.sha);
    expect(await git.resolve('main')).toBe(second.sha);
    expect(await git.resolve('HEAD')).toBe(second.sha);
    expect(await git.resolve('v1')).toBe(first.sha);
    expect(await git.resolve('refs/heads/main')).toBe(second.sha);
    expect(await git.resolve(first.sha)).toBe(first.sha);
    expect(await git.resolve(first.sha.slice(0, 7))).toBe(first.sha);
    expect(await git.resolve('main~1')).toBe(first.sha);
    expect(await git.resolve('nothing')).toBeUndefined();
    expect(await git.resolve('0'.repeat(40))).toBeUndefined();
    expect(await git.resolve('')).toBeUndefined();
    expect(await git.resolve('main\nHEAD')).toBeUndefined();
    expect(await git.resolve('--help')).toBeUndefined();
  });

  it('logs with limits, times and paths', async () => {
    await git.importHistory([
      ...history(4),
      {
        message: 'Elsewhere',
        author: jane,
        date: AT + 4 * 60_000,
        files: { 'b.txt': 'b' },
      },
    ]);
    const subjects = async (options: Parameters<typeof git.log>[1]) =>
      (await git.log('main', options)).map(({ message }) => message);
    expect(await subjects({ max: 2 })).toEqual(['Elsewhere', 'Commit 3']);
    expect(await subjects({ max: 1, skip: 1 })).toEqual(['Commit 3']);
    expect(await subjects({ path: 'b.txt' })).toEqual(['Elsewhere']);
    expect(await subjects({ since: AT + 3 * 60_000 })).toEqual([
      'Elsewhere',
      'Commit 3',
    ]);
    expect(await subjects({ until: AT + 60_000 })).toEqual([
      'Commit 1',
      'Commit 0',
    ]);
    expect(await git.countCommits('main', { path: 'a.txt' })).toBe(4);
    expect(await git.log('nothing')).toEqual([]);
  });

  it('commits files on a branch and tells listeners', async () => {
    const [, head] = await git.importHistory(history(2));
    const changes: RefChange[] = [];
    const stop = git.onRefChange(change => changes.push(change));
    const sha = await git.commitFiles({
      branch: 'main',
      files: {
        'a.txt': 'new\n',
        'x/y/z.txt': 'deep\n',
        'dir/previous.txt': undefined,
      },
      message: 'Change',
      author: signed(10),
      actor: 'jane',
    });
    expect(changes).toEqual([
      { ref: 'refs/heads/main', before: head.sha, after: sha, actor: 'jane' },
    ]);
    stop();
    const created = await git.commitFiles({
      branch: 'new/branch',
      files: { 'only.txt': 'here' },
      message: 'From there',
      author: signed(11),
      parent: head.sha,
    });
    expect(changes).toHaveLength(1);
    expect((await git.commit(created))?.parents).toEqual([head.sha]);
    expect(
      (await git.listTree('main', '', true))?.map(({ path }) => path),
    ).toEqual(['a.txt', 'x', 'x/y', 'x/y/z.txt']);
    await expect(
      git.commitFiles({
        branch: 'main',
        files: { '../outside': 'x' },
        message: 'Bad',
        author: signed(12),
      }),
    ).rejects.toThrow('Not a path for a tree: "../outside"');
    expect(await fsck()).toBe('');
  });

  it('moves refs only from where they are expected', async () => {
    const [first, second] = await git.importHistory(history(2));
    const ref = 'refs/heads/other';
    expect(await git.updateRef(ref, first.sha, { expected: 'absent' })).toEqual(
      { kind: 'updated' },
    );
    expect(await git.updateRef(ref, first.sha, { expected: 'absent' })).toEqual(
      { kind: 'stale', actual: first.sha },
    );
    const race = await Promise.all([
      git.updateRef(ref, second.sha, { expected: first.sha }),
      git.deleteRef(ref, { expected: first.sha }),
    ]);
    expect(race.map(({ kind }) => kind).sort()).toEqual(['stale', 'updated']);
    await expect(git.updateRef('refs/heads/a..b', first.sha)).rejects.toThrow(
      'git refuses to set refs/heads/a..b',
    );
    await expect(
      git.updateRef('refs/heads/main/sub', first.sha),
    ).rejects.toThrow('git refuses to set refs/heads/main/sub');
  });

  it('compares with patches, renames and counts', async () => {
    const [first] = await git.importHistory([
      {
        key: 'base',
        message: 'Base',
        author: jane,
        date: AT,
        files: {
          'a.txt': 'one\ntwo\n',
          'old.txt': 'a long line that stays\n'.repeat(9),
          'gone.txt': 'x\n',
        },
      },
      {
        message: 'Ahead',
        author: jane,
        date: AT + 1000,
        files: { 'main.txt': 'm' },
      },
      {
        branch: 'side',
        parent: 'base',
        message: 'Side',
        author: jane,
        date: AT + 2000,
        files: {
          'a.txt': 'one\nTWO\n',
          'old.txt': undefined,
          'new.txt': 'a long line that stays\n'.repeat(9),
          'gone.txt': undefined,
          'bin.dat': 'a\0b',
        },
      },
    ]);
    const [main, side] = await Promise.all([
      git.resolve('main'),
      git.resolve('side'),
    ]);
    const comparison = await git.compare(main ?? '', side ?? '');
    expect(comparison).toMatchObject({
      mergeBase: first.sha,
      aheadBy: 1,
      behindBy: 1,
      commits: [{ message: 'Side' }],
    });
    expect(comparison?.files).toEqual([
      expect.objectContaining({
        path: 'a.txt',
        status: 'modified',
        additions: 1,
        deletions: 1,
        patch: '@@ -1,2 +1,2 @@\n one\n-two\n+TWO',
      }),
      expect.objectContaining({
        path: 'bin.dat',
        status: 'added',
        patch: undefined,
      }),
      expect.objectContaining({
        path: 'gone.txt',
        status: 'removed',
        patch: '@@ -1 +0,0 @@\n-x',
      }),
      expect.objectContaining({
        path: 'new.txt',
        previousPath: 'old.txt',
        status: 'renamed',
        patch: undefined,
      }),
    ]);
    expect(await git.isAncestor(first.sha, side ?? '')).toBe(true);
    expect(await git.isAncestor(main ?? '', side ?? '')).toBe(false);
  });

  it('squashes cleanly, reports conflicts as a value', async () => {
    const [first] = await git.importHistory(history(1));
    const branch = async (name: string, path: string, content: string) =>
      await git.commitFiles({
        branch: name,
        files: { [path]: content },
        message: name,
        author: signed(1),
        parent: first.sha,
      });
    const clean = await branch('clean', 'other.txt', 'fine\n');
    const conflicting = await branch('conflicting', 'a.txt', 'theirs\n');
    const mine = await git.commitFiles({
      branch: 'main',
      files: { 'a.txt': 'mine\n' },
      message: 'Mine',
      author: signed(2),
    });
    expect(await git.mergeTrees(mine, conflicting)).toEqual({
      kind: 'conflict',
      files: ['a.txt'],
    });
    expect(
      await git.squashMerge({
        base: 'main',
        head: conflicting,
        message: 'No',
        author: signed(3),
      }),
    ).toMatchObject({ kind: 'conflict' });
    expect(await git.resolve('main')).toBe(mine);
    const merged = await git.squashMerge({
      base: 'main',
      head: clean,
      message: 'Yes',
      author: signed(3),
    });
    expect(merged).toEqual({ kind: 'merged', sha: await git.resolve('main') });
    expect((await git.readFile('main', 'a.txt'))?.toString()).toBe('mine\n');
    expect((await git.readFile('main', 'other.txt'))?.toString()).toBe(
      'fine\n',
    );
    expect((await git.log('main', { max: 1 }))[0].parents).toEqual([mine]);
  });

  it('reads large and binary objects whole, many at a time', async () => {
    const binary = Buffer.alloc(700_000, 0);
    binary.write('begin');
    binary.write('end\n', binary.length - 4);
    const sha = await git.writeBlob(binary);
    const reads = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        git.object(index % 2 ? sha : '0'.repeat(40)),
      ),
    );
    expect(reads.filter(read => read === undefined)).toHaveLength(10);
    expect(reads[1]?.content.equals(binary)).toBe(true);
    expect(await git.object('main\nHEAD')).toBeUndefined();
  });

  it('replaces what an earlier run left, and nothing else', async () => {
    await git.importHistory(history(1));
    const again = await GitRepository.init(git.dir, {
      fullName: 'my-org/a',
      defaultBranch: 'main',
    });
    expect(await again.resolve('main')).toBeUndefined();
    await again.close();
    const foreign = join(dir, 'precious');
    await mkdir(foreign);
    await writeFile(join(foreign, 'thesis.txt'), 'years of work');
    await expect(
      GitRepository.init(foreign, { fullName: 'x/y', defaultBranch: 'main' }),
    ).rejects.toThrow('is not a repository of the simulated world');
  });
});
