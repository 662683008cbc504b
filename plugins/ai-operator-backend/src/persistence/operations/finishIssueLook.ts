import { Database } from '../database';

/**
 * Says when an issue is read again (ms epoch; undefined: never), and gives it
 * back. A time after its `watch_until` is never, too.
 *
 * Concurrency: `lost` when somebody else has claimed it since; nothing is
 * changed then. An issue that was woken meanwhile stays due.
 */
export async function finishIssueLook(
  db: Database,
  options: {
    correlationId: string;
    ticket: number;
    pollAt: number | undefined;
  },
): Promise<'finished' | 'lost'> {
  const pollAt = options.pollAt ?? null;
  const finished = await db
    .knex('escalation_issues')
    .where({ correlation_id: options.correlationId, ticket: options.ticket })
    .update({
      poll_at: db.knex.raw(
        `CASE WHEN woken = true THEN poll_at
              WHEN watch_until < CAST(? AS bigint) THEN NULL
              ELSE CAST(? AS bigint) END`,
        [pollAt, pollAt],
      ),
      woken: false,
      lease_holder: null,
      lease_until: null,
    });
  return finished > 0 ? 'finished' : 'lost';
}
