import { Database, databaseNow, rawRows } from '../database';
import { AuditAnchorRow, AuditRow } from '../tables';

/** The least that every entry is kept, ms; the database refuses to remove younger ones. */
export const AUDIT_FLOOR = 90 * 24 * 60 * 60 * 1000;

/**
 * Removes the oldest entries of the audit trail: those written before
 * `before` (ms epoch), up to `upTo` when given, at most `limit` of them. Before
 * that it writes an anchor, from whose hash the chain goes on. Nothing younger
 * than 90 days by the database's own clock is removed, and nothing that stands
 * behind it. Call again while it answers with `limit`.
 *
 * Concurrency: the rows are locked first, so of two callers the second finds
 * them gone. Writers are not disturbed.
 */
export async function deleteExpiredAudit(
  db: Database,
  options: { before: number; upTo?: number; limit: number; now: number },
): Promise<number> {
  return db.knex.transaction(async (tx): Promise<number> => {
    const [{ now }] = await rawRows<{ now: number | string }>(
      tx,
      `SELECT ${databaseNow(db)} AS now`,
      {},
    );
    const before = Math.min(options.before, Number(now) - AUDIT_FLOOR);
    const isKept = ({ at, seq }: Pick<AuditRow, 'at' | 'seq'>) =>
      Number(at) >= before || Number(seq) > (options.upTo ?? Infinity);
    const first = await tx<AuditRow>('audit').orderBy('seq').first('seq', 'at');
    // As a rule nothing is due, and then no row need be locked.
    if (!first || isKept(first)) {
      return 0;
    }
    const oldest = await tx<AuditRow>('audit')
      .orderBy('seq')
      .limit(options.limit)
      .forUpdate()
      .select('seq', 'at', 'hash');
    const kept = oldest.findIndex(isKept);
    const last = kept < 0 ? oldest.at(-1) : oldest[kept - 1];
    if (!last) {
      return 0;
    }
    const anchor = await tx<AuditAnchorRow>('audit_anchors').max({
      seq: 'seq',
    });
    if (Number(last.seq) > Number(anchor[0].seq ?? 0)) {
      await tx<AuditAnchorRow>('audit_anchors').insert({
        seq: last.seq,
        hash: last.hash,
        at: last.at,
        made_at: options.now,
      });
    }
    return tx<AuditRow>('audit').where('seq', '<=', last.seq).delete();
  });
}
