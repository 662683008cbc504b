import fc from 'fast-check';
import { AuditProblem } from '@ai-operator/backstage-plugin-ai-operator-common';
import { aChain, aLink, renumbered } from '../__testUtils__/chains';
import { CHAIN_START, ChainedRow, chainHash, ChainPlace } from './chain';
import { ChainVerifier } from './ChainVerifier';

const LENGTH = 9;
const CHAIN = aChain(LENGTH);
const HEAD = CHAIN[LENGTH - 1];

function verify(
  rows: ChainedRow[],
  {
    after = CHAIN_START,
    head = HEAD,
  }: { after?: ChainPlace; head?: ChainPlace } = {},
) {
  const verifier = new ChainVerifier(after);
  verifier.add([...rows].sort((a, b) => a.seq - b.seq));
  return verifier.findings({ head });
}

/** Kinds and places, as `changed 3` or `missing 4-6`. */
function brief(problems: AuditProblem[]): string[] {
  return problems.map(
    ({ kind, seq, toSeq }) => `${kind} ${seq}${toSeq ? `-${toSeq}` : ''}`,
  );
}

function at(seq: number): ChainedRow {
  return CHAIN[seq - 1];
}

function replace(seq: number, change: Partial<ChainedRow>): ChainedRow[] {
  return CHAIN.map(row => (row.seq === seq ? { ...row, ...change } : row));
}

function without(...seqs: number[]): ChainedRow[] {
  return CHAIN.filter(({ seq }) => !seqs.includes(seq));
}

function putIn(seq: number, ...rows: ChainedRow[]): ChainedRow[] {
  return renumbered(
    [...CHAIN.slice(0, seq - 1), ...rows, ...CHAIN.slice(seq - 1)],
    1,
  );
}

function forged(seq: number): ChainedRow {
  return aLink(seq === 1 ? CHAIN_START : at(seq - 1), 'forged');
}

/** Entries whose contents stand at each other's places. */
function swapped(a: number, b: number): ChainedRow[] {
  const rows = [...CHAIN];
  rows[a - 1] = { ...at(b), seq: a };
  rows[b - 1] = { ...at(a), seq: b };
  return rows;
}

function moved(from: number, to: number): ChainedRow[] {
  const rest = without(from);
  return renumbered(
    [...rest.slice(0, to - 1), at(from), ...rest.slice(to - 1)],
    1,
  );
}

describe('a chain that is whole', () => {
  it.each([0, 1, 2, LENGTH])('of %s entries is intact', length => {
    const rows = CHAIN.slice(0, length);
    expect(verify(rows, { head: rows.at(-1) ?? CHAIN_START })).toEqual({
      checked: length,
      first: length ? 1 : undefined,
      last: length || undefined,
      problems: [],
      moreProblems: false,
    });
  });

  it('is intact after an anchor, with and without what waits to be removed', () => {
    for (const first of [1, 2, 4, 5]) {
      const rows = CHAIN.filter(({ seq }) => seq >= first);
      expect(verify(rows, { after: at(4) }).problems).toEqual([]);
    }
  });

  it('is intact in pages of any size, by as many processes', () => {
    for (const size of [1, 2, 4]) {
      let { state } = new ChainVerifier(CHAIN_START);
      for (let start = 0; start < LENGTH; start += size) {
        const verifier = ChainVerifier.resume(
          JSON.parse(JSON.stringify(state)),
        );
        verifier.add(CHAIN.slice(start, start + size));
        state = verifier.state;
      }
      expect(
        ChainVerifier.resume(state).findings({ head: HEAD }),
      ).toMatchObject({ checked: LENGTH, problems: [] });
    }
  });
});

