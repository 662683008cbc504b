import { duration } from '../../time';
import { ClockReading, Fact } from '../facts';
import { Check, Finding } from './finding';

const WARNING_MS = 5_000;
const PROBLEM_MS = 30_000;

const MEND =
  'Let both machines follow the same time server (NTP). Until then deadlines and the times in evidence are off by that much';

/**
 * How far their clock is from ours at least, ms; negative when it is behind.
 * The answer was on its way for a while and the clock told coarsely: only what
 * these cannot explain counts.
 */
export function skewOf(reading: ClockReading): number {
  const { theirs, precision, before, after } = reading;
  const ahead = theirs - after;
  const behind = before - (theirs + precision);
  if (ahead > 0) {
    return ahead;
  }
  return behind > 0 ? -behind : 0;
}

/** More than 5 s apart is a warning, more than 30 s a problem. */
export function judgeClock(check: Check, reading: Fact<ClockReading>): Finding {
  if (!reading.known) {
    return check.unseen(reading);
  }
  const skew = skewOf(reading.value);
  const apart = Math.abs(skew);
  const words = `Its clock is at least ${duration(apart)} ${
    skew > 0 ? 'ahead of' : 'behind'
  } ours`;
  if (apart > PROBLEM_MS) {
    return check.problem(words, MEND);
  }
  return apart > WARNING_MS
    ? check.warning(words, MEND)
    : check.ok('Its clock and ours agree within 5 seconds');
}
