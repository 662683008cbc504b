import {
  AuditRecord,
  auditRecordSchema,
  canonicalJson,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { Knex } from 'knex';
import { chunks, INSERT_CHUNK, rawRows } from '../database';
import { AuditHeadRow, AuditRow } from '../tables';
import { chainHash } from './chain';

/**
 * Adds records to the audit trail, inside the transaction of the change they
 * explain. The schema redacts what looks like a secret and cuts what is too
 * long before anything is written; a record that does not fit it is refused.
 *
 * Concurrency: the sequence has no gaps and follows the order of commits, and
 * every entry carries the hash of the one before it. Therefore writers queue at
 * `audit_head` from here to their commit, which holds number and hash of the
 * newest entry: call this last.
 */
export async function appendAudit(
  tx: Knex,
  records: readonly AuditRecord[],
): Promise<void> {
  if (records.length === 0) {
    return;
  }
  // What takes time is done before others have to wait.
  const stored = records.map(record => {
    const parsed = auditRecordSchema.parse(record);
    return { record: parsed, text: canonicalJson(parsed) };
  });
  const head = await lockHead(tx);
  let seq = Number(head.seq);
  let hash = head.hash;
  const rows = stored.map(({ record, text }): AuditRow => {
    const prevHash = hash;
    hash = chainHash(prevHash, text);
    seq += 1;
    return {
      seq,
      at: record.timestamp,
      correlation_id: record.correlationId ?? null,
      level: record.level,
      action_type: record.actionType,
      record: text,
      prev_hash: prevHash,
      hash,
    };
  });
  const all = [...chunks(rows, INSERT_CHUNK)];
  for (const chunk of all.slice(0, -1)) {
    await tx('audit').insert(chunk);
  }
  await addLast(tx, all[all.length - 1], { seq, hash });
}

function isPostgres(tx: Knex): boolean {
  return tx.client.config.client === 'pg';
}

async function lockHead(tx: Knex): Promise<Pick<AuditHeadRow, 'seq' | 'hash'>> {
  const [head] = await rawRows<Pick<AuditHeadRow, 'seq' | 'hash'>>(
    tx,
    isPostgres(tx)
      ? 'SELECT seq, hash FROM audit_head WHERE id = 1 FOR UPDATE'
      : // SQLite locks by writing: who only reads may have to give way later.
        'UPDATE audit_head SET id = 1 WHERE id = 1 RETURNING seq, hash',
    {},
  );
  return head;
}

/** Adds the last rows and moves the head, on PostgreSQL in one statement: everybody waits for this one. */
async function addLast(
  tx: Knex,
  rows: AuditRow[],
  head: { seq: number; hash: string },
): Promise<void> {
  if (isPostgres(tx)) {
    await tx('audit_head')
      .with('added', tx('audit').insert(rows))
      .where({ id: 1 })
      .update(head);
  } else {
    await tx('audit').insert(rows);
    await tx('audit_head').where({ id: 1 }).update(head);
  }
}
