import { AuditRecord } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Knex } from 'knex';
import { storedAuditRecordSchema } from './storedRecord';

/** Rows per INSERT statement, within what SQLite compiles. */
const CHUNK = 250;

/**
 * Adds records to the decision trail, inside the transaction of the change they
 * explain. Secret-looking values are redacted and oversized ones cut before
 * anything is written; a record that does not fit the schema is refused.
 *
 * Concurrency: the sequence has no gaps and follows the order of commits, which
 * hash chaining and shipping rely on. Therefore writers queue at `audit_head`
 * from here to their commit: call this last.
 */
export async function appendAudit(
  tx: Knex,
  records: readonly AuditRecord[],
): Promise<void> {
  if (records.length === 0) {
    return;
  }
  const stored = records.map(record => storedAuditRecordSchema.parse(record));
  const [head]: Array<{ seq: number | string }> = await tx('audit_head')
    .where({ id: 1 })
    .update({ seq: tx.raw('seq + ?', [stored.length]) })
    .returning('seq');
  const first = Number(head.seq) - stored.length + 1;
  for (let start = 0; start < stored.length; start += CHUNK) {
    await tx('audit').insert(
      stored.slice(start, start + CHUNK).map((record, index) => ({
        seq: first + start + index,
        at: record.timestamp,
        correlation_id: record.correlationId ?? null,
        level: record.level,
        action_type: record.actionType,
        record: JSON.stringify(record),
      })),
    );
  }
}
