import type { WorldClock } from '../clock';

/** Incidents remembered at most; the oldest are forgotten first. */
export const INCIDENT_LIMIT = 200;

/** What was sent to wake somebody up. */
export interface Page {
  event: string;
  dedupKey: string;
  summary: string;
  severity: string;
  application: string;
  environment: string;
  link: string;
  details: string;
  /** ISO 8601, as the sender wrote it. */
  sentAt: string;
}

/** One incident: somebody was woken up once, however often it was sent. */
export interface PagedIncident extends Page {
  /** Epoch milliseconds. */
  firstAt: number;
  lastAt: number;
  /** Deliveries, repeats included. */
  deliveries: number;
  /** `Idempotency-Key` of the last delivery. */
  idempotencyKey?: string;
}

/** The on-call service of the company: it wakes people, once per incident. */
export class PagerService {
  readonly #clock: WorldClock;
  readonly #note: (kind: string, message: string) => void;
  readonly #incidents = new Map<string, PagedIncident>();

  constructor(options: {
    clock: WorldClock;
    note: (kind: string, message: string) => void;
  }) {
    this.#clock = options.clock;
    this.#note = options.note;
  }

  /** In the order they began. */
  incidents(): readonly PagedIncident[] {
    return [...this.#incidents.values()];
  }

  /** Takes a page; one with a known key belongs to the incident of that key. */
  receive(page: Page, idempotencyKey: string | undefined): PagedIncident {
    const now = this.#clock.now();
    const known = this.#incidents.get(page.dedupKey);
    const incident: PagedIncident = {
      ...page,
      firstAt: known?.firstAt ?? now,
      lastAt: now,
      deliveries: (known?.deliveries ?? 0) + 1,
      idempotencyKey,
    };
    this.#incidents.set(page.dedupKey, incident);
    if (this.#incidents.size > INCIDENT_LIMIT) {
      const [oldest] = this.#incidents.keys();
      this.#incidents.delete(oldest);
    }
    this.#note(known ? 'pager.repeated' : 'pager.paged', page.summary);
    return incident;
  }
}
