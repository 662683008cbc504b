import { useApi } from '@backstage/core-plugin-api';
import type { AuditVerification } from '@ai-operator/backstage-plugin-ai-operator-common';
import { useEffect, useRef, useState } from 'react';
import { aiOperatorApiRef } from '../../api';
import { joinVerifications } from '../../model';

/** A rollback that needs more requests is recomputed with the command line instead. */
const MAX_REQUESTS = 100;

/** How far recomputing is. */
export type ChainCheck =
  | { name: 'not_yet' }
  | { name: 'checking' }
  | { name: 'checked'; verification: AuditVerification }
  | { name: 'failed'; error: Error };

const toError = (error: unknown) =>
  error instanceof Error ? error : new Error(String(error));

/** Has the backend recompute the records of one rollback, when a person asks for it. */
export function useChainCheck(correlationId: string) {
  const api = useApi(aiOperatorApiRef);
  const [check, setCheck] = useState<ChainCheck>({ name: 'not_yet' });
  const request = useRef<AbortController>();
  useEffect(() => () => request.current?.abort(), []);

  async function recompute(signal: AbortSignal): Promise<AuditVerification> {
    let known: AuditVerification | undefined;
    for (let asked = 0; asked < MAX_REQUESTS; asked += 1) {
      const from = known?.nextFrom;
      const part = await api.verifyAudit({ correlationId, from }, { signal });
      known = joinVerifications(known, part);
      if (known.result === 'broken' || known.nextFrom === undefined) {
        return known;
      }
    }
    throw new Error(
      'There are too many records to recompute them from here. Export them, and check the export with the command line.',
    );
  }

  async function checkNow() {
    request.current?.abort();
    const own = new AbortController();
    request.current = own;
    setCheck({ name: 'checking' });
    try {
      const verification = await recompute(own.signal);
      if (!own.signal.aborted) setCheck({ name: 'checked', verification });
    } catch (e) {
      if (!own.signal.aborted) setCheck({ name: 'failed', error: toError(e) });
    }
  }

  return { check, checkNow };
}
