import { availableIn } from './timeline';
import type { Workload } from './workload';

/** Scrape interval of the world's Prometheus. */
export const SCRAPE_MS = 15_000;

const PARTS = 10_000;

/**
 * A stretch of time in which a target was scraped with the same luck:
 * `downParts` of every 10,000 scrapes failed, spread evenly.
 */
export interface UpSegment {
  /** Epoch milliseconds, inclusive. */
  from: number;
  /** Epoch milliseconds, exclusive; `Infinity` while it lasts. */
  to: number;
  downParts: number;
}

/** One `up` series: a revision of a Deployment as Prometheus saw it. */
export interface UpSeries {
  revision: string;
  segments: UpSegment[];
}

/** The `up` series of every revision a workload ever ran, up to `now`. */
export function upSeriesOf(workload: Workload, now: number): UpSeries[] {
  const byRevision = new Map<string, UpSegment[]>();
  const steps = workload.steps.filter(step => step.at <= now);
  steps.forEach((step, index) => {
    const to = steps[index + 1]?.at ?? Infinity;
    const pods = [
      { revision: step.revision, ...step.updated },
      ...(step.old ? [step.old] : []),
    ];
    for (const { revision, total, ready } of pods) {
      // A pod that never became ready has been no scrape target yet: a rollout
      // must not count against the revision it brings. Failing pods do.
      const failing = step.progress === 'stalled' || revision !== step.revision;
      const targets = failing ? total : ready;
      if (targets === 0 || to <= step.at) {
        continue;
      }
      const share = (ready / targets) * workload.uptimeOf(revision);
      const segments = byRevision.get(revision) ?? [];
      const downParts = Math.round((1 - share) * PARTS);
      const previous = segments[segments.length - 1];
      if (previous?.to === step.at && previous.downParts === downParts) {
        previous.to = to;
      } else {
        segments.push({ from: step.at, to, downParts });
      }
      byRevision.set(revision, segments);
    }
  });
  return [...byRevision].map(([revision, segments]) => ({
    revision,
    segments,
  }));
}

/**
 * Average of the samples in the window (`at - windowMs`, `at`], as
 * `avg_over_time` computes it; undefined when the window holds no sample.
 * Nothing after `now` has been scraped yet.
 */
export function averageUp(
  segments: readonly UpSegment[],
  at: number,
  windowMs: number,
  now: number = at,
): number | undefined {
  const newest = Math.floor(Math.min(at, now) / SCRAPE_MS);
  let samples = 0;
  let down = 0;
  for (const segment of segments) {
    const first = Math.ceil(segment.from / SCRAPE_MS);
    const begin = Math.max(first, Math.floor((at - windowMs) / SCRAPE_MS) + 1);
    const end = Math.min(lastScrape(segment), newest) + 1;
    if (end > begin) {
      samples += end - begin;
      down +=
        failedBefore(end - first, segment.downParts) -
        failedBefore(begin - first, segment.downParts);
    }
  }
  return samples === 0 ? undefined : (samples - down) / samples;
}

/** The sample an instant query sees at `at`; undefined once the target is gone. */
export function upAt(
  segments: readonly UpSegment[],
  at: number,
): { value: number; sampledAt: number } | undefined {
  const scrape = Math.floor(at / SCRAPE_MS);
  for (const segment of segments) {
    const first = Math.ceil(segment.from / SCRAPE_MS);
    if (scrape >= first && scrape <= lastScrape(segment)) {
      const index = scrape - first;
      const failed =
        failedBefore(index + 1, segment.downParts) >
        failedBefore(index, segment.downParts);
      return { value: failed ? 0 : 1, sampledAt: scrape * SCRAPE_MS };
    }
  }
  return undefined;
}

/** Share of serving pods, for status pages: `n/m`. */
export function replicasText(workload: Workload, now: number): string {
  const step = workload.at(now);
  return step ? `${availableIn(step)}/${step.desired}` : '0/0';
}

function lastScrape(segment: UpSegment): number {
  return segment.to === Infinity
    ? Infinity
    : Math.ceil(segment.to / SCRAPE_MS) - 1;
}

/** Failures among the first `count` scrapes when they are spread evenly. */
function failedBefore(count: number, downParts: number): number {
  return Math.floor((count * downParts) / PARTS);
}
