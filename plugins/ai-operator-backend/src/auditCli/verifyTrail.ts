import type { Copy } from './copy';
import { Finding, MAX_FINDINGS, Outcome } from './outcome';
import { CannotJudge } from './problem';
import { readChainOf } from './readChainOf';
import type { Reading, VerifyOptions } from './reading';
import { readStory } from './readStory';
import { count } from './report';
import { TrailSource } from './source';

/** How often reading begins anew because retention removed entries meanwhile. */
const MAX_READINGS = 3;

async function readWhole(
  source: TrailSource,
  options: VerifyOptions,
): Promise<Reading> {
  for (let tries = 1; ; tries += 1) {
    const reading = await readChainOf(source, options);
    if (!reading.anchorMoved) {
      return reading;
    }
    if (tries === MAX_READINGS) {
      throw new CannotJudge(
        'Entries are being removed after their retention all the while. Try again when that is done.',
      );
    }
  }
}

function verdict(
  { checked, first, last, unknown }: Reading,
  problems: readonly Finding[],
  { correlationId, mark }: VerifyOptions,
): Pick<Outcome, 'result' | 'because'> {
  if (problems.length > 0) {
    return {
      result: 'broken',
      because: `${
        problems.length === 1 ? '1 problem' : `${problems.length} problems`
      } in ${count(checked)} entries; the trail is not what was written.`,
    };
  }
  if (unknown !== undefined) {
    return { result: 'unknown', because: unknown };
  }
  if (checked === 0) {
    return {
      result: 'intact',
      because: mark
        ? `Nothing was written after entry ${mark.seq}, which is still the newest.`
        : 'The trail is empty, and nothing was written to it.',
    };
  }
  if (correlationId !== undefined) {
    return {
      result: 'intact',
      because: `Each of these entries is what was written. Whether any are missing shows only in the whole chain.`,
    };
  }
  return {
    result: 'intact',
    because: `Entries ${first} to ${last} are what was written: none was changed, is missing, was added, or stands at another place.`,
  };
}

/** What the copy shows, and whether it goes on where the trail ends. */
async function compareEnds(
  source: TrailSource,
  copy: Copy,
  { last, told }: Reading,
  { correlationId }: VerifyOptions,
): Promise<{ problems: Finding[]; notes: string[] }> {
  const { notes, problems } = await copy.findings(told);
  const newest =
    correlationId === undefined && last !== undefined
      ? await copy.newestBehind(last)
      : undefined;
  if (newest === undefined || last === undefined) {
    return { notes, problems };
  }
  const now = told && (await source.tell());
  if (now && now.head.seq >= newest) {
    // It was written and shipped while we were reading.
    return { notes, problems };
  }
  const because = `The copy has entries up to ${newest} at least.`;
  return now
    ? {
        notes,
        problems: [
          ...problems,
          { kind: 'missing', seq: last + 1, toSeq: newest, because },
        ],
      }
    : {
        notes: [
          ...notes,
          `${because} Those after ${last} are missing here, unless this file was made before them.`,
        ],
        problems,
      };
}

/**
 * Recomputes a trail from its records, and compares it with what is known about
 * it from elsewhere: the mark it should go on from, the head and anchor its
 * keeper tells, and a copy.
 */
export async function verifyTrail(
  source: TrailSource,
  options: VerifyOptions,
): Promise<Outcome> {
  const { copy, correlationId } = options;
  const reading =
    correlationId === undefined
      ? await readWhole(source, options)
      : await readStory(source, correlationId, copy);
  const compared = copy && (await compareEnds(source, copy, reading, options));
  const found = [...reading.problems, ...(compared?.problems ?? [])];
  const isWhole = correlationId === undefined && reading.last !== undefined;
  return {
    ...verdict(reading, found, options),
    trail: source.name,
    checked: reading.checked,
    from: reading.first,
    to: reading.last,
    problems: found.slice(0, MAX_FINDINGS),
    moreProblems: reading.moreProblems || found.length > MAX_FINDINGS,
    notes: [...reading.notes, ...(compared?.notes ?? [])],
    mark:
      isWhole && reading.last !== undefined && reading.lastHash !== undefined
        ? { seq: reading.last, hash: reading.lastHash }
        : undefined,
  };
}
