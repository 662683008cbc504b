import {
  AuditSinkPort,
  CallContext,
  PortError,
  ShipOutcome,
  SinkRecord,
} from '..';
import { answer, Mishaps } from './support';

/** A sink in memory that keeps each record once, and refuses or puts off those a test names. */
export class FakeAuditSink implements AuditSinkPort {
  readonly kind = 'elasticsearch';
  readonly name: string;
  readonly mishaps = new Mishaps();
  /** What is there, by `seq`. */
  readonly stored = new Map<number, SinkRecord>();
  /** Records it will not take, by `seq`, and what it says. */
  readonly refusing = new Map<number, string>();
  /** Records it does not take now, likewise. */
  readonly overloaded = new Map<number, string>();
  /** The `seq` of the records of each call that came through. */
  readonly batches: number[][] = [];
  /** How often it was prepared; a test that sets 0 takes its template away. */
  prepared = 0;
  readonly #now: () => number;

  constructor(options?: { name?: string; now?: () => number }) {
    this.name = options?.name ?? 'Elasticsearch at https://logs.test';
    this.#now = options?.now ?? (() => 0);
  }

  /** What is there, in order. */
  get seqs(): number[] {
    return [...this.stored.keys()].sort((a, b) => a - b);
  }

  async prepare(call: CallContext): Promise<void> {
    return this.#answer('prepare', {}, call, () => {
      this.prepared += 1;
    });
  }

  async ship(
    records: readonly SinkRecord[],
    call: CallContext,
  ): Promise<ShipOutcome[]> {
    const parameters = { records: records.length };
    return this.#answer('bulk', parameters, call, () => {
      if (this.prepared === 0) {
        throw new PortError('NOT_FOUND', 'There is no index template');
      }
      this.batches.push(records.map(({ seq }) => seq));
      return records.map(record => this.#take(record));
    });
  }

  async storedHashes(
    range: { from: number; to: number },
    call: CallContext,
  ): Promise<Map<number, string>> {
    return this.#answer(
      'search',
      range,
      call,
      () =>
        new Map(
          [...this.stored.values()]
            .filter(({ seq }) => seq >= range.from && seq <= range.to)
            .map(({ seq, hash }) => [seq, hash]),
        ),
    );
  }

  #take(record: SinkRecord): ShipOutcome {
    const { seq } = record;
    const refused = this.refusing.get(seq);
    if (refused !== undefined) {
      return { seq, result: 'refused', because: refused };
    }
    const later = this.overloaded.get(seq);
    if (later !== undefined) {
      return { seq, result: 'later', because: later };
    }
    this.stored.set(seq, this.stored.get(seq) ?? record);
    return { seq, result: 'stored' };
  }

  #answer<T>(
    method: 'prepare' | 'bulk' | 'search',
    parameters: Record<string, unknown>,
    call: CallContext,
    work: () => T,
  ): Promise<T> {
    return answer(
      {
        method,
        name: `elasticsearch.${method}`,
        parameters,
        call,
        mishaps: this.mishaps,
        now: this.#now,
      },
      work,
    );
  }
}
