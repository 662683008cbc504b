import {
  ENVIRONMENTS,
  MEASURED_HEALTH,
  ROLLBACK_STATES,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';
import type { ApplicationQuery } from '../../api';

/** What narrows the table. */
export type Filters = Pick<
  ApplicationQuery,
  'environment' | 'health' | 'state' | 'text'
>;

/** How the table is sorted. */
export type Sorting = Required<Pick<ApplicationQuery, 'sort' | 'order'>>;

const FILTERS: Array<keyof Filters> = [
  'environment',
  'health',
  'state',
  'text',
];
const SORTS: Sorting['sort'][] = ['name', 'health', 'environment'];
const ORDERS: Sorting['order'][] = ['asc', 'desc'];

function oneOf<T extends string>(
  words: readonly T[],
  value: string | null,
): T | undefined {
  return words.find(word => word === value);
}

/** Filters and sorting of the fleet table, kept in the address so that a view can be sent on. */
export function useFilters() {
  const [parameters, setParameters] = useSearchParams();
  const filters = useMemo(
    (): Filters => ({
      environment: oneOf(ENVIRONMENTS, parameters.get('environment')),
      health: oneOf(MEASURED_HEALTH, parameters.get('health')),
      state: oneOf(ROLLBACK_STATES, parameters.get('state')),
      text: parameters.get('text') || undefined,
    }),
    [parameters],
  );
  const sorting = useMemo(
    (): Sorting => ({
      // Worst first, unless somebody wants it otherwise.
      sort: oneOf(SORTS, parameters.get('sort')) ?? 'health',
      order: oneOf(ORDERS, parameters.get('order')) ?? 'asc',
    }),
    [parameters],
  );
  const change = useCallback(
    (changes: Partial<Record<keyof Filters | keyof Sorting, string>>) =>
      setParameters(
        previous => {
          const next = new URLSearchParams(previous);
          for (const [name, value] of Object.entries(changes)) {
            if (value) {
              next.set(name, value);
            } else {
              next.delete(name);
            }
          }
          return next;
        },
        { replace: true, preventScrollReset: true },
      ),
    [setParameters],
  );
  const setFilter = useCallback(
    (name: keyof Filters, value: string | undefined) =>
      change({ [name]: value }),
    [change],
  );
  const setSorting = useCallback(
    (next: Sorting) => change({ sort: next.sort, order: next.order }),
    [change],
  );
  const clear = useCallback(
    () => change(Object.fromEntries(FILTERS.map(name => [name, undefined]))),
    [change],
  );
  return { filters, setFilter, clear, sorting, setSorting };
}
