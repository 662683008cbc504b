import { Clock } from '../ports';
import { BackstageFeed, BackstageMetrics } from './backstageFeed';
import { CounterName, HistogramName, LabelsOf } from './definitions';
import { PrometheusRegistry } from './prometheusRegistry';
import { GitHubBudget, Reading, readings, OperatorState } from './readings';

/** How long one read of the state serves everybody who asks, ms: who scrapes us often costs the database nothing. */
const STATE_MAX_AGE_MS = 1_000;

export interface FiguresOptions {
  clock: Clock;
  /** May fail: then the gauges it feeds are left out, and one of them says so. */
  readState: () => Promise<OperatorState>;
  /** How long a new counter series is told as 0, ms; see `CounterSeries`. */
  scrapeIntervalMs: number;
  /** Backstage's metrics service, where the backend has one. */
  service?: BackstageMetrics;
}

/** Counts and measures once, for everybody who reads. */
export class Figures {
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #readState: () => Promise<OperatorState>;
  readonly #registry: PrometheusRegistry;
  readonly #backstage: BackstageFeed | undefined;
  readonly #budgets = new Map<string, GitHubBudget>();
  #state:
    | { at: number; answer: Promise<OperatorState | undefined> }
    | undefined;

  constructor(options: FiguresOptions) {
    this.#clock = options.clock;
    this.#startedAt = options.clock.now();
    this.#readState = options.readState;
    this.#registry = new PrometheusRegistry(options.scrapeIntervalMs);
    this.#backstage =
      options.service &&
      new BackstageFeed(options.service, () => this.#readings());
  }

  count<Name extends CounterName>(name: Name, labels: LabelsOf<Name>): void {
    const counted = this.#registry.count(name, labels, this.#clock.now());
    this.#backstage?.count(name, counted);
  }

  /** @param ms - milliseconds; told in seconds */
  measure<Name extends HistogramName>(
    name: Name,
    labels: LabelsOf<Name>,
    ms: number,
  ): void {
    const seconds = Math.max(0, ms) / 1_000;
    this.#registry.measure(name, labels, seconds);
    this.#backstage?.measure(name, labels, seconds);
  }

  budget(budget: GitHubBudget): void {
    this.#budgets.set(`${budget.host} ${budget.resource}`, budget);
  }

  async exposition(): Promise<{ contentType: string; body: string }> {
    const gauges = await this.#readings();
    return this.#registry.exposition(gauges, this.#clock.now());
  }

  async #readings(): Promise<Reading[]> {
    const state = await this.#sharedState();
    return readings({
      now: this.#clock.now(),
      startedAt: this.#startedAt,
      state,
      budgets: this.#budgets.values(),
    });
  }

  #sharedState(): Promise<OperatorState | undefined> {
    const now = this.#clock.now();
    if (!this.#state || now - this.#state.at >= STATE_MAX_AGE_MS) {
      this.#state = {
        at: now,
        // Whoever reads the figures sees that they are missing; the database's own alarms say why.
        answer: this.#readState().catch(() => undefined),
      };
    }
    return this.#state.answer;
  }
}
