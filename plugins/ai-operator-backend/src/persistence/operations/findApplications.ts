import { ApplicationKey } from '@ai-operator/backstage-plugin-ai-operator-common';
import { containsText } from '../applicationFilter';
import { Database } from '../database';
import { keyOf } from '../rows';
import { ApplicationRow } from '../tables';

/** What identifies applications for a catalog entity, read without their records. */
export interface ApplicationIdentity {
  key: ApplicationKey;
  project: string;
  labels: Record<string, string>;
}

/**
 * Applications by name, instance, namespace, project or labels, in the order of
 * their keys. `labels` asks for all of these labels; whatever else a selector
 * says is for the caller to apply.
 *
 * Concurrency: one read.
 */
export async function findApplications(
  db: Database,
  options: {
    name?: string;
    instances?: string[];
    namespace?: string;
    project?: string;
    labels?: Record<string, string>;
  },
): Promise<ApplicationIdentity[]> {
  const query = db
    .knex<ApplicationRow>('applications')
    .select('instance', 'namespace', 'name', 'project', 'labels')
    .orderBy(['instance', 'namespace', 'name']);
  if (options.name !== undefined) {
    query.where('name', options.name);
  }
  if (options.instances) {
    query.whereIn('instance', options.instances);
  }
  if (options.namespace !== undefined) {
    query.where('namespace', options.namespace);
  }
  if (options.project !== undefined) {
    query.where('project', options.project);
  }
  const labels = Object.entries(options.labels ?? {});
  for (const [label, value] of labels) {
    // The text of a JSON object names each pair in exactly this way; what the
    // text cannot tell (the same characters within a value) is settled below.
    query.whereRaw(containsText(db, 'labels'), [
      `${JSON.stringify(label)}:${JSON.stringify(value)}`,
    ]);
  }
  const rows = await query;
  return rows
    .map(row => ({
      key: keyOf(row),
      project: row.project,
      labels: JSON.parse(row.labels) as Record<string, string>,
    }))
    .filter(row =>
      labels.every(
        ([label, value]) =>
          Object.hasOwn(row.labels, label) && row.labels[label] === value,
      ),
    );
}
