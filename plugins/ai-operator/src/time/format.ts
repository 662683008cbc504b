const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const pad = (value: number) => String(value).padStart(2, '0');

/** `m:ss`, from an hour on `h:mm:ss`; never negative. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = pad(seconds % 60);
  return hours > 0 ? `${hours}:${pad(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** A duration in words, for settings: `10 s`, `5 min`, `24 h`, `30 d`. */
export function formatSpan(ms: number): string {
  for (const [unit, name] of [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'min'],
  ] as const) {
    if (ms >= 2 * unit && ms % unit === 0) {
      return `${ms / unit} ${name}`;
    }
  }
  return ms % SECOND === 0 ? `${ms / SECOND} s` : `${ms} ms`;
}

/** A length of time in one unit, rounded down: `12 s`, `3 min`, `26 h`, `4 d`. */
export function formatAge(ms: number): string {
  if (ms < 0) return '0 s';
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} d`;
}

/** How long ago (or how far ahead) an instant is, in words. */
export function formatRelative(at: number, now: number): string {
  const difference = now - at;
  if (Math.abs(difference) < 2 * SECOND) return 'just now';
  return difference > 0
    ? `${formatAge(difference)} ago`
    : `in ${formatAge(-difference)}`;
}

const exact = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
});

/** Date and time to the second with the time zone. */
export function formatExact(at: number): string {
  return exact.format(at);
}

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** Time of day to the second. */
export function formatClock(at: number): string {
  return clock.format(at);
}

const utcClock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
  timeZone: 'UTC',
});

/** Time of day to the second in UTC, as the operator's own sentences tell it; the zone is not said. */
export function formatUtcClock(at: number): string {
  return utcClock.format(at);
}

const utcDay = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  year: 'numeric',
  month: 'short',
  day: '2-digit',
  timeZone: 'UTC',
});

/** The day an instant falls on in UTC. */
export function formatUtcDay(at: number): string {
  return utcDay.format(at);
}

/** Time of day in UTC to the minute, with the day when that is another one than at `now`. */
export function formatUtcMoment(at: number, now: number): string {
  const time = `${formatUtcClock(at).slice(0, 5)} UTC`;
  const sameDay = formatUtcDay(at) === formatUtcDay(now);
  return sameDay ? time : `${formatUtcDay(at)}, ${time}`;
}

const shortClock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

const dayAndClock = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  month: 'short',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** A time to come, to the minute: the time of day, with the day when that is another one than at `now`. */
export function formatMoment(at: number, now: number): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  return (sameDay ? shortClock : dayAndClock).format(at);
}
