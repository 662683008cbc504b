import { useApi } from '@backstage/core-plugin-api';
import type { AuditList } from '@ai-operator/backstage-plugin-ai-operator-common';
import { useEffect, useRef, useState } from 'react';
import { aiOperatorApiRef } from '../../api';
import { meets, withEarlier, withNewest, type Story } from '../../model';
import { ACTIVE_INTERVAL_MS, usePolled, type Polled } from '../../polling';

/** One page of the story; most rollbacks need no second one. */
const PAGE_SIZE = 200;

/** Once the story is there, only what is new is asked for. */
const NEWS_SIZE = 50;

/** So many pages are asked for to get back to what is known; beyond that the story begins anew. */
const MAX_PAGES_BACK = 20;

/** Nothing is added to a rollback that is over, save by a person. */
const OVER_INTERVAL_MS = 60_000;

const toError = (error: unknown) =>
  error instanceof Error ? error : new Error(String(error));

/** Records before those that are shown, on demand. */
export interface Earlier {
  /** Whether there are any. */
  available: boolean;
  loading: boolean;
  error?: Error;
  load(): Promise<void>;
}

/**
 * The audit of one rollback: the newest page, kept up to date while the
 * rollback is open, and earlier ones on demand. Mount it anew for another one.
 */
export function useStory(
  correlationId: string,
  open: boolean,
): { polled: Polled<AuditList>; story?: Story; earlier: Earlier } {
  const api = useApi(aiOperatorApiRef);
  const [story, setStory] = useState<Story>();
  const [loading, setLoading] = useState(false);
  const [error, setError] = useState<Error>();
  const known = useRef<Story>();
  const request = useRef<AbortController>();
  useEffect(() => () => request.current?.abort(), []);

  function tell(next: Story) {
    known.current = next;
    setStory(next);
  }

  /** The newest records, back to those that are known. */
  async function newest(signal: AbortSignal): Promise<AuditList> {
    const query = { correlationId, order: 'newest' as const };
    const limit = known.current ? NEWS_SIZE : PAGE_SIZE;
    let page = await api.listAudit({ ...query, limit }, { signal });
    for (let pages = 0; pages < MAX_PAGES_BACK; pages += 1) {
      if (!known.current || meets(known.current, page)) break;
      const cursor = page.nextCursor;
      const before = await api.listAudit(
        { ...query, limit: PAGE_SIZE, cursor },
        { signal },
      );
      const items = [...page.items, ...before.items];
      page = { ...page, items, nextCursor: before.nextCursor };
    }
    return page;
  }

  const polled = usePolled<AuditList>({
    key: `audit ${correlationId}`,
    async ask(signal) {
      const page = await newest(signal);
      if (!signal.aborted) tell(withNewest(known.current, page));
      return page;
    },
    concerns: signal =>
      signal.type === 'rollback'
        ? signal.correlationId === correlationId
        : signal.type === 'many',
    interval: () => (open ? ACTIVE_INTERVAL_MS : OVER_INTERVAL_MS),
  });

  async function load() {
    const cursor = known.current?.earlier;
    if (cursor === undefined || loading) return;
    const own = new AbortController();
    request.current = own;
    setLoading(true);
    setError(undefined);
    try {
      const page = await api.listAudit(
        { correlationId, order: 'newest', limit: PAGE_SIZE, cursor },
        { signal: own.signal },
      );
      // A poll may have begun the story anew meanwhile; then this page is no part of it.
      if (known.current?.earlier === cursor) {
        tell(withEarlier(known.current, page));
      }
    } catch (e) {
      if (own.signal.aborted) return;
      setError(toError(e));
    }
    setLoading(false);
  }

  return {
    polled,
    story,
    earlier: { available: story?.earlier !== undefined, loading, error, load },
  };
}
