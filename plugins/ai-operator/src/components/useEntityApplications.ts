import { useApi } from '@backstage/core-plugin-api';
import type { EntityApplications } from '@ai-operator/backstage-plugin-ai-operator-common';
import { aiOperatorApiRef } from '../api';
import { ACTIVE_INTERVAL_MS, QUIET_INTERVAL_MS, usePolled } from '../polling';

function isQuiet(answer: EntityApplications | undefined): boolean {
  return (
    answer !== undefined &&
    answer.items.every(
      application => !application.activeRollback && application.streak === 0,
    )
  );
}

/** The applications of one entity, asked for more often while something is under way. */
export function useEntityApplications(entityRef: string) {
  const api = useApi(aiOperatorApiRef);
  return usePolled<EntityApplications>({
    key: entityRef,
    ask: signal => api.getEntityApplications(entityRef, { signal }),
    interval: answer =>
      isQuiet(answer) ? QUIET_INTERVAL_MS : ACTIVE_INTERVAL_MS,
  });
}
