import { CHAIN_START, ChainPlace, ChainVerifier } from '../persistence';
import type { Mark } from './arguments';
import { LateEntries } from './lateEntries';
import { checkMark, checkNotedHead } from './marks';
import type { Reading, VerifyOptions } from './reading';
import { Told, TrailSource } from './source';

/** How often reading goes on because the trail grew meanwhile. */
const MAX_ROUNDS = 20;

/** What the first entry follows on; undefined: nobody knows, its own word is taken. */
function startOf(
  told: Told | undefined,
  mark: Mark | undefined,
): ChainPlace | undefined {
  return mark ?? (told ? told.anchor ?? CHAIN_START : undefined);
}

/** Where reading has come to. */
interface Position {
  verifier: ChainVerifier;
  late: LateEntries;
  /** Where to read on. */
  next: number;
  /** The last entry that was read, or what stands before the first one. */
  last: number;
  lastHash?: string;
  /** Hash of the entry that was noted as the head, once it was read. */
  noted?: string;
  isBegun: boolean;
}

async function readOn(
  source: TrailSource,
  at: Position,
  { copy, head, mark }: VerifyOptions,
  told: Told | undefined,
): Promise<void> {
  for await (const rows of source.pages({ from: at.next })) {
    if (!at.isBegun && !told && !mark && rows[0].seq <= 1) {
      at.verifier = new ChainVerifier(CHAIN_START);
    }
    at.isBegun = true;
    const rising = at.late.rising(rows);
    at.verifier.add(rising);
    const newest = rising.at(-1);
    at.last = newest?.seq ?? at.last;
    at.lastHash = newest?.hash ?? at.lastHash;
    at.next = at.last + 1;
    at.noted ??= rising.find(({ seq }) => seq === head?.seq)?.hash;
    await copy?.compare(rising);
  }
}

/**
 * Reads to the end of the trail while it grows. Returns what its keeper says
 * about the end that was reached; without a head when the end ran away.
 */
async function readToEnd(
  source: TrailSource,
  at: Position,
  options: VerifyOptions,
  first: Told | undefined,
): Promise<{ told?: Told; head?: ChainPlace }> {
  let told = first;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    await readOn(source, at, options, first);
    const later = told && (await source.tell());
    if (!told || !later) {
      return {};
    }
    if (at.last < told.head.seq) {
      // It was there before we read, so it should have been read.
      return { told: later, head: told.head };
    }
    told = later;
    if (at.last >= told.head.seq) {
      return { told, head: told.head };
    }
  }
  return { told };
}

/** Reads the chain from its start, or from a mark, to its end, and holds it against all that is known about both. */
export async function readChainOf(
  source: TrailSource,
  options: VerifyOptions,
): Promise<Reading & { anchorMoved: boolean }> {
  const { head: wanted, mark } = options;
  const before = await source.tell();
  const anchor = before?.anchor;
  const marked = checkMark(mark, before);
  const start = startOf(before, mark);
  const at: Position = {
    verifier: new ChainVerifier(start),
    late: new LateEntries(),
    // Whatever stands before the first entry does not belong there.
    next: mark ? mark.seq + 1 : Number.MIN_SAFE_INTEGER,
    last: start?.seq ?? 0,
    isBegun: false,
  };
  const end: { told?: Told; head?: ChainPlace } = marked.isUseless
    ? { told: before }
    : await readToEnd(source, at, options, before);
  const { told, head } = end;
  const found = at.verifier.findings(head && !marked.isUseless ? { head } : {});
  const problems = [
    ...marked.problems,
    ...at.late.settle(found.problems),
    ...(marked.isUseless ? [] : checkNotedHead(wanted, at)),
  ];
  const notes: string[] = [];
  if (anchor && !mark) {
    notes.push(
      `Entries up to ${anchor.seq} were removed after their retention; the chain goes on from the anchor.`,
    );
  }
  if (!before && !mark && (found.first ?? 1) > 1) {
    notes.push(
      `The first entry is ${found.first}. What was before it is not here, and whether it follows on that is not known: give --from and --hash.`,
    );
  }
  if (!before && !wanted) {
    notes.push(
      'Whether entries are missing at the end cannot be seen here: compare the mark with the head that the operator tells, or give --head.',
    );
  }
  if (told && !head && !marked.isUseless) {
    notes.push(
      'The trail grew faster than it was read: what was written last is not verified.',
    );
  }
  return {
    checked: found.checked,
    first: found.first,
    last: found.last,
    lastHash: at.lastHash,
    problems,
    moreProblems: found.moreProblems || at.late.more,
    notes,
    unknown:
      marked.unknown ??
      (found.checked === 0 && !before ? 'There are no entries.' : undefined),
    told,
    anchorMoved: problems.length > 0 && told?.anchor?.seq !== anchor?.seq,
  };
}
