import {
  auditStory,
  tamperedWith,
  trailWaiting,
  verifiedBroken,
  verifiedIntact,
} from '../../dev/fixtures';
import {
  formattedText,
  joinProblems,
  joinVerifications,
  personOf,
  problemOf,
  problemsWords,
  problemWords,
  recordCount,
  stopsMerges,
  storyCheckLook,
  storyCheckWords,
} from './auditTrail';

const NOW = 1_700_000_000_000;

describe('what is wrong, in words', () => {
  it.each([
    ['changed', undefined, 'record 17 was changed'],
    ['changed', 19, 'records 17 to 19 were changed'],
    ['missing', 17, 'record 17 is missing'],
    ['missing', 19, 'records 17 to 19 are missing'],
    ['added', undefined, 'record 17 was added'],
    [
      'reordered',
      undefined,
      'record 17 stands at another place than written at',
    ],
  ] as const)('%s up to %s: %s', (kind, toSeq, words) => {
    expect(problemWords({ kind, seq: 17, toSeq, because: '' })).toBe(words);
  });

  it('names the first and counts the others', () => {
    const [problem] = verifiedBroken(NOW, 17).problems;
    expect(problemsWords([problem, problem, problem])).toBe(
      'record 17 was changed, and 2 more',
    );
    expect(problemsWords([problem], true)).toBe(
      'record 17 was changed, and there is more',
    );
    expect(problemsWords([])).toBe('a record is not what was written');
  });

  it('finds the problem of a record; a missing one marks no other', () => {
    const problem = { kind: 'changed' as const, seq: 3, toSeq: 5, because: '' };
    const missing = { ...problem, kind: 'missing' as const };
    expect([2, 3, 5, 6].map(seq => problemOf(seq, [missing, problem]))).toEqual(
      [undefined, problem, problem, undefined],
    );
  });
});

describe('the check of one rollback', () => {
  const { because } = verifiedIntact(NOW, 1);

  it.each([
    [0, because],
    [1, `Its one record is as it was written. ${because}`],
    [1204, `Each of these 1,204 records is as it was written. ${because}`],
  ])('%d: %s', (checked, words) => {
    expect(storyCheckWords(verifiedIntact(NOW, checked))).toBe(words);
  });

  it('says what is broken', () => {
    expect(storyCheckWords(verifiedBroken(NOW, 17))).toBe(
      'record 17 was changed',
    );
  });

  it('is not green while the whole trail is broken', () => {
    expect(storyCheckLook('intact', 'intact').tone).toBe('positive');
    expect(storyCheckLook('intact', 'broken').tone).toBe('neutral');
    expect(storyCheckLook('broken', 'intact').tone).toBe('negative');
  });

  it('adds its problems to those of the whole trail, each once', () => {
    const [first] = verifiedBroken(NOW, 3).problems;
    const [second] = verifiedBroken(NOW, 17).problems;
    expect(joinProblems([first], undefined, [second, first])).toEqual([
      first,
      second,
    ]);
  });
});

it('knows which sink production merges wait for', () => {
  const status = trailWaiting(NOW);
  expect(status.sinks.map(({ name }) => stopsMerges(status, name))).toEqual([
    true,
    false,
  ]);
  expect(stopsMerges({}, status.sinks[0].name)).toBe(false);
  // One name may begin like another.
  expect(stopsMerges(status, 'Elasticsearch at https://logs.example')).toBe(
    false,
  );
});

describe('joinVerifications', () => {
  it('adds up parts and stays broken', () => {
    const broken = { ...verifiedBroken(NOW, 3), from: 1, to: 40, nextFrom: 41 };
    const rest = { ...verifiedIntact(NOW + 5, 60), from: 41, to: 100 };
    expect(joinVerifications(undefined, broken)).toBe(broken);
    expect(joinVerifications(broken, rest)).toMatchObject({
      now: NOW + 5,
      result: 'broken',
      because: broken.because,
      checked: 100,
      from: 1,
      to: 100,
      problems: broken.problems,
    });
    expect(joinVerifications(broken, rest).nextFrom).toBeUndefined();
  });
});

describe('personOf', () => {
  it.each([
    ['ai-operator', undefined],
    ['user:default/alice', { entityRef: 'user:default/alice' }],
    ['github:mallory', { login: 'mallory' }],
    ['service:external:nightly', undefined],
    ['no/ref:at all', undefined],
  ])('%s', (actor, person) => {
    expect(personOf(actor)).toEqual(person);
  });
});

it('lays out what is stored, where that is JSON', () => {
  const [entry] = auditStory(NOW);
  expect(JSON.parse(formattedText(entry) ?? '')).toEqual(
    JSON.parse(entry.text),
  );
  expect(formattedText(tamperedWith(entry))).toBeUndefined();
});

it('counts records', () => {
  expect([0, 1, 1204].map(recordCount)).toEqual([
    '0 records',
    '1 record',
    '1,204 records',
  ]);
});
