import { Database } from '../database';
import { AuditSinkRow } from '../tables';

/**
 * Notes where the trail is to be shipped to. A sink seen for the first time has
 * everything there is before it.
 *
 * Concurrency: harmless beside everything else, and twice.
 */
export async function registerAuditSinks(
  db: Database,
  options: {
    sinks: ReadonlyArray<{ name: string; kind: string }>;
    now: number;
  },
): Promise<void> {
  for (const { name, kind } of options.sinks) {
    await db
      .knex<AuditSinkRow>('audit_sinks')
      .insert({ name, kind, registered_at: options.now })
      .onConflict('name')
      .ignore();
  }
}
