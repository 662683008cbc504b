import {
  ApplicationKey,
  Environment,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { ApplicationRecord } from '../../core/application';
import { Database } from '../database';
import { fromPosition } from '../keyset';
import { keyOf } from '../rows';
import { ApplicationRow } from '../tables';

/** What one application makes the operator speak to. */
export interface SurveyedApplication {
  key: ApplicationKey;
  project: string;
  environment?: Environment;
  /** GitHub slug and branch of its manifest, where they could be resolved. */
  repository?: string;
  branch?: string;
  destination: ApplicationRecord['destination'];
}

/** Rows in memory at a time: other work goes on between two reads. */
const PAGE = 500;
/** Beyond these an application adds nothing that others have not shown. */
const MAX_APPLICATIONS = 50_000;

/**
 * Calls `visit` for every application under watch, by instance, namespace and name.
 *
 * Concurrency: one read per 500; an application added meanwhile may be left out.
 */
export async function surveyApplications(
  db: Database,
  visit: (application: SurveyedApplication) => void,
): Promise<void> {
  const columns = ['instance', 'namespace', 'name'] as const;
  let after: string[] | undefined;
  for (let seen = 0; seen < MAX_APPLICATIONS; seen += PAGE) {
    const rows: Array<
      Pick<ApplicationRow, (typeof columns)[number] | 'record'>
    > = await fromPosition(
      db
        .knex('applications')
        .select(...columns, 'record')
        .limit(PAGE),
      columns,
      'asc',
      after,
    );
    rows.forEach(row => visit(toSurveyed(row)));
    const last = rows[PAGE - 1];
    if (!last) {
      return;
    }
    after = columns.map(column => last[column]);
  }
}

function toSurveyed(
  row: Pick<ApplicationRow, 'instance' | 'namespace' | 'name' | 'record'>,
): SurveyedApplication {
  const { project, environment, source, destination } = JSON.parse(
    row.record,
  ) as ApplicationRecord;
  return {
    key: keyOf(row),
    project,
    environment,
    repository: source.known ? source.value.repository : undefined,
    branch: source.known ? source.value.branch : undefined,
    destination,
  };
}
