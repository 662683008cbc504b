import { ElasticsearchConfig } from '../../config';
import {
  AuditSinkPort,
  CallContext,
  PortError,
  ShipOutcome,
  SinkRecord,
} from '../../ports';
import { CallEnvironment, callExternal } from '../http';
import { addRecords } from './bulk';
import { chunksOf } from './chunks';
import { auditIndex } from '../../core/auditIndex';
import { ElasticClient } from './ElasticClient';
import { prepareSetup } from './prepare';
import { wantedSetup } from './setup';
import { sinkName } from './sinkName';
import { readStoredHashes } from './storedHashes';

/** Audit names of the calls made here. */
export const ELASTICSEARCH_CALLS = [
  'elasticsearch.prepare',
  'elasticsearch.bulk',
  'elasticsearch.search',
] as const;

/** Ships the audit trail to daily indices of Elasticsearch 8 or 9. */
export class ElasticsearchSink implements AuditSinkPort {
  readonly kind = 'elasticsearch';
  readonly name: string;
  readonly #config: ElasticsearchConfig;
  readonly #client: ElasticClient;
  readonly #environment: CallEnvironment;
  /** The index that was added to last. */
  #latestIndex: string | undefined;

  constructor(config: ElasticsearchConfig, environment: CallEnvironment) {
    this.name = sinkName(config);
    this.#config = config;
    this.#client = new ElasticClient(config, environment.clock);
    this.#environment = environment;
  }

  async prepare(call: CallContext): Promise<void> {
    const wanted = wantedSetup(this.#config);
    await callExternal(
      {
        name: 'elasticsearch.prepare',
        parameters: { name: wanted.name },
        call,
        environment: this.#environment,
        summarize: prepared => prepared,
      },
      ({ signal }) => prepareSetup(this.#client, wanted, signal),
    );
  }

  /** In order, and not on after a piece that failed as a whole: those behind it wait. */
  async ship(
    records: readonly SinkRecord[],
    call: CallContext,
  ): Promise<ShipOutcome[]> {
    const outcomes: ShipOutcome[] = [];
    for (const chunk of chunksOf(records)) {
      try {
        outcomes.push(...(await this.#shipChunk(chunk, call)));
      } catch (error) {
        if (outcomes.length === 0 || !(error instanceof PortError)) {
          throw error;
        }
        const because = error.message;
        const later = records
          .slice(outcomes.length)
          .map(({ seq }) => ({ seq, result: 'later' as const, because }));
        return [...outcomes, ...later];
      }
    }
    return outcomes;
  }

  async storedHashes(
    range: { from: number; to: number },
    call: CallContext,
  ): Promise<Map<number, string>> {
    return callExternal(
      {
        name: 'elasticsearch.search',
        parameters: { ...range },
        call,
        environment: this.#environment,
        summarize: hashes => ({ found: hashes.size }),
      },
      ({ signal }) =>
        readStoredHashes(this.#client, range, this.#config.indexPrefix, signal),
    );
  }

  async #shipChunk(
    records: readonly SinkRecord[],
    call: CallContext,
  ): Promise<ShipOutcome[]> {
    await this.#lookAtNewDay(records[records.length - 1].at, call);
    const outcomes = await callExternal<ShipOutcome[] | 'too large'>(
      {
        name: 'elasticsearch.bulk',
        parameters: {
          records: records.length,
          from: records[0].seq,
          to: records[records.length - 1].seq,
        },
        call,
        environment: this.#environment,
        summarize: answer => (answer === 'too large' ? answer : count(answer)),
      },
      ({ signal }) =>
        addRecords(this.#client, records, this.#config.indexPrefix, signal),
    );
    if (outcomes !== 'too large') {
      return outcomes;
    }
    if (records.length === 1) {
      const because =
        'Elasticsearch, or what stands before it, takes no request as long as this record';
      return [{ seq: records[0].seq, result: 'refused', because }];
    }
    const half = Math.ceil(records.length / 2);
    return [
      ...(await this.#shipChunk(records.slice(0, half), call)),
      ...(await this.#shipChunk(records.slice(half), call)),
    ];
  }

  /** With a new day an index is made: from the template, which somebody may have removed since. */
  async #lookAtNewDay(at: number, call: CallContext): Promise<void> {
    const index = auditIndex(this.#config.indexPrefix, at);
    if (this.#latestIndex !== undefined && this.#latestIndex !== index) {
      await this.prepare(call);
    }
    this.#latestIndex = index;
  }
}

function count(outcomes: readonly ShipOutcome[]) {
  const of = (wanted: ShipOutcome['result']) =>
    outcomes.filter(({ result }) => result === wanted).length;
  return { stored: of('stored'), refused: of('refused'), later: of('later') };
}
