import { useNow } from './clock';
import {
  formatAge,
  formatClock,
  formatDuration,
  formatExact,
  formatRelative,
  formatUtcClock,
} from './format';

/** An instant in relative words; the exact time on hover. `at` is ms epoch. */
export function Ago({ at }: { at: number }) {
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={formatExact(at)}>
      {formatRelative(at, now)}
    </time>
  );
}

/** An instant as time of day; the date on hover. `at` is ms epoch. */
export function ClockTime({ at }: { at: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={formatExact(at)}>
      {formatClock(at)}
    </time>
  );
}

/** An instant as time of day in UTC, for where the operator's own sentences stand; here and with the date on hover. `at` is ms epoch. */
export function UtcTime({ at }: { at: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={formatExact(at)}>
      {formatUtcClock(at)}
    </time>
  );
}

const HOUR = 3_600_000;

/** Time since an instant as `m:ss`, counting up; in words from an hour on. */
export function Elapsed({ since }: { since: number }) {
  const now = useNow();
  return (
    <time
      role="timer"
      dateTime={new Date(since).toISOString()}
      title={`Since ${formatExact(since)}`}
    >
      {now - since < HOUR
        ? formatDuration(now - since)
        : formatAge(now - since)}
    </time>
  );
}

/** Time left until a deadline as `m:ss left`, counting down. */
export function TimeLeft({ until }: { until: number }) {
  const now = useNow();
  return (
    <time
      role="timer"
      dateTime={new Date(until).toISOString()}
      style={{ whiteSpace: 'nowrap' }}
      title={`Until ${formatExact(until)}`}
    >
      {until > now ? `${formatDuration(until - now)} left` : 'due now'}
    </time>
  );
}
