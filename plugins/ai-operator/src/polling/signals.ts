import { useApiHolder } from '@backstage/core-plugin-api';
import { signalApiRef } from '@backstage/plugin-signals-react';
import {
  operatorSignalSchema,
  SIGNAL_CHANNEL,
  type ApplicationKey,
  type OperatorSignal,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { useEffect, useRef } from 'react';

/** A message of a kind we do not know yet still says that something has changed. */
function read(message: unknown): OperatorSignal {
  const { success, data } = operatorSignalSchema.safeParse(message);
  return success ? data : { type: 'many' };
}

/** Calls back for every signal of the operator. In a portal without the signals plugin nothing ever comes. */
export function useOperatorSignals(
  onSignal: (signal: OperatorSignal) => void,
): void {
  const signals = useApiHolder().get(signalApiRef);
  const latest = useRef(onSignal);
  latest.current = onSignal;
  useEffect(() => {
    const subscriber = signals?.subscribe(SIGNAL_CHANNEL, message =>
      latest.current(read(message)),
    );
    return () => subscriber?.unsubscribe();
  }, [signals]);
}

/** Whether a signal may be about one of these applications, or about a rollback of one. */
export function concernsApplications(
  signal: OperatorSignal,
  keys: readonly ApplicationKey[],
): boolean {
  if (signal.type === 'many') return true;
  const { instance, namespace, name } = signal.application;
  return keys.some(
    key =>
      key.name === name &&
      key.namespace === namespace &&
      key.instance === instance,
  );
}
