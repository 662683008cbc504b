import {
  createContext,
  useContext,
  useEffect,
  useMemo,
  useState,
  type PropsWithChildren,
} from 'react';

interface PortalClock {
  /** ms epoch, on the clock of the server as well as we know it. */
  now(): number;
}

const ClockContext = createContext<PortalClock>({ now: () => Date.now() });

/** Replaces the clock of everything below; for tests and galleries. */
export function ClockProvider(props: PropsWithChildren<{ now(): number }>) {
  const { now, children } = props;
  const clock = useMemo(() => ({ now }), [now]);
  return (
    <ClockContext.Provider value={clock}>{children}</ClockContext.Provider>
  );
}

/** A workstation that is a little off should still see honest countdowns. */
const TOLERATED_SKEW_MS = 2000;

/**
 * Draws everything below against the server's clock.
 * @param serverNow - the server's time in its latest answer, if it said so
 * @param receivedAt - our time when that answer arrived
 */
export function ServerClock(
  props: PropsWithChildren<{ serverNow?: number; receivedAt?: number }>,
) {
  const { serverNow, receivedAt, children } = props;
  const outer = useContext(ClockContext);
  const skew =
    serverNow === undefined || receivedAt === undefined
      ? 0
      : serverNow - receivedAt;
  const offset = Math.abs(skew) > TOLERATED_SKEW_MS ? skew : 0;
  const clock = useMemo(
    () => ({ now: () => outer.now() + offset }),
    [outer, offset],
  );
  return (
    <ClockContext.Provider value={clock}>{children}</ClockContext.Provider>
  );
}

/** The clock itself, for reading a time once. */
export function useClock(): PortalClock {
  return useContext(ClockContext);
}

/** The time now (ms epoch), renewed every second. */
export function useNow(): number {
  const clock = useClock();
  const [now, setNow] = useState(() => clock.now());
  useEffect(() => {
    setNow(clock.now());
    const timer = setInterval(() => setNow(clock.now()), 1000);
    return () => clearInterval(timer);
  }, [clock]);
  return now;
}
