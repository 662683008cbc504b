import { hash } from 'node:crypto';
import {
  AUDIT_CHAIN_START,
  AuditRecord,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { optionalText } from '../rows';
import { AuditRow } from '../tables';

/** A place in the chain: what was written there has this hash. */
export interface ChainPlace {
  seq: number;
  hash: string;
}

/** Before the first entry. */
export const CHAIN_START: ChainPlace = { seq: 0, hash: AUDIT_CHAIN_START };

/** A row of the trail as it is stored: the exact text that was hashed, and the columns it is found by. */
export interface ChainedRow {
  seq: number;
  /** ms epoch. */
  at: number;
  correlationId?: string;
  level: string;
  actionType: string;
  prevHash: string;
  hash: string;
  /** The record as canonical JSON. */
  text: string;
}

/** An entry of the trail, read: its record, or why there is none. */
export type StoredAuditRecord = {
  seq: number;
  prevHash: string;
  hash: string;
  /** Exactly what is stored. */
  text: string;
} & (
  | { record: AuditRecord; unreadable?: undefined }
  | { record?: undefined; unreadable: string }
);

/** Hash of the entry with this text that follows on the entry with hash `prevHash`. */
export function chainHash(prevHash: string, text: string): string {
  return hash('sha256', `${prevHash}\n${text}`, 'hex');
}

export function toChainedRow(row: AuditRow): ChainedRow {
  return {
    seq: Number(row.seq),
    at: Number(row.at),
    correlationId: optionalText(row.correlation_id),
    level: row.level,
    actionType: row.action_type,
    prevHash: row.prev_hash,
    hash: row.hash,
    text: row.record,
  };
}
