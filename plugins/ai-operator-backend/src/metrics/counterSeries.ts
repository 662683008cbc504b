import { Labels, OTHER_APPLICATIONS } from './definitions';

const DAY_MS = 24 * 3_600_000;

/** Series of one counter that name an application; what comes on top is counted as `app_name="(other)"`. */
export const MAX_APPLICATION_SERIES = 1_000;

interface Series {
  labels: Labels;
  value: number;
  changedAt: number;
  /** When it was told for the first time. */
  toldAt?: number;
}

/**
 * The series of one counter.
 *
 * There is a series only where something was counted: thousands of healthy
 * applications have none. A series with an application's name is dropped a day
 * after its last change, and there are at most a thousand of them.
 *
 * A new series is told as 0 for a while before its value is told. `rate()` and
 * `increase()` look at differences between samples, so what a series already had
 * when it was first scraped is invisible to them: of a rollback that aborts for
 * a new reason, Prometheus would never see the one increment there is. The 0 is
 * told from the first scrape on for as long as the longest interval between
 * scrapes, so that every Prometheus sees it, also where two of them scrape the
 * same process; a series nobody has scraped keeps its 0 for the first who does.
 */
export class CounterSeries {
  readonly #series = new Map<string, Series>();
  readonly #perApplication: boolean;
  readonly #holdMs: number;

  /**
   * @param options - `holdMs`: how long a new series is told as 0
   */
  constructor(options: { labels: readonly string[]; holdMs: number }) {
    this.#perApplication = options.labels.includes('app_name');
    this.#holdMs = options.holdMs;
  }

  /** Counts one; answers the labels it was counted under. */
  inc(given: Labels, now: number): Labels {
    const labels = this.#withinLimit(given, now);
    const key = keyOf(labels);
    const series = this.#series.get(key) ?? { labels, value: 0, changedAt: 0 };
    series.value += 1;
    series.changedAt = now;
    this.#series.set(key, series);
    return labels;
  }

  /** What a scrape is told, at `now` (ms epoch). */
  tell(now: number): Array<{ labels: Labels; value: number }> {
    this.#dropOld(now);
    return [...this.#series.values()].map(series => {
      series.toldAt ??= now;
      return {
        labels: series.labels,
        value: now - series.toldAt >= this.#holdMs ? series.value : 0,
      };
    });
  }

  #withinLimit(labels: Labels, now: number): Labels {
    if (!this.#perApplication || this.#series.has(keyOf(labels))) {
      return labels;
    }
    if (this.#series.size >= MAX_APPLICATION_SERIES) {
      this.#dropOld(now);
    }
    return this.#series.size >= MAX_APPLICATION_SERIES
      ? { ...labels, app_name: OTHER_APPLICATIONS }
      : labels;
  }

  #dropOld(now: number): void {
    if (this.#perApplication) {
      for (const [key, { changedAt }] of this.#series) {
        if (now - changedAt >= DAY_MS) {
          this.#series.delete(key);
        }
      }
    }
  }
}

function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort());
}
