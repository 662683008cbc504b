import { personWords } from '../commands/personWords';
import { Pause } from '../people';
import { Judge } from '../rule';
import { clockTime } from '../time';
import { broken, holds } from '../verdict';

export const title = 'The operator is not paused';
/** Paused is paused: whoever wants it merged resumes first. */
export const answerable = false;

/** `alice paused everything until 12:00:00 UTC: database migration`. */
export function pauseWords(
  { application, by, until, reason }: Pause,
  now: number,
): string {
  return `${personWords({ entityRef: by })} paused ${
    application ? application.name : 'everything'
  }${until === undefined ? '' : ` until ${clockTime(until, now)}`}: ${reason}`;
}

/** The pauses still in force at `now`. */
export function activePauses(pauses: readonly Pause[], now: number): Pause[] {
  return pauses.filter(({ until }) => until === undefined || until > now);
}

/** Guard `pause`: while somebody has paused everything, or this application, nothing is opened or merged. */
export const judge: Judge = (_rollback, { pauses }, now) => {
  const active = activePauses(pauses, now);
  const evidence = active.slice(0, 5).map(pause => ({
    label: pause.application ? pause.application.name : 'Everything',
    value: pauseWords(pause, now),
  }));
  return active.length === 0
    ? holds('Nobody has paused the operator here')
    : broken(pauseWords(active[0], now), evidence);
};
