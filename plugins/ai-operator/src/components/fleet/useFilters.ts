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

function oneOf<T extends string>(
  words: readonly T[],
  value: string | null,
): T | undefined {
  return words.find(word => word === value);
}

/** The filters of the fleet table, kept in the address so that a view can be sent on. */
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
  const setFilter = useCallback(
    (name: keyof Filters, value: string | undefined) =>
      setParameters(
        previous => {
          const next = new URLSearchParams(previous);
          if (value) {
            next.set(name, value);
          } else {
            next.delete(name);
          }
          return next;
        },
        { replace: true, preventScrollReset: true },
      ),
    [setParameters],
  );
  const clear = useCallback(
    () => setParameters({}, { replace: true, preventScrollReset: true }),
    [setParameters],
  );
  return { filters, setFilter, clear };
}
