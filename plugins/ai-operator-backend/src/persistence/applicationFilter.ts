import {
  ApplicationKey,
  Environment,
  MeasuredHealth,
  RollbackStateName,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { Knex } from 'knex';
import { Database } from './database';
import { withHold } from './heldBy';

/** Which applications; conditions are combined, lists within one are alternatives. */
export interface ApplicationFilter {
  environment?: Environment;
  health?: MeasuredHealth[];
  /** State of the rollback that holds the application; `Idle`: none does. */
  state?: RollbackStateName[];
  /** Text within name, namespace, instance, project or repository, any case. */
  text?: string;
  /** Only these (at most 500). */
  keys?: ApplicationKey[];
}

/** SQL that is true when a text column contains `?`, without wildcards. */
export function containsText(db: Database, column: string): string {
  return db.dialect === 'postgres'
    ? `strpos(${column}, ?) > 0`
    : `instr(${column}, ?) > 0`;
}

/** Applications as `a`, with the rollback that holds each as `h`, narrowed by the filter. */
export function selectApplications(
  db: Database,
  filter: ApplicationFilter,
): Knex.QueryBuilder {
  const query = withHold(db.knex('applications as a'));
  if (filter.environment) {
    query.where('a.environment', filter.environment);
  }
  if (filter.health?.length) {
    query.whereIn('a.health', filter.health);
  }
  if (filter.state?.length) {
    const held = filter.state.filter(state => state !== 'Idle');
    const idle = held.length < filter.state.length;
    query.where(either => {
      either.whereIn('h.state', held);
      if (idle) {
        either.orWhereNull('h.state');
      }
    });
  }
  if (filter.text) {
    query.whereRaw(containsText(db, 'a.search_text'), [
      filter.text.toLowerCase(),
    ]);
  }
  if (filter.keys) {
    query.whereIn(
      ['a.instance', 'a.namespace', 'a.name'],
      filter.keys.map(key => [key.instance, key.namespace, key.name]),
    );
  }
  return query;
}
