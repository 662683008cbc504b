import { CallContext, MetricsSourcePort } from '..';
import { answer, Mishaps } from './support';

/** Uptime in memory, by application and revision. */
export class FakeMetricsSource implements MetricsSourcePort {
  readonly mishaps = new Mishaps();
  readonly #now: () => number;
  readonly #configured: boolean;
  readonly #uptimes = new Map<string, number>();

  constructor(options?: { configured?: boolean; now?: () => number }) {
    this.#configured = options?.configured ?? true;
    this.#now = options?.now ?? (() => 0);
  }

  /** `uptime` is a share, 0..1. */
  put(application: string, revision: string, uptime: number): void {
    this.#uptimes.set(`${application} ${revision}`, uptime);
  }

  configured(): boolean {
    return this.#configured;
  }

  async uptime(
    request: Parameters<MetricsSourcePort['uptime']>[0],
    call: CallContext,
  ): Promise<number | undefined> {
    return answer(
      {
        method: 'uptime',
        name: 'prometheus.queryUptime',
        parameters: { ...request },
        call,
        mishaps: this.mishaps,
        now: this.#now,
      },
      () => this.#uptimes.get(`${request.application} ${request.revision}`),
    );
  }
}
