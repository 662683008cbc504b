import { TrailNow } from './observation';

/** How shipping the audit trail to one sink goes; times in ms epoch. */
export interface SinkNow {
  name: string;
  /** Time of the oldest record that waits. */
  waitingSince?: number;
  /** Since when it takes no records. */
  failingSince?: number;
  problem?: string;
}

/** All sinks together, as decisions look at them: the one that waits longest speaks. Absent without a sink. */
export function trailOf(sinks: readonly SinkNow[]): TrailNow | undefined {
  if (sinks.length === 0) {
    return undefined;
  }
  const since = ({ failingSince, waitingSince }: SinkNow) =>
    Math.min(waitingSince ?? Infinity, failingSince ?? Infinity);
  const [first] = [...sinks].sort((a, b) => since(a) - since(b));
  const names = sinks.map(({ name }) => name);
  return Number.isFinite(since(first))
    ? {
        sinks: names,
        waitingFor: first.name,
        waitingSince: since(first),
        problem: first.problem,
      }
    : { sinks: names };
}
