import { ApplicationKey } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Database } from '../database';

/** A revision that was rolled back, and when (ms epoch). */
export interface RolledBack {
  revision: string;
  at: number;
}

/** Rollbacks of one application looked through, newest first. */
const MAX_ROLLBACKS = 200;

/**
 * Revisions of one application whose rollback was merged, newest first; known
 * for as long as finished rollbacks are kept.
 *
 * Concurrency: one read.
 */
export async function listRolledBack(
  db: Database,
  options: { key: ApplicationKey },
): Promise<RolledBack[]> {
  const { instance, namespace, name } = options.key;
  const rows = await db
    .knex('rollbacks as r')
    .join('transitions as t', 't.correlation_id', 'r.correlation_id')
    .where({ 'r.instance': instance, 'r.namespace': namespace })
    .where({ 'r.name': name, 't.to_state': 'RollbackMerged' })
    .orderBy('t.at', 'desc')
    .limit(MAX_ROLLBACKS)
    .select({ revision: 'r.current_revision', at: 't.at' });
  return rows.map(row => ({ revision: row.revision, at: Number(row.at) }));
}
