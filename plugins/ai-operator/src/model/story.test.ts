import {
  addedUp,
  auditPage,
  auditStory,
  longStory,
  tamperedWith,
} from '../../dev/fixtures';
import {
  callsOf,
  chaptersOf,
  isTrouble,
  linesOf,
  meets,
  narrowed,
  startOf,
  withEarlier,
  withNewest,
} from './story';

const NOW = 1_700_000_000_000;
const seqs = (entries: ReadonlyArray<{ seq: number }>) =>
  entries.map(({ seq }) => seq);
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

describe('withNewest', () => {
  const all = longStory(NOW, 120);

  it('begins with the newest page, oldest first', () => {
    const story = withNewest(undefined, auditPage(NOW, all, { limit: 50 }));
    expect(seqs(story.entries)).toEqual(upTo(120).slice(70));
    expect(story.earlier).toBe('71');
  });

  it('adds what is new and keeps how to get at what is earlier', () => {
    const before = withNewest(
      undefined,
      auditPage(NOW, all.slice(0, 100), { limit: 50 }),
    );
    const after = withNewest(before, auditPage(NOW, all, { limit: 50 }));
    expect(seqs(after.entries)).toEqual(upTo(120).slice(50));
    expect(after.earlier).toBe('51');
    expect(after.entries[0]).toBe(before.entries[0]);
  });

  it('stays the same when nothing is new', () => {
    const page = auditPage(NOW, all, { limit: 50 });
    const story = withNewest(undefined, page);
    expect(withNewest(story, page)).toBe(story);
  });

  it('begins anew rather than leave a hole', () => {
    const before = withNewest(
      undefined,
      auditPage(NOW, all.slice(0, 30), { limit: 50 }),
    );
    const newest = auditPage(NOW, all, { limit: 50 });
    expect(meets(before, newest)).toBe(false);
    const after = withNewest(before, newest);
    expect(seqs(after.entries)).toEqual(upTo(120).slice(70));
    expect(after.earlier).toBe('71');
    const back = auditPage(NOW, all, { limit: 91 });
    expect(meets(before, back)).toBe(true);
    expect(seqs(withNewest(before, back).entries)).toEqual(upTo(120));
  });

  it('still takes what is new when somebody added a record far ahead', () => {
    const forged = { ...tamperedWith(all[0]), seq: 999_999 };
    const before = withNewest(
      undefined,
      auditPage(NOW, [...all.slice(0, 100), forged], { limit: 50 }),
    );
    const after = withNewest(
      before,
      auditPage(NOW, [...all, forged], { limit: 50 }),
    );
    expect(seqs(after.entries)).toEqual([...upTo(120).slice(51), 999_999]);
  });

  it('takes the first records after there were none', () => {
    const empty = withNewest(undefined, auditPage(NOW, [], { limit: 50 }));
    const page = auditPage(NOW, all.slice(0, 3), { limit: 50 });
    expect(seqs(withNewest(empty, page).entries)).toEqual([1, 2, 3]);
  });
});

describe('withEarlier', () => {
  it('leads back to the first record', () => {
    const all = longStory(NOW, 120);
    let story = withNewest(undefined, auditPage(NOW, all, { limit: 50 }));
    while (story.earlier) {
      const page = auditPage(NOW, all, { limit: 50, cursor: story.earlier });
      story = withEarlier(story, page);
    }
    expect(seqs(story.entries)).toEqual(upTo(120));
  });
});

describe('chaptersOf', () => {
  it('begins a chapter with each move of the state machine', () => {
    const chapters = chaptersOf(auditStory(NOW), 'RollbackComplete');
    expect(chapters.map(({ state }) => state)).toEqual([
      'Idle',
      'DegradationDetected',
      'CandidateResolved',
      'PRCreated',
      'AwaitingMergeApproval',
      'RollbackMerged',
      'RollbackComplete',
    ]);
    expect(chapters[0].move).toBeUndefined();
    expect(chapters[2].entries.map(({ title }) => title)).toEqual([
      'github.readRepositoryContent',
      'github.createPullRequest',
    ]);
    const total = chapters.reduce((sum, { count }) => sum + count, 0);
    expect(total).toBe(auditStory(NOW).length);
  });

  it('loses no record and keeps their order', () => {
    const all = auditStory(NOW);
    const told = chaptersOf(all, 'RollbackComplete').flatMap(
      ({ move, entries }) => (move ? [move, ...entries] : entries),
    );
    expect(told).toEqual(all);
  });

  it('tells the present state when no move is known', () => {
    const [chapter] = chaptersOf(longStory(NOW, 60).slice(-5), 'PRCreated');
    expect(chapter).toMatchObject({ id: 0, state: 'PRCreated' });
    expect(chapter.move).toBeUndefined();
    expect(chapter.entries).toHaveLength(5);
  });
});

describe('narrowed', () => {
  const chapters = chaptersOf(auditStory(NOW), 'RollbackComplete');

  it('keeps only what matches, below its move', () => {
    const [chapter, ...others] = narrowed(chapters, 'HUMAN_COMMAND');
    expect(others).toEqual([]);
    expect(chapter.state).toBe('PRCreated');
    expect(chapter.entries).toHaveLength(1);
  });

  it('keeps the moves without what happened between them', () => {
    const moves = narrowed(chapters, 'FSM_TRANSITION');
    expect(moves).toHaveLength(6);
    expect(moves.flatMap(({ entries }) => entries)).toEqual([]);
  });

  it('finds trouble of every kind', () => {
    const found = narrowed(chapters, 'trouble').flatMap(c => c.entries);
    expect(found.map(({ title }) => title)).toEqual([
      'prometheus.query failed',
      'APPROVE by bob on the escalation issue, refused',
    ]);
    expect(found.every(isTrouble)).toBe(true);
  });
});

describe('linesOf', () => {
  const story = auditStory(NOW);
  const [, detected, resolved] = chaptersOf(story, 'RollbackComplete');

  it('tells answered calls in a row in one line, and failed ones by themselves', () => {
    expect(
      linesOf(detected.entries).map(line =>
        line.kind === 'calls' ? line.entries.length : line.entry.title,
      ),
    ).toEqual([3, 'prometheus.query failed', 4]);
  });

  it('tells two calls one by one', () => {
    expect(linesOf(resolved.entries).map(({ kind }) => kind)).toEqual([
      'record',
      'record',
    ]);
  });
});

it('keeps what cannot be read in its place, as trouble of its own', () => {
  const story = auditStory(NOW).map((entry, index) =>
    index % 4 === 0 ? tamperedWith(entry) : entry,
  );
  const chapters = chaptersOf(story, 'RollbackComplete');
  const told = chapters.flatMap(({ move, entries }) =>
    move ? [move, ...entries] : entries,
  );
  expect(told).toEqual(story);
  expect(startOf(chapters[0])).toBe(story[1].record?.timestamp);
  expect(startOf({ ...chapters[0], entries: [story[0]] })).toBeUndefined();
  const trouble = narrowed(chapters, 'trouble').flatMap(c => c.entries);
  expect(trouble).toContain(story[0]);
  expect(linesOf(story)[0]).toEqual({ kind: 'record', entry: story[0] });
});

it('counts the calls a record stands for', () => {
  const [entry] = auditStory(NOW);
  expect(
    [entry, addedUp(entry, 40), addedUp(entry, 0), tamperedWith(entry)].map(
      callsOf,
    ),
  ).toEqual([1, 40, 1, 1]);
});
