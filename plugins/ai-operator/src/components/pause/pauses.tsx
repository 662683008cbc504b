import { useApi } from '@backstage/core-plugin-api';
import type {
  CallerView,
  PauseView,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { createContext, useContext, useMemo, type ReactNode } from 'react';
import { aiOperatorApiRef } from '../../api';
import { QUIET_INTERVAL_MS, usePolled } from '../../polling';

/** What is known about pauses, and whether the caller may set and end them. */
export interface KnownPauses {
  /** Undefined until it is known. */
  pauses?: readonly PauseView[];
  /** Why it is not known. */
  error?: Error;
  /** Undefined while not known: the backend decides anyway. */
  caller?: CallerView;
  /** Asks anew; resolves when the answer is there. */
  refresh(): Promise<void>;
}

const PausesContext = createContext<KnownPauses>({
  refresh: async () => undefined,
});

/** The pauses as far as the view around knows them. */
export function usePauses(): KnownPauses {
  return useContext(PausesContext);
}

/** Hands pauses to everything below, where the view has asked for them itself. */
export function PausesProvider(props: {
  known: KnownPauses;
  children: ReactNode;
}) {
  return (
    <PausesContext.Provider value={props.known}>
      {props.children}
    </PausesContext.Provider>
  );
}

/** Roles change seldom. */
const CALLER_INTERVAL_MS = 5 * 60_000;

/** Asks for pauses and the caller itself, for views whose own answer does not carry them. */
export function OwnPauses({ children }: { children: ReactNode }) {
  const api = useApi(aiOperatorApiRef);
  const list = usePolled({
    key: 'pauses',
    ask: signal => api.getPauses({ signal }),
    interval: () => QUIET_INTERVAL_MS,
    concerns: ({ type }) => type !== 'rollback',
  });
  const overview = usePolled({
    key: 'caller',
    ask: signal => api.getOverview({ signal }),
    interval: () => CALLER_INTERVAL_MS,
    concerns: () => false,
  });
  const { data, error, retry } = list;
  const caller = overview.data?.caller;
  const known = useMemo(
    () => ({ pauses: data?.items, error, caller, refresh: retry }),
    [data, error, caller, retry],
  );
  return <PausesProvider known={known}>{children}</PausesProvider>;
}
