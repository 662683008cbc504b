import { ApplicationKey } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Knex } from 'knex';
import { Pause } from '../core/people';
import { Database } from './database';
import { optionalNumber, plainText } from './rows';
import { PauseRow } from './tables';

/** What a pause covers; undefined is everything. */
export type PauseScope = ApplicationKey | undefined;

export function pauseToRow(pause: Pause): PauseRow {
  return {
    id: pause.id,
    ...scopeColumns(pause.application),
    reason: plainText(pause.reason),
    by: pause.by,
    at: pause.at,
    until: pause.until ?? null,
    ended_at: null,
    ended_by: null,
    ended_because: null,
  };
}

export function rowToPause(row: PauseRow): Pause {
  const { instance, namespace, name } = row;
  return {
    id: row.id,
    application:
      instance !== null && namespace !== null && name !== null
        ? { instance, namespace, name }
        : undefined,
    reason: row.reason,
    by: row.by,
    at: Number(row.at),
    until: optionalNumber(row.until),
  };
}

export function scopeColumns(
  scope: PauseScope,
): Pick<PauseRow, 'instance' | 'namespace' | 'name'> {
  return {
    instance: scope?.instance ?? null,
    namespace: scope?.namespace ?? null,
    name: scope?.name ?? null,
  };
}

/** Pauses in force: nobody has ended them, and their time is not over. `until` itself is over. */
export function selectInForce(
  tx: Knex,
  now: number,
): Knex.QueryBuilder<PauseRow, PauseRow[]> {
  return tx<PauseRow>('pauses')
    .whereNull('ended_at')
    .where(either => {
      either.whereNull('until').orWhere('until', '>', now);
    });
}

/**
 * Makes everybody else who pauses or resumes wait until the transaction ends;
 * readers do not wait. SQLite has one writer at a time anyway.
 */
export async function holdPauses(db: Database, tx: Knex): Promise<void> {
  if (db.dialect === 'postgres') {
    await tx.raw('LOCK TABLE pauses IN SHARE ROW EXCLUSIVE MODE');
  }
}

/** Ends the pauses in force of exactly this scope; returns how many. */
export async function endPauses(
  tx: Knex,
  options: { scope: PauseScope; now: number; by: string; because: string },
): Promise<number> {
  return selectInForce(tx, options.now)
    .where(scopeColumns(options.scope))
    .update({
      ended_at: options.now,
      ended_by: options.by,
      ended_because: plainText(options.because),
    });
}
