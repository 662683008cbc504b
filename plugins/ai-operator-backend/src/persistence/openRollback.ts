import { Knex } from 'knex';

/** Joins the open rollback of each application `a` as `r`, where there is one. */
export function withOpenRollback(query: Knex.QueryBuilder): Knex.QueryBuilder {
  return query.leftJoin('rollbacks as r', join =>
    join
      .on('r.instance', 'a.instance')
      .andOn('r.namespace', 'a.namespace')
      .andOn('r.name', 'a.name')
      .andOnNotIn('r.state', ['Idle', 'Abort']),
  );
}
