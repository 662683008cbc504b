import { useApi } from '@backstage/core-plugin-api';
import type { EntityApplications } from '@ai-operator/backstage-plugin-ai-operator-common';
import { aiOperatorApiRef } from '../api';
import { pendingCommand } from '../model';
import {
  ACTIVE_INTERVAL_MS,
  concernsApplications,
  PENDING_INTERVAL_MS,
  QUIET_INTERVAL_MS,
  usePolled,
} from '../polling';

function isQuiet(answer: EntityApplications | undefined): boolean {
  return (
    answer !== undefined &&
    answer.items.every(
      application => !application.activeRollback && application.streak === 0,
    )
  );
}

function intervalFor(answer: EntityApplications | undefined): number {
  const waiting = answer?.items.some(({ rollback }) =>
    pendingCommand(rollback?.commands),
  );
  if (waiting) return PENDING_INTERVAL_MS;
  return isQuiet(answer) ? QUIET_INTERVAL_MS : ACTIVE_INTERVAL_MS;
}

/** The applications of one entity, asked for more often while something is under way. */
export function useEntityApplications(entityRef: string) {
  const api = useApi(aiOperatorApiRef);
  return usePolled<EntityApplications>({
    key: entityRef,
    ask: signal => api.getEntityApplications(entityRef, { signal }),
    interval: intervalFor,
    concerns: (signal, answer) =>
      !answer ||
      concernsApplications(
        signal,
        answer.items.map(({ key }) => key),
      ),
  });
}
