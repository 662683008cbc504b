import { stringifyApplicationKey } from '@ai-operator/backstage-plugin-ai-operator-common';
import { ApplicationRecord } from '../../core/application';
import { Rollback } from '../../core/rollback';
import { ApplicationFilter, selectApplications } from '../applicationFilter';
import { chunks, Database, INSERT_CHUNK } from '../database';
import { fromPosition, Page, PagePosition, toPage } from '../keyset';
import {
  keyOf,
  optionalNumber,
  rowToApplication,
  rowToRollback,
  SUMMARY_COLUMNS,
} from '../rows';
import { ApplicationRow, BigintColumn, RollbackRow } from '../tables';

/** An application as lists show it. */
export interface ListedRecord {
  record: ApplicationRecord;
  /** The rollback that holds it: open, or in Abort until reset. Without candidates, verdicts and CI. */
  rollback?: Rollback;
  /** Last tick that read its Argo CD instance (ms epoch): unchanged applications were checked then. */
  instanceOkAt?: number;
}

export const APPLICATION_SORTS = [
  'name',
  'health',
  'healthSince',
  'environment',
] as const;
export type ApplicationSort = (typeof APPLICATION_SORTS)[number];

const SORT_COLUMNS = {
  name: [],
  health: ['health_rank'],
  healthSince: ['health_since'],
  environment: ['environment'],
} as const satisfies Record<
  ApplicationSort,
  ReadonlyArray<keyof ApplicationRow>
>;

/**
 * One page of applications; by name within equal sort values. `health` ascending
 * is worst first.
 *
 * Concurrency: two reads; pages hang on positions, not on numbers of rows.
 */
export async function listApplications(
  db: Database,
  options: {
    filter: ApplicationFilter;
    limit: number;
    after?: PagePosition;
    sort?: ApplicationSort;
    order?: 'asc' | 'desc';
  },
): Promise<Page<ListedRecord>> {
  const columns = [
    ...SORT_COLUMNS[options.sort ?? 'name'],
    'name',
    'namespace',
    'instance',
  ] as const;
  const rows: PageRow[] = await fromPosition(
    selectApplications(db, options.filter)
      .leftJoin('instances as i', 'i.name', 'a.instance')
      .select('a.*', 'i.last_ok_at as instance_ok_at')
      .limit(options.limit + 1),
    columns.map(column => `a.${column}`),
    options.order ?? 'asc',
    options.after,
  );
  const held = await rollbacksThatHold(db, rows);
  return toPage(
    rows,
    options.limit,
    row => {
      const rollback = held.get(stringifyApplicationKey(keyOf(row)));
      return {
        record: rowToApplication(
          row,
          rollback && {
            correlationId: rollback.correlationId,
            state: rollback.state.name,
          },
        ),
        rollback,
        instanceOkAt: optionalNumber(row.instance_ok_at),
      };
    },
    row =>
      // PostgreSQL hands bigint out as text.
      columns.map(column =>
        column === 'health_since' ? Number(row[column]) : row[column],
      ),
  );
}

type PageRow = ApplicationRow & { instance_ok_at: BigintColumn | null };

async function rollbacksThatHold(
  db: Database,
  rows: readonly ApplicationRow[],
): Promise<Map<string, Rollback>> {
  const held = new Map<string, Rollback>();
  for (const part of chunks(rows, INSERT_CHUNK)) {
    const found = await db
      .knex<RollbackRow>('rollbacks')
      .whereRaw(`state <> 'Idle'`)
      .whereIn(
        ['instance', 'namespace', 'name'],
        part.map(row => [row.instance, row.namespace, row.name]),
      )
      .select(...SUMMARY_COLUMNS);
    for (const row of found) {
      held.set(stringifyApplicationKey(keyOf(row)), rowToRollback(row));
    }
  }
  return held;
}
