import { useEffect, useRef } from 'react';
import { useLocation } from 'react-router-dom';

/** Behind the `#` of an address that leads to the audit trail of a rollback, or of the fleet. */
export const AUDIT_TRAIL_ANCHOR = 'audit-trail';

/** So long parts above may still grow to what they are to show. */
const SETTLING_MS = 5_000;

/** Then it is the person who decides what is in view. */
const TAKEN_OVER = ['wheel', 'keydown', 'pointerdown', 'touchmove'] as const;

/** Calls back whenever the element grows or shrinks, until the page has settled or a person moves it. */
function whileSettling(element: Element | null, onChange: () => void) {
  if (!element || typeof ResizeObserver === 'undefined') return undefined;
  const observer = new ResizeObserver(onChange);
  const stop = () => observer.disconnect();
  const timer = setTimeout(stop, SETTLING_MS);
  observer.observe(element);
  TAKEN_OVER.forEach(name => window.addEventListener(name, stop));
  return () => {
    stop();
    clearTimeout(timer);
    TAKEN_OVER.forEach(name => window.removeEventListener(name, stop));
  };
}

/**
 * Brings the element with this ref into view where the address asks for it:
 * at once, when it has grown to what it is to show, and while what is around
 * it loads.
 */
export function useAnchor(isComplete: boolean) {
  const { hash } = useLocation();
  const anchor = useRef<HTMLDivElement>(null);
  const wanted = hash === `#${AUDIT_TRAIL_ANCHOR}`;
  useEffect(() => {
    if (!wanted) return undefined;
    const bring = () => anchor.current?.scrollIntoView({ block: 'start' });
    bring();
    return whileSettling(anchor.current?.parentElement ?? null, bring);
  }, [wanted, isComplete]);
  return anchor;
}
