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
  problem?: { because: string; nextTryAt: number };
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
  for (const { seq } of records) {
    const answer = answers.get(seq);
    if (answer === undefined || answer.result === 'later') {
      const gotOn = shippedSeq > claimed.shippedSeq;
      const failures = gotOn ? 0 : claimed.failures;
      return {
        shippedSeq,
        setAside,
        failingSince: gotOn ? undefined : claimed.failingSince ?? now,
        problem: {
          because:
            answer?.because ?? `It did not say what became of entry ${seq}`,
          nextTryAt: nextTryAt(failures, now),
        },
      };
    }
    if (answer.result === 'refused') {
      setAside.push({ seq, because: answer.because });
    }
    shippedSeq = seq;
  }
  return { shippedSeq, setAside };
}
