import { Knex } from 'knex';
import { ApplicationRecord } from '../core/application';
import { rowToApplication } from './rows';

/** Columns of {@link withHold}. */
export const HOLD_COLUMNS = [
  'a.record',
  'h.correlation_id as held_by',
  'h.state as held_in',
] as const;

export interface HeldRow {
  record: string;
  held_by: string | null;
  held_in: string | null;
}

/** Joins the rollback that holds each application `a` as `h`: open, or in Abort until reset. */
export function withHold(query: Knex.QueryBuilder): Knex.QueryBuilder {
  return query.leftJoin('rollbacks as h', join =>
    join
      .on('h.instance', 'a.instance')
      .andOn('h.namespace', 'a.namespace')
      .andOn('h.name', 'a.name')
      // Written out, so that the partial index applies.
      .andOn(query.client.raw(`h.state <> 'Idle'`)),
  );
}

export function heldApplication(row: HeldRow): ApplicationRecord {
  return rowToApplication(
    row,
    row.held_by !== null && row.held_in !== null
      ? { correlationId: row.held_by, state: row.held_in }
      : undefined,
  );
}
