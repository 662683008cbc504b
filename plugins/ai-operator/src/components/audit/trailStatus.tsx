import { useApi } from '@backstage/core-plugin-api';
import type { AuditStatus } from '@ai-operator/backstage-plugin-ai-operator-common';
import { createContext, useContext, type ReactNode } from 'react';
import { aiOperatorApiRef } from '../../api';
import { usePolled, type Polled } from '../../polling';

/** Trouble with the trail is told within half a minute; the operator itself allows a minute. */
const INTERVAL_MS = 30_000;

const NOT_ASKED: Polled<AuditStatus> = {
  loading: true,
  changing: false,
  retry: async () => undefined,
};

const TrailStatusContext = createContext(NOT_ASKED);

/** How the audit trail is, as far as the view around knows. */
export function useTrailStatus(): Polled<AuditStatus> {
  return useContext(TrailStatusContext);
}

/** Asks how the audit trail is, once for everything below. */
export function TrailStatusProvider({ children }: { children: ReactNode }) {
  const api = useApi(aiOperatorApiRef);
  const polled = usePolled({
    key: 'audit status',
    ask: signal => api.getAuditStatus({ signal }),
    interval: () => INTERVAL_MS,
    // Signals tell of applications and rollbacks, not of the trail.
    concerns: () => false,
  });
  return (
    <TrailStatusContext.Provider value={polled}>
      {children}
    </TrailStatusContext.Provider>
  );
}
