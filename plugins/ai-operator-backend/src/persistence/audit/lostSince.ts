import { AuditProblem } from '@ai-operator/backstage-plugin-ai-operator-common';
import { ChainPlace } from './chain';

/**
 * What an earlier look at the chain knew and is not there any more: a chain
 * whose end was cut off, head and all, or that was made anew, is whole in
 * itself.
 *
 * @param known - the newest entry of that look, and the hash that stands there now
 */
export function lostSince(
  known: { place: ChainPlace; now?: string } | undefined,
  head: ChainPlace,
): AuditProblem[] {
  if (!known || known.now === known.place.hash) {
    return [];
  }
  const { seq } = known.place;
  if (head.seq < seq) {
    return [
      {
        kind: 'missing',
        seq: head.seq + 1,
        ...(seq > head.seq + 1 ? { toSeq: seq } : {}),
        because: `The trail ends with entry ${head.seq}, but an earlier look at it saw entry ${seq}.`,
      },
    ];
  }
  return [
    {
      kind: known.now === undefined ? 'missing' : 'changed',
      seq,
      because: `An earlier look at the trail saw another entry ${seq} than now: it was replaced, or entries before it were and all after them made anew.`,
    },
  ];
}