describe('what was done to a chain is found and named', () => {
  const text = at(4).text.replace('entry 4', 'entry X');
  it.each<[string, ChainedRow[], string[]]>([
    ['a byte of the text', replace(4, { text }), ['changed 4']],
    ['what is no JSON any more', replace(4, { text: '{' }), ['changed 4']],
    ['the hash', replace(4, { hash: at(5).hash }), ['changed 4']],
    ['the link', replace(4, { prevHash: at(8).hash }), ['changed 4']],
    ['the hash of the last', replace(9, { hash: at(1).hash }), ['changed 9']],
    [
      'text and hash',
      replace(4, { text, hash: 'f'.repeat(64) }),
      ['changed 4'],
    ],
    ['the time', replace(4, { at: 1 }), ['changed 4']],
    ['the rollback', replace(4, { correlationId: 'c' }), ['changed 4']],
    ['the level', replace(4, { level: 'WARN' }), ['changed 4']],
    ['the action type', replace(4, { actionType: 'ERROR' }), ['changed 4']],
    ['an entry made anew', replace(4, forged(4)), ['changed 4']],
    ['the first one made anew', replace(1, forged(1)), ['changed 1']],
    ['the last one made anew', replace(9, forged(9)), ['changed 9']],
    [
      'an entry made anew that follows on nothing',
      replace(4, { ...forged(7), seq: 4 }),
      ['changed 4'],
    ],
    [
      'two entries made anew',
      replace(4, forged(4)).map(row => (row.seq === 7 ? forged(7) : row)),
      ['changed 4', 'changed 7'],
    ],
    [
      'all from one on made anew',
      [...CHAIN.slice(0, 4), forged(5), ...aChain(4, forged(5))],
      ['changed 9'],
    ],
    ['an entry taken out', without(4), ['missing 4']],
    ['several taken out', without(4, 5, 6), ['missing 4-6']],
    ['the first taken out', without(1, 2), ['missing 1-2']],
    ['the last taken out', without(8, 9), ['missing 8-9']],
    ['all taken out', [], ['missing 1-9']],
    ['one taken out here and there', without(3, 7), ['missing 3', 'missing 7']],
    [
      'one taken out, the rest renumbered',
      renumbered(without(4), 1),
      ['missing 4'],
    ],
    [
      'two taken out, the rest renumbered',
      renumbered(without(4, 5), 1),
      ['missing 4-5'],
    ],
    [
      'the first taken out, the rest renumbered',
      renumbered(without(1), 1),
      ['missing 1'],
    ],
    ['one put in between', putIn(4, forged(4)), ['added 4']],
    ['two put in between', putIn(4, ...aChain(2, at(3))), ['added 4-5']],
    ['one put in that follows on nothing', putIn(4, forged(8)), ['added 4']],
    [
      'one put in that is not even what it says',
      putIn(4, { ...forged(4), hash: 'e'.repeat(64) }),
      ['added 4'],
    ],
    [
      'one put before the first',
      [{ ...forged(1), seq: 0 }, ...CHAIN],
      ['added 0'],
    ],
    ['one put first, the rest renumbered', putIn(1, forged(1)), ['added 1']],
    ['one put after the end', [...CHAIN, aLink(HEAD, 'forged')], ['added 10']],
    [
      'three put after the end',
      [...CHAIN, ...aChain(3, HEAD)],
      ['added 10-12'],
    ],
    [
      'one far after the end',
      [...CHAIN, { ...forged(5), seq: 99 }],
      ['added 99'],
    ],
    ['the last once more', [...CHAIN, { ...HEAD, seq: 10 }], ['added 10']],
    ['two neighbours swapped', swapped(4, 5), ['reordered 4']],
    [
      'the two around another swapped',
      swapped(4, 6),
      ['reordered 4', 'reordered 6'],
    ],
    ['two swapped', swapped(3, 7), ['reordered 3', 'reordered 7']],
    ['the ends swapped', swapped(1, 9), ['reordered 1', 'reordered 9']],
    ['one moved on', moved(2, 7), ['reordered 7']],
    ['one moved back', moved(7, 2), ['reordered 2']],
    [
      'one moved to the end',
      [...without(4), { ...at(4), seq: 10 }],
      ['reordered 10'],
    ],
    [
      'one moved before the start',
      [...without(4), { ...at(4), seq: 0 }],
      ['reordered 0'],
    ],
    [
      'the last renumbered',
      [...without(9), { ...at(9), seq: 10 }],
      ['reordered 10'],
    ],
    [
      'all from one on renumbered',
      [...CHAIN.slice(0, 5), ...renumbered(CHAIN.slice(5), 8)],
      ['reordered 8-11'],
    ],
  ])('%s', (_title, rows, expected) => {
    const { problems, moreProblems } = verify(rows);
    expect(brief(problems)).toEqual(expected);
    expect(moreProblems).toBe(false);
    for (const { because } of problems) {
      expect(because).toMatch(/^[A-Z].*\.$/);
    }
  });

  it.each<[string, ChainedRow[], string[]]>([
    ['the first one after it', CHAIN.slice(5), ['missing 5']],
    [
      'a forged one before it',
      [{ ...forged(2), seq: 2 }, ...CHAIN.slice(4)],
      ['added 2'],
    ],
    ['itself', replace(4, forged(4)).slice(1), ['changed 4']],
  ])('at an anchor: %s', (_title, rows, expected) => {
    expect(brief(verify(rows, { after: at(4) }).problems)).toEqual(expected);
  });

  it('however much it is, within bounds', () => {
    const rows = aChain(2_000).map(row => ({
      ...row,
      prevHash: chainHash(row.hash, 'x'),
    }));
    const { problems, moreProblems } = verify(rows, { head: rows.at(-1) });
    expect(problems).toHaveLength(100);
    expect(moreProblems).toBe(true);
  });
});

