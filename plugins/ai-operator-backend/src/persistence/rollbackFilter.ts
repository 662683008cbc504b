import {
  ApplicationKey,
  Environment,
  RollbackStateName,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { Knex } from 'knex';
import { Database } from './database';
import { RollbackRow } from './tables';

/** Which rollbacks; conditions are combined, lists within one are alternatives. */
export interface RollbackFilter {
  environment?: Environment;
  state?: RollbackStateName[];
  application?: ApplicationKey;
  /** Any application of this name. */
  applicationName?: string;
  /** True: neither in Idle nor in Abort. False: in one of them. */
  open?: boolean;
  needsHuman?: boolean;
  /** Opened at or after (ms epoch). */
  since?: number;
}

export function selectRollbacks(
  db: Database,
  filter: RollbackFilter,
): Knex.QueryBuilder {
  const query = db.knex<RollbackRow>('rollbacks');
  if (filter.environment) {
    query.where('environment', filter.environment);
  }
  if (filter.state?.length) {
    query.whereIn('state', filter.state);
  }
  if (filter.application) {
    const { instance, namespace, name } = filter.application;
    query.where({ instance, namespace, name });
  }
  if (filter.applicationName !== undefined) {
    query.where('name', filter.applicationName);
  }
  if (filter.open !== undefined) {
    // Written out, so that the partial index of the open ones applies.
    query.whereRaw(
      filter.open
        ? `state NOT IN ('Idle', 'Abort')`
        : `state IN ('Idle', 'Abort')`,
    );
  }
  if (filter.needsHuman !== undefined) {
    query.whereRaw(`needs_human = ${filter.needsHuman}`);
  }
  if (filter.since !== undefined) {
    query.where('opened_at', '>=', filter.since);
  }
  return query;
}
