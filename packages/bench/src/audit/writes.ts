import { appendAudit } from '@ai-operator/backstage-plugin-ai-operator-backend/src/persistence/audit/append';
import {
  chainHash,
  Database,
  StoredAuditRecord,
} from '@ai-operator/backstage-plugin-ai-operator-backend/src/persistence';
import { measure } from '../measure';
import { RecordSource } from './records';

/** A table of the same shape, with the same indices, that is only inserted into. */
export const PLAIN = 'audit_plain';

const COLUMNS =
  'seq, at, correlation_id, level, action_type, record, prev_hash, hash';

/** Makes the plain table, with the same rows as the trail. */
export async function createPlain({ knex, dialect }: Database): Promise<void> {
  await knex.schema.createTable(PLAIN, table => {
    const seq =
      dialect === 'postgres' ? table.bigInteger('seq') : table.integer('seq');
    seq.primary();
    table.bigInteger('at').notNullable();
    table.text('correlation_id');
    table.text('level').notNullable();
    table.text('action_type').notNullable();
    table.text('record').notNullable();
    table.text('prev_hash').notNullable();
    table.text('hash').notNullable();
    table.index(['correlation_id', 'seq']);
    table.index(['action_type', 'seq']);
    table.index(['at']);
  });
  await knex.raw(
    `INSERT INTO ${PLAIN} (${COLUMNS}) SELECT ${COLUMNS} FROM audit`,
  );
}

/** Rows as they are in the trail, ready to be inserted. */
function rowsOf(
  records: Array<NonNullable<StoredAuditRecord['record']>>,
  before: { seq: number },
) {
  return records.map((record, index) => {
    const text = JSON.stringify(record);
    const hash = chainHash('', text);
    return {
      seq: before.seq + index + 1,
      at: record.timestamp,
      correlation_id: record.correlationId ?? null,
      level: record.level,
      action_type: record.actionType,
      record: text,
      prev_hash: hash,
      hash,
    };
  });
}

/** Wall time of commits in ms: of the trail, and of plain inserts of the same records. */
export interface Writes {
  trail: number[];
  plain: number[];
}

/**
 * Commits `size` records at a time to both tables, in turn, so that whatever
 * else the machine does meets both. The rows of the plain table are made
 * beforehand: what is measured there is a transaction with one insert.
 */
export async function measureWrites(
  { knex }: Database,
  source: RecordSource,
  options: { size: number; commits: number; warmUps: number },
): Promise<Writes> {
  const [last] = await knex(PLAIN).max({ seq: 'seq' });
  let seq = Number(last.seq);
  const writes: Writes = { trail: [], plain: [] };
  for (let round = 0; round < options.warmUps + options.commits; round += 1) {
    const records = source.next(options.size);
    const rows = rowsOf(records, { seq });
    seq += rows.length;
    const trail = () =>
      measure(() => knex.transaction(tx => appendAudit(tx, records)));
    const plain = () =>
      measure(() =>
        knex.transaction(async tx => {
          await tx(PLAIN).insert(rows);
        }),
      );
    // Who goes second finds the disk busy with the first.
    const costs =
      round % 2 === 0
        ? { trail: await trail(), plain: await plain() }
        : { plain: await plain(), trail: await trail() };
    if (round >= options.warmUps) {
      writes.trail.push(costs.trail.wallMs);
      writes.plain.push(costs.plain.wallMs);
    }
  }
  return writes;
}
