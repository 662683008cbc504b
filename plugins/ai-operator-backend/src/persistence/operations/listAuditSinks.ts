import { Database, rawRows } from '../database';
import { optionalNumber } from '../rows';
import { AuditSetAsideRow, AuditSinkRow, BigintColumn } from '../tables';
import { waitingSinceOf } from './observeAuditSinks';

/** How shipping to one sink goes; times in ms epoch. */
export interface AuditSinkState {
  name: string;
  kind: string;
  /** Everything up to here was shipped or set aside. */
  shippedSeq: number;
  shippedAt?: number;
  /** What was wrong at the last try; absent when nothing was. */
  problem?: string;
  /** Since when it takes no records at all. */
  failingSince?: number;
  /** Records that wait. */
  backlog: number;
  /** Since when the oldest of them waits: since it was written, or the sink was configured. */
  waitingSince?: number;
  /** Records it refuses. */
  setAside: number;
  /** The latest of them, latest first. */
  setAsideLatest: Array<{ seq: number; at: number; because: string }>;
}

const MAX_LATEST = 5;

interface StateRow extends AuditSinkRow {
  head: BigintColumn;
  cut: BigintColumn | null;
  waiting_since: BigintColumn | null;
  set_aside: BigintColumn;
}

/**
 * Registered sinks by name, those of `names` or all: some may be configured no
 * longer. The backlog is a difference of two numbers, so it costs the same
 * whatever the length of the trail.
 *
 * Concurrency: one read, and one more for each sink that refuses records.
 */
export async function listAuditSinks(
  db: Database,
  names?: readonly string[],
): Promise<AuditSinkState[]> {
  const rows = await rawRows<StateRow>(
    db.knex,
    `SELECT s.*, h.seq AS head,
            (SELECT max(n.seq) FROM audit_anchors n) AS cut,
            (SELECT a.at FROM audit a WHERE a.seq > s.shipped_seq
              ORDER BY a.seq LIMIT 1) AS waiting_since,
            (SELECT count(*) FROM audit_set_aside x
              WHERE x.sink = s.name) AS set_aside
       FROM audit_sinks s CROSS JOIN audit_head h
      ORDER BY s.name`,
    {},
  );
  return Promise.all(
    rows
      .filter(({ name }) => names === undefined || names.includes(name))
      .map(row => stateOf(db, row)),
  );
}

async function stateOf(db: Database, row: StateRow): Promise<AuditSinkState> {
  const { name, kind } = row;
  const shippedSeq = Number(row.shipped_seq);
  const setAside = Number(row.set_aside);
  const from = Math.max(shippedSeq, Number(row.cut ?? 0));
  return {
    name,
    kind,
    shippedSeq,
    shippedAt: optionalNumber(row.shipped_at),
    problem: row.problem ?? undefined,
    failingSince: optionalNumber(row.failing_since),
    backlog: Math.max(0, Number(row.head) - from),
    waitingSince: waitingSinceOf(row),
    setAside,
    setAsideLatest: setAside > 0 ? await latestSetAside(db, name) : [],
  };
}

async function latestSetAside(db: Database, name: string) {
  const rows = await db
    .knex<AuditSetAsideRow>('audit_set_aside')
    .where({ sink: name })
    .orderBy('seq', 'desc')
    .limit(MAX_LATEST)
    .select('seq', 'at', 'because');
  return rows.map(({ seq, at, because }) => ({
    seq: Number(seq),
    at: Number(at),
    because,
  }));
}
