import { FreezeWindow } from '../people';
import { Judge } from '../rule';
import { clockTime } from '../time';
import { broken, holds } from '../verdict';

export const title = 'No freeze is in force';
/** A freeze keeps the operator from merging by itself; a senior maintainer may still decide to. */
export const answerable = true;

const WEEK_MINUTES = 7 * 24 * 60;
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Minute of the week, Monday 00:00 is 0, on the wall clocks of a time zone. */
export function minuteOfWeek(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const part = (type: string) =>
    parts.find(each => each.type === type)?.value ?? '';
  return (
    DAYS.indexOf(part('weekday')) * 24 * 60 +
    Number(part('hour')) * 60 +
    Number(part('minute'))
  );
}

/** Whether the window is open at `now`. Its beginning belongs to it, its end does not. */
export function isFrozen(window: FreezeWindow, now: number): boolean {
  if (window.kind === 'once') {
    return window.from <= now && now < window.until;
  }
  const { fromMinute, untilMinute, timeZone } = window;
  const minute = minuteOfWeek(now, timeZone);
  // A window over the end of the week goes on in the next one.
  return [minute, minute + WEEK_MINUTES].some(
    each => fromMinute <= each && each < untilMinute,
  );
}

function words(window: FreezeWindow, now: number): string {
  return window.kind === 'once'
    ? `${window.reason} (until ${clockTime(window.until, now)})`
    : `${window.reason} (every week, ${window.timeZone})`;
}

/** Guard `freeze`: in a freeze window people decide what is merged (SPEC §8). */
export const judge: Judge = ({ environment }, _observation, now, policy) => {
  const active = policy.freezes.filter(
    window =>
      (window.environments === undefined ||
        window.environments.includes(environment)) &&
      isFrozen(window, now),
  );
  return active.length === 0
    ? holds('No freeze window is open')
    : broken(
        `Frozen: ${words(active[0], now)}`,
        active
          .slice(0, 5)
          .map(window => ({ label: 'Freeze', value: words(window, now) })),
      );
};
