import { latestOpinions } from './reviews';

type Entry = Parameters<typeof latestOpinions>[0][number];

function entry(
  login: string,
  state: string,
  minute: number,
  more: Partial<Entry> = {},
): Entry {
  return {
    user: { login, type: 'User' },
    state,
    commit_id: 'a'.repeat(40),
    submitted_at: new Date(minute * 60_000).toISOString(),
    html_url: `https://github.com/r/${login}/${minute}`,
    ...more,
  };
}

function said(...entries: Entry[]): string[] {
  return latestOpinions(entries).map(({ login, state }) => `${login} ${state}`);
}

describe('latestOpinions', () => {
  it('tells all there is to a review', () => {
    expect(latestOpinions([entry('alice', 'APPROVED', 3)])).toEqual([
      {
        login: 'alice',
        isBot: false,
        state: 'APPROVED',
        headSha: 'a'.repeat(40),
        at: 180_000,
        url: 'https://github.com/r/alice/3',
      },
    ]);
  });

  it.each<[string, Entry[], string[]]>([
    ['nobody', [], []],
    [
      'a comment after an approval',
      [entry('alice', 'APPROVED', 1), entry('alice', 'COMMENTED', 2)],
      ['alice APPROVED'],
    ],
    ['a comment alone', [entry('alice', 'COMMENTED', 1)], []],
    [
      'an objection after an approval',
      [entry('alice', 'APPROVED', 1), entry('alice', 'CHANGES_REQUESTED', 2)],
      ['alice CHANGES_REQUESTED'],
    ],
    [
      'an approval after an objection',
      [entry('alice', 'CHANGES_REQUESTED', 1), entry('alice', 'APPROVED', 2)],
      ['alice APPROVED'],
    ],
    [
      'a dismissed review, which brings no earlier one back',
      [entry('alice', 'APPROVED', 1), entry('alice', 'DISMISSED', 2)],
      ['alice DISMISSED'],
    ],
    [
      'one person in two spellings',
      [entry('Alice', 'APPROVED', 1), entry('alice', 'DISMISSED', 2)],
      ['alice DISMISSED'],
    ],
    [
      'several people, each for themselves',
      [
        entry('alice', 'APPROVED', 1),
        entry('bob', 'CHANGES_REQUESTED', 2),
        entry('erin', 'APPROVED', 3),
      ],
      ['alice APPROVED', 'bob CHANGES_REQUESTED', 'erin APPROVED'],
    ],
    [
      'two in one second: the later in the list',
      [entry('alice', 'APPROVED', 1), entry('alice', 'CHANGES_REQUESTED', 1)],
      ['alice CHANGES_REQUESTED'],
    ],
    [
      'a list out of order: the later in time',
      [entry('alice', 'CHANGES_REQUESTED', 2), entry('alice', 'APPROVED', 1)],
      ['alice CHANGES_REQUESTED'],
    ],
    [
      'a review nobody has submitted yet',
      [entry('alice', 'PENDING', 1, { submitted_at: undefined })],
      [],
    ],
    [
      'somebody whose account is gone',
      [entry('x', 'APPROVED', 1, { user: null })],
      [],
    ],
    ['a state GitHub may invent', [entry('alice', 'ADMIRED', 1)], []],
  ])('%s', (_name, entries, expected) => {
    expect(said(...entries)).toEqual(expected);
  });

  it('knows bots by their type or name', () => {
    const bots = latestOpinions([
      entry('copilot', 'APPROVED', 1, {
        user: { login: 'copilot', type: 'Bot' },
      }),
      entry('renovate[bot]', 'APPROVED', 1, {
        user: { login: 'renovate[bot]' },
      }),
      entry('alice', 'APPROVED', 1),
    ]);
    expect(bots.map(({ isBot }) => isBot)).toEqual([true, true, false]);
  });

  it('takes a commit GitHub no longer has for no head', () => {
    expect(
      latestOpinions([entry('alice', 'APPROVED', 1, { commit_id: null })]),
    ).toMatchObject([{ headSha: '' }]);
  });
});
