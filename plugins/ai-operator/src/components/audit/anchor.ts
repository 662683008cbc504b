import { useEffect, useRef } from 'react';
import { useLocation } from 'react-router-dom';

/** Behind the `#` of an address that leads to the audit trail of a rollback. */
export const AUDIT_TRAIL_ANCHOR = 'audit-trail';

/**
 * Brings the element with this ref into view where the address asks for it:
 * at once, and again when it has grown to what it is to show.
 */
export function useAnchor(isComplete: boolean) {
  const { hash } = useLocation();
  const anchor = useRef<HTMLDivElement>(null);
  const wanted = hash === `#${AUDIT_TRAIL_ANCHOR}`;
  useEffect(() => {
    if (wanted) anchor.current?.scrollIntoView({ block: 'start' });
  }, [wanted, isComplete]);
  return anchor;
}
