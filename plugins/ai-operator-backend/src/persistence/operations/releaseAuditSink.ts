import { Database } from '../database';
import { AuditSinkRow } from '../tables';

/**
 * Gives a sink back as it was, so that another process goes on at once. For
 * shutdown: a try that was cut short says nothing about the sink.
 *
 * Concurrency: `lost` when somebody else has claimed it since; nothing is changed then.
 */
export async function releaseAuditSink(
  db: Database,
  options: { name: string; ticket: number },
): Promise<'released' | 'lost'> {
  const released = await db
    .knex<AuditSinkRow>('audit_sinks')
    .where({ name: options.name, ticket: options.ticket })
    .update({ lease_holder: null, lease_until: null });
  return released ? 'released' : 'lost';
}
