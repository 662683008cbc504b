import {
  stringifyApplicationKey,
  type ApplicationKey,
  type PauseView,
} from '@ai-operator/backstage-plugin-ai-operator-common';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Whether a pause holds at `now` (ms epoch): one that ran out meanwhile does not. */
export function inForce({ until }: PauseView, now: number): boolean {
  return until === undefined || until > now;
}

/** The pause of everything, if there is one in force. */
export function everythingPaused(
  pauses: readonly PauseView[],
  now: number,
): PauseView | undefined {
  return pauses.find(pause => !pause.application && inForce(pause, now));
}

/** The pause of one application alone, if there is one in force. */
export function applicationPaused(
  pauses: readonly PauseView[],
  key: ApplicationKey,
  now: number,
): PauseView | undefined {
  const wanted = stringifyApplicationKey(key);
  return pauses.find(
    pause =>
      pause.application &&
      stringifyApplicationKey(pause.application) === wanted &&
      inForce(pause, now),
  );
}

/** Nine o'clock tomorrow on this computer's clock, ms epoch. */
export function tomorrowAtNine(now: number): number {
  const morning = new Date(now);
  morning.setDate(morning.getDate() + 1);
  morning.setHours(9, 0, 0, 0);
  return morning.getTime();
}

/** How long a pause may be asked to last. */
export const PAUSE_LENGTHS: Array<{
  id: string;
  label: string;
  /** When it ends, ms epoch; undefined: when somebody resumes. */
  until(now: number): number | undefined;
}> = [
  { id: '15min', label: '15 minutes', until: now => now + 15 * MINUTE },
  { id: '1h', label: '1 hour', until: now => now + HOUR },
  { id: '4h', label: '4 hours', until: now => now + 4 * HOUR },
  { id: 'tomorrow', label: 'Tomorrow 09:00', until: tomorrowAtNine },
  { id: 'open', label: 'Until somebody resumes', until: () => undefined },
];
