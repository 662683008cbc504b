import type { Mark } from './arguments';
import { Finding } from './outcome';
import { Told } from './source';

export interface MarkCheck {
  problems: Finding[];
  /** Why nothing can be said from this mark on. */
  unknown?: string;
  /** Nothing leads on from it: there is no need to read. */
  isUseless: boolean;
}

/** Holds a mark that verification goes on from against what the keeper of the trail says. */
export function checkMark(
  mark: Mark | undefined,
  told: Told | undefined,
): MarkCheck {
  if (!mark || !told) {
    return { problems: [], isUseless: false };
  }
  const { anchor, head } = told;
  if (anchor && mark.seq < anchor.seq) {
    return {
      problems: [],
      unknown: `Entries up to ${anchor.seq} were removed after their retention, so nothing leads from entry ${mark.seq} to what is there. Verify without --from, and note the new mark.`,
      isUseless: true,
    };
  }
  if (mark.seq > head.seq) {
    return {
      problems: [
        {
          kind: 'missing',
          seq: head.seq + 1,
          toSeq: mark.seq,
          because: `Entry ${mark.seq} was noted, and the newest one there is ${head.seq}.`,
        },
      ],
      isUseless: true,
    };
  }
  const known = [anchor, head].find(place => place?.seq === mark.seq);
  return known && known.hash !== mark.hash
    ? {
        problems: [
          {
            kind: 'changed',
            seq: mark.seq,
            because: `Entry ${mark.seq} has another hash than was noted: it, or an entry before it, is not what it was then.`,
          },
        ],
        isUseless: true,
      }
    : { problems: [], isUseless: false };
}

/** The trail has to reach what somebody noted as its head. */
export function checkNotedHead(
  wanted: Mark | undefined,
  { last, noted }: { last: number; noted?: string },
): Finding[] {
  if (!wanted || noted === wanted.hash) {
    return [];
  }
  if (noted !== undefined) {
    return [
      {
        kind: 'changed',
        seq: wanted.seq,
        because: `Entry ${wanted.seq} has another hash than was noted: it, or an entry before it, is not what it was then.`,
      },
    ];
  }
  return last < wanted.seq
    ? [
        {
          kind: 'missing',
          seq: last + 1,
          toSeq: wanted.seq,
          because: `The trail should reach entry ${wanted.seq}, which was noted as its head.`,
        },
      ]
    : [];
}
