import { CallContext } from './call';

/** One entry of the trail as it is shipped. */
export interface SinkRecord {
  seq: number;
  prevHash: string;
  hash: string;
  /** Timestamp of the record, ms epoch. */
  at: number;
  /** The record: canonical JSON, the very text the hash was made of. */
  text: string;
}

/** What became of one record. */
export type ShipOutcome =
  /** It is there, from now or from an earlier try. */
  | { seq: number; result: 'stored' }
  /** The sink will never take it as it is. */
  | { seq: number; result: 'refused'; because: string }
  /** Not now: it was overloaded, or the call broke off. */
  | { seq: number; result: 'later'; because: string };

/**
 * Where the audit trail is shipped to besides the database (SPEC §10).
 * Throws PortError where nothing is known about any record of a call.
 */
export interface AuditSinkPort {
  kind: 'elasticsearch' | 'file';
  /** For people: `Elasticsearch at https://…`, without anything secret. */
  name: string;
  /** Makes what it needs to be there (index template, lifecycle, file); safe to call again. Audit name `elasticsearch.prepare`. */
  prepare(call: CallContext): Promise<void>;
  /** Adds records, in order; one that is there already counts as stored and is not there twice. One outcome for each. Audit name `elasticsearch.bulk`. */
  ship(
    records: readonly SinkRecord[],
    call: CallContext,
  ): Promise<ShipOutcome[]>;
  /** Hashes of those of `seqs` that are stored, for comparing; absent where the sink cannot tell. Audit name `elasticsearch.search`. */
  storedHashes?(
    range: { from: number; to: number },
    call: CallContext,
  ): Promise<Map<number, string>>;
}
