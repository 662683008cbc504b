import { ClaimedSink, SetAside } from '../persistence';
import { PortError, ShipOutcome, SinkRecord } from '../ports';

/** The pause after a try that brought nothing: doubled with each, up to the longest. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** What a sink asks for by itself may be longer, but nobody waits for hours because of one header. */
const LONGEST_ASKED_MS = 5 * 60_000;

/** What is to be stored about a try, but for what people are told of it. */
export interface ShippingResult {
  shippedSeq: number;
  setAside: SetAside[];
  /** Without a time it goes on at once: what is wrong is no reason to pause. */
  problem?: { because: string; nextTryAt?: number };
  failingSince?: number;
}

/** When to try again after so many failed tries before this one, ms epoch. What the sink has asked for wins. */
function nextTryAt(failures: number, now: number, askedFor?: number): number {
  return askedFor === undefined
    ? now +
        Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 20))
    : Math.min(
        now + LONGEST_ASKED_MS,
        Math.max(now + FIRST_PAUSE_MS, askedFor),
      );
}

/** The call as a whole failed: nothing is known about any record. */
export function afterFailedCall(
  { failingSince, failures, shippedSeq }: ClaimedSink,
  error: unknown,
  now: number,
): ShippingResult {
  const isPortError = error instanceof PortError;
  return {
    shippedSeq,
    setAside: [],
    failingSince: failingSince ?? now,
    problem: {
      because: isPortError
        ? error.message
        : 'AI Operator failed while shipping; its log has the details',
      nextTryAt: nextTryAt(
        failures,
        now,
        isPortError ? error.retryAt : undefined,
      ),
    },
  };
}

/**
 * The cursor goes forward over everything that is stored or set aside, up to the
 * first record that has to be tried again. Those behind it that are stored
 * already are shipped once more, which the sink knows to be the same.
 *
 * One refused record says something of that record. Refused records and none
 * stored beside or after them say something of the sink: it is failing until it
 * stores one again, though nothing has to wait behind what it refuses.
 */
export function afterAnswer(
  claimed: ClaimedSink,
  records: readonly SinkRecord[],
  outcomes: readonly ShipOutcome[],
  now: number,
): ShippingResult {
  const answers = new Map(outcomes.map(outcome => [outcome.seq, outcome]));
  const setAside: SetAside[] = [];
  let { shippedSeq } = claimed;
  let hasStored = false;
  for (const { seq } of records) {
    const answer = answers.get(seq);
    if (answer === undefined || answer.result === 'later') {
      const failures = hasStored ? 0 : claimed.failures;
      return {
        shippedSeq,
        setAside,
        failingSince: hasStored ? undefined : claimed.failingSince ?? now,
        problem: {
          because:
            answer?.because ?? `It did not say what became of entry ${seq}`,
          nextTryAt: nextTryAt(failures, now),
        },
      };
    }
    if (answer.result === 'refused') {
      setAside.push({ seq, because: answer.because });
    } else {
      hasStored = true;
    }
    shippedSeq = seq;
  }
  const because =
    setAside.length > 0
      ? `It refused ${ofRecords(setAside.length)}: ${setAside[0].because}`
      : claimed.problem;
  const isFailing = setAside.length > 0 || claimed.failingSince !== undefined;
  return !hasStored && isFailing
    ? {
        shippedSeq,
        setAside,
        failingSince: claimed.failingSince ?? now,
        problem: because === undefined ? undefined : { because },
      }
    : { shippedSeq, setAside };
}

function ofRecords(count: number): string {
  return count === 1
    ? 'the last record it was given'
    : `all ${count} records it was given`;
}

/** Nothing waits for a pause, so records that were set aside may be tried, too. */
export function mayRetry({ problem }: ShippingResult): boolean {
  return problem?.nextTryAt === undefined;
}

/** A record that it had refused is stored by now: it takes records. */
export function afterRetry(
  result: ShippingResult,
  stored: number,
): ShippingResult {
  const { setAside, shippedSeq } = result;
  return mayRetry(result) && stored > 0 ? { setAside, shippedSeq } : result;
}
