import { canonicalJson } from '@ai-operator/backstage-plugin-ai-operator-common';
import { CHAIN_START, ChainedRow, chainHash, ChainPlace } from '../audit/chain';
import { anAudit, T0 } from './fixtures';

/** An entry that follows on another as it should. */
export function aLink(
  before: ChainPlace,
  reasoning: string,
  correlationId?: string,
): ChainedRow {
  const seq = before.seq + 1;
  const record = anAudit({ timestamp: T0 + seq, reasoning, correlationId });
  const text = canonicalJson(record);
  return {
    seq,
    at: record.timestamp,
    correlationId,
    level: record.level,
    actionType: record.actionType,
    prevHash: before.hash,
    hash: chainHash(before.hash, text),
    text,
  };
}

/** A chain of so many entries that is whole. */
export function aChain(
  length: number,
  after: ChainPlace = CHAIN_START,
): ChainedRow[] {
  const rows: ChainedRow[] = [];
  let before = after;
  for (let n = 0; n < length; n += 1) {
    const row = aLink(before, `entry ${before.seq + 1}`);
    rows.push(row);
    before = row;
  }
  return rows;
}

/** The rows with new numbers, from `first` on. */
export function renumbered(rows: ChainedRow[], first: number): ChainedRow[] {
  return rows.map((row, index) => ({ ...row, seq: first + index }));
}
