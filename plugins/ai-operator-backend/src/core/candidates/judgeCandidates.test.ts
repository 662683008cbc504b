import { CommitEvidence } from '../candidate';
import { known, unknown } from '../verdict';
import {
  commit,
  CURRENT,
  DAY,
  HOUR,
  POLICY,
  searchOf,
  T0,
} from '../__testUtils__/fixtures';
import { judgeCandidates } from './judgeCandidates';

function sha(digit: string): string {
  return digit.repeat(40);
}

function judge(commits: CommitEvidence[], overrides = {}) {
  return judgeCandidates(searchOf(commits, overrides), POLICY, T0);
}

it('finds the worked example: CI failed and 95 % are skipped, the newest stable is two days old', () => {
  const judged = judge([
    commit(sha('1'), {
      ci: known('failure', T0),
      committedAt: T0 - 5 * HOUR,
    }),
    commit(sha('2'), { uptime: known(0.95, T0), committedAt: T0 - DAY }),
    commit(sha('3'), {
      message: 'Fix payment processing bug',
      uptime: known(0.998, T0),
      committedAt: T0 - 2 * DAY,
    }),
    commit(sha('4'), { uptime: known(0.9999, T0), committedAt: T0 - 3 * DAY }),
  ]);
  expect(judged.rows.map(row => [row.verdict, row.because])).toEqual([
    ['skipped', 'Its CI failed'],
    [
      'skipped',
      'Only 95.0 % uptime over the 24 h after it was deployed, 99.0 % is needed',
    ],
    [
      'resolved',
      'CI passed, 99.8 % uptime over the 24 h after it was deployed',
    ],
    [
      'qualifies',
      'CI passed, 99.9 % uptime over the 24 h after it was deployed',
    ],
  ]);
  expect(judged.resolved).toMatchObject({
    sha: sha('3'),
    ci: 'success',
    uptime: { known: true, value: 0.998 },
  });
  expect(judged.undecided).toBe(false);
});

it.each<
  [string, Partial<CommitEvidence>, 'resolved' | 'skipped', RegExp, boolean]
>([
  ['CI pending', { ci: known('pending', T0) }, 'skipped', /not finished/, true],
  ['CI unreadable', { ci: unknown('502', T0) }, 'skipped', /502/, true],
  ['never had CI', { ci: known('none', T0) }, 'skipped', /never had CI/, false],
  ['exactly 99 %', { uptime: known(0.99, T0) }, 'resolved', /99\.0 %/, false],
  [
    '98.99 % is not rounded up',
    { uptime: known(0.9899, T0) },
    'skipped',
    /Only 98\.9 %/,
    false,
  ],
  [
    'never ran here',
    { deployments: known([], T0), uptime: undefined },
    'skipped',
    /never ran here/,
    false,
  ],
  [
    'no metrics',
    { uptime: unknown('no samples', T0) },
    'resolved',
    /no samples.*CI alone decides/,
    false,
  ],
  [
    'history cut off: perhaps a commit that never ran',
    {
      deployments: unknown('history ends at 10 entries', T0),
      uptime: undefined,
    },
    'skipped',
    /Whether it ran here is not known.*history ends at 10 entries/,
    false,
  ],
  [
    'uptime not asked, although it ran',
    { uptime: undefined },
    'skipped',
    /uptime was not asked/,
    false,
  ],
  [
    '30 days old',
    { committedAt: T0 - 30 * DAY },
    'resolved',
    /CI passed/,
    false,
  ],
  [
    'older than 30 days',
    { committedAt: T0 - 30 * DAY - 1 },
    'skipped',
    /Older than 30 days/,
    false,
  ],
])('%s', (_name, overrides, verdict, because, undecided) => {
  const judged = judge([commit(sha('1'), overrides)]);
  expect(judged.rows[0].verdict).toBe(verdict);
  expect(judged.rows[0].because).toMatch(because);
  expect(judged.resolved === undefined).toBe(verdict === 'skipped');
  expect(judged.undecided).toBe(undecided);
});

it('never resolves the revision that runs (RB-09)', () => {
  const judged = judge([commit(CURRENT)]);
  expect(judged.resolved).toBeUndefined();
  expect(judged.rows[0].because).toMatch(/RB-09/);
});

it('takes nothing beyond the 50 newest, and does not keep an endless table', () => {
  const digits = '0123456789abcdef';
  const many = Array.from({ length: 200 }, (_, index) =>
    commit(
      `${digits[Math.floor(index / 16)]}${digits[index % 16]}`.padEnd(40, '0'),
      { ci: known(index < 50 ? 'failure' : 'success', T0) },
    ),
  );
  const judged = judge(many);
  expect(judged.resolved).toBeUndefined();
  expect(judged.rows).toHaveLength(60);
  expect(judged.rows[50].because).toMatch(/Beyond the 50/);
});

it('refuses when the running revision is not on the branch', () => {
  const judged = judge([commit(sha('1'))], { onBranch: false });
  expect(judged.resolved).toBeUndefined();
  expect(judged.undecided).toBe(false);
  expect(judged.because).toMatch(/not on the branch/);
  expect(judged.rows[0].verdict).toBe('skipped');
});

it('says so when the branch has nothing older', () => {
  expect(judge([])).toMatchObject({
    rows: [],
    undecided: false,
    because: expect.stringContaining('no older revision'),
  });
});

it('does not go back to what was rolled back itself, however well it looks', () => {
  const rolledBack = [{ revision: sha('1'), at: T0 - DAY }];
  const judged = judgeCandidates(
    searchOf([commit(sha('1')), commit(sha('2'))]),
    POLICY,
    T0,
    rolledBack,
  );
  expect(judged.resolved?.sha).toBe(sha('2'));
  expect(judged.rows[0]).toMatchObject({
    sha: sha('1'),
    verdict: 'skipped',
    because: 'It was rolled back itself (2026-02-26T10:30:00Z)',
  });
  const alone = judgeCandidates(
    searchOf([commit(sha('1'))]),
    POLICY,
    T0,
    rolledBack,
  );
  expect(alone.resolved).toBeUndefined();
  expect(alone.undecided).toBe(false);
});
