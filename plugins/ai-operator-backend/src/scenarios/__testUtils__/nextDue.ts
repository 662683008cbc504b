import { Database, readDatabaseTime } from '../../persistence';

interface DueRow {
  at: string | number | null;
  lease: string | number | null;
}

/** Of each lane of a rollback only the oldest effect is given out; the others wait for it. */
function firstOfLanes<TRow extends { correlation_id: string; lane: string }>(
  rows: readonly TRow[],
): TRow[] {
  const first = new Map<string, TRow>();
  for (const row of rows) {
    const lane = `${row.correlation_id}/${row.lane}`;
    first.set(lane, first.get(lane) ?? row);
  }
  return [...first.values()];
}

/**
 * When a loop has something to do next, ms of the clock; undefined: never. What
 * somebody holds is nobody else's before the lease ends.
 */
export async function nextDue(
  db: Database,
  now: number,
): Promise<number | undefined> {
  const { knex } = db;
  const databaseTime = await readDatabaseTime(db);
  const rows: DueRow[] = [
    ...(await knex('rollbacks').select({
      at: 'wake_at',
      lease: 'lease_until',
    })),
    ...firstOfLanes(
      await knex('outbox')
        .whereNull('finished_at')
        .orderBy('id')
        .select('correlation_id', 'lane', {
          at: 'available_at',
          lease: 'lease_until',
        }),
    ),
    ...(await knex('escalation_issues').select({
      at: 'poll_at',
      lease: 'lease_until',
    })),
    ...(await knex('audit_sinks')
      .whereNotNull('next_try_at')
      .select({ at: 'next_try_at', lease: 'lease_until' })),
  ];
  const dues = rows.flatMap(({ at, lease }) =>
    at === null
      ? []
      : Math.max(Number(at), now + Number(lease ?? 0) - databaseTime),
  );
  return dues.length > 0 ? Math.min(...dues) : undefined;
}