/** One thing done to a chain: its kind, the places that may be named for it, and what is left. */
interface Tampering {
  kind: AuditProblem['kind'];
  seqs: number[];
  rows: ChainedRow[];
}

function flip(text: string, index: number): string {
  const place = index % text.length;
  const other = text[place] === 'a' ? 'b' : 'a';
  return text.slice(0, place) + other + text.slice(place + 1);
}

const place = fc.integer({ min: 1, max: LENGTH });
const tampering: fc.Arbitrary<Tampering> = fc.oneof(
  fc.tuple(place, fc.constantFrom('text', 'hash', 'prevHash'), fc.nat()).map(
    ([seq, column, index]): Tampering => ({
      kind: 'changed',
      seqs: [seq],
      rows: replace(seq, {
        [column]: flip(at(seq)[column as 'text'], index),
      }),
    }),
  ),
  place.map(
    (seq): Tampering => ({
      kind: 'changed',
      seqs: [seq],
      rows: replace(seq, forged(seq)),
    }),
  ),
  fc.tuple(place, fc.boolean()).map(
    ([seq, close]): Tampering => ({
      kind: 'missing',
      seqs: [seq],
      rows: close ? renumbered(without(seq), 1) : without(seq),
    }),
  ),
  fc.integer({ min: 1, max: LENGTH + 1 }).map(
    (seq): Tampering => ({
      kind: 'added',
      seqs: [seq],
      rows: putIn(seq, forged(seq)),
    }),
  ),
  // A copy cannot be told from what it is a copy of.
  fc.tuple(place, place).map(
    ([seq, to]): Tampering => ({
      kind: 'added',
      seqs: [to, to > seq ? seq : seq + 1],
      rows: putIn(to, at(seq)),
    }),
  ),
  fc
    .tuple(place, place)
    .filter(([a, b]) => a !== b)
    .map(
      ([a, b]): Tampering => ({
        kind: 'reordered',
        seqs: [a, b],
        rows: swapped(a, b),
      }),
    ),
  fc
    .tuple(place, place)
    .filter(([a, b]) => Math.abs(a - b) > 1)
    .map(
      ([a, b]): Tampering => ({
        kind: 'reordered',
        seqs: [b],
        rows: moved(a, b),
      }),
    ),
  fc.tuple(place, fc.constantFrom(-5, 0, LENGTH + 1, LENGTH + 7)).map(
    ([seq, to]): Tampering => ({
      kind: 'reordered',
      seqs: [to],
      rows: [...without(seq), { ...at(seq), seq: to }],
    }),
  ),
);

describe('any single tampering', () => {
  it('is found, classified and named, wherever and in whatever pages', () => {
    fc.assert(
      fc.property(
        tampering,
        fc.integer({ min: 1, max: LENGTH }),
        ({ kind, seqs, rows }, pageSize) => {
          const sorted = [...rows].sort((a, b) => a.seq - b.seq);
          let verifier = new ChainVerifier(CHAIN_START);
          for (let start = 0; start < sorted.length; start += pageSize) {
            verifier = ChainVerifier.resume(verifier.state);
            verifier.add(sorted.slice(start, start + pageSize));
          }
          const { problems } = verifier.findings({ head: HEAD });
          expect(problems.length).toBeGreaterThan(0);
          expect(new Set(problems.map(each => each.kind))).toEqual(
            new Set([kind]),
          );
          for (const { seq, toSeq } of problems) {
            expect(toSeq).toBeUndefined();
            expect(seqs).toContain(seq);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
