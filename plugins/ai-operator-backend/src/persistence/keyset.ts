import { Knex } from 'knex';

/** Position after which the next page begins: the sort values of the last row shown. */
export type PagePosition = Array<string | number>;

/** One page of a list, and where the next one begins. */
export interface Page<T> {
  items: T[];
  next?: PagePosition;
}

/**
 * Orders by `columns`, all in one direction, and begins after `after`. The
 * columns together must be unique, so that pages neither repeat nor skip rows
 * while others are added and removed.
 */
export function fromPosition(
  query: Knex.QueryBuilder,
  columns: readonly string[],
  order: 'asc' | 'desc',
  after: PagePosition | undefined,
): Knex.QueryBuilder {
  if (after) {
    const marks = columns.map(() => '?').join(', ');
    query.whereRaw(
      `(${columns.join(', ')}) ${order === 'asc' ? '>' : '<'} (${marks})`,
      after,
    );
  }
  return query.orderBy(columns.map(column => ({ column, order })));
}

/** Cuts the row that was read beyond the page, which tells that there is a next one. */
export function toPage<TRow, T>(
  rows: TRow[],
  limit: number,
  convert: (row: TRow) => T,
  position: (row: TRow) => PagePosition,
): Page<T> {
  const shown = rows.slice(0, limit);
  return {
    items: shown.map(convert),
    next:
      rows.length > limit && shown.length > 0
        ? position(shown[shown.length - 1])
        : undefined,
  };
}
