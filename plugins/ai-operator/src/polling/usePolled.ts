import type { OperatorSignal } from '@ai-operator/backstage-plugin-ai-operator-common';
import { useCallback, useEffect, useReducer, useRef } from 'react';
import { useClock } from '../time';
import { useOperatorSignals } from './signals';

/** What a polled view knows. */
export interface Polled<T> {
  /** The latest good answer; kept while later polls fail. */
  data?: T;
  /** When `data` arrived, on our own clock (ms epoch). */
  receivedAt?: number;
  /** Why the latest poll failed; absent after a good one. */
  error?: Error;
  /** True until the first answer to the present question. */
  loading: boolean;
  /** True while `data` answers an earlier question (another page or filter). */
  changing: boolean;
  /** Asks again at once; resolves when that is over, whether or not it was answered. */
  retry(): Promise<void>;
}

type State<T> = Omit<Polled<T>, 'retry'> & { key: string };

type Action<T> =
  | { type: 'asked'; key: string; keep: boolean }
  | { type: 'answered'; key: string; data: T; receivedAt: number }
  | { type: 'failed'; key: string; error: Error };

function reduce<T>(state: State<T>, action: Action<T>): State<T> {
  if (action.type === 'asked') {
    if (action.key === state.key) return state;
    return action.keep
      ? { ...state, key: action.key, changing: state.data !== undefined }
      : { key: action.key, loading: true, changing: false };
  }
  if (action.key !== state.key) return state;
  if (action.type === 'failed') {
    return { ...state, error: action.error, loading: false };
  }
  return {
    key: state.key,
    data: action.data,
    receivedAt: action.receivedAt,
    loading: false,
    changing: false,
  };
}

/** How {@link usePolled} asks. */
export interface PollOptions<T> {
  /** Identifies the question; another key starts over. */
  key: string;
  ask(signal: AbortSignal): Promise<T>;
  /** Pause after an answer, ms. */
  interval(data: T | undefined): number;
  /** Show the previous answer while another question is on its way. */
  keepPrevious?: boolean;
  /** Whether a signal may be about what is shown: then it is asked for anew. Default: every signal. */
  concerns?(signal: OperatorSignal, data: T | undefined): boolean;
  /** Pause after an answer while signals come, ms, where that is longer. */
  liveInterval?(data: T | undefined): number;
}

/** Something is under way: look often. */
export const ACTIVE_INTERVAL_MS = 5_000;

/** A person has decided and waits to see that the operator acts on it. */
export const PENDING_INTERVAL_MS = 2_000;

/** Nothing is under way: the operator itself only looks every ten seconds. */
export const QUIET_INTERVAL_MS = 10_000;

/** While signals come they tell what has changed; a poll only finds what they missed. */
export const LIVE_INTERVAL_MS = 30_000;

/** So long after a signal the next one is trusted to come; afterwards polling is at its old pace. */
const LIVE_MS = 60_000;

/** Signals that belong together come together. */
const GATHER_MS = 50;

/** Not all open pages shall ask in the same instant. */
const SPREAD_MS = 200;

/** Signals make a page ask at most this often. */
const SPACING_MS = 1_000;

const toError = (error: unknown) =>
  error instanceof Error ? error : new Error(String(error));

/**
 * Asks again and again while the tab is visible. Polls never overlap; a failed
 * one keeps the last answer and says so; an unmounted or changed view gives up
 * its request. A signal makes it ask at once; while signals come it asks less
 * often by itself, and without them it is as if there were none.
 */
export function usePolled<T>(options: PollOptions<T>): Polled<T> {
  const { key, keepPrevious = false } = options;
  const clock = useClock();
  const latest = useRef(options);
  latest.current = options;
  const askNow = useRef<() => Promise<void>>(async () => undefined);
  const hear = useRef<(signal: OperatorSignal) => void>(() => undefined);
  const [state, dispatch] = useReducer(reduce<T>, {
    key,
    loading: true,
    changing: false,
  });

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let request: AbortController | undefined;
    let lastData: T | undefined;
    let lastAskedAt = 0;
    /** A signal has come that no question has been asked for yet. */
    let isBehind = false;
    /** Until then signals about this question are trusted to come. */
    let liveUntil = 0;

    async function poll() {
      clearTimeout(timer);
      lastAskedAt = clock.now();
      isBehind = false;
      request?.abort();
      const own = new AbortController();
      request = own;
      try {
        const data = await latest.current.ask(own.signal);
        if (own.signal.aborted) return;
        lastData = data;
        const receivedAt = clock.now();
        dispatch({ type: 'answered', key, data, receivedAt });
      } catch (error) {
        if (own.signal.aborted) return;
        dispatch({ type: 'failed', key, error: toError(error) });
      }
      request = undefined;
      schedule();
    }

    function pause() {
      if (isBehind) {
        const spacing = lastAskedAt + SPACING_MS - clock.now();
        return Math.max(GATHER_MS + Math.random() * SPREAD_MS, spacing);
      }
      const { interval, liveInterval = () => LIVE_INTERVAL_MS } =
        latest.current;
      const usual = interval(lastData);
      // Somebody waits for it: that is short, and worth asking.
      return clock.now() < liveUntil && usual > PENDING_INTERVAL_MS
        ? Math.max(usual, liveInterval(lastData))
        : usual;
    }

    function schedule() {
      clearTimeout(timer);
      if (document.visibilityState === 'hidden') return;
      timer = setTimeout(poll, pause());
    }

    function onSignal(signal: OperatorSignal) {
      const { concerns = () => true } = latest.current;
      if (!concerns(signal, lastData)) return;
      // What is told of others says nothing about whether we would be told.
      liveUntil = clock.now() + LIVE_MS;
      if (isBehind) return;
      isBehind = true;
      // The answer on its way may be older than the change: ask again after it.
      if (!request) schedule();
    }

    function onVisibility() {
      if (document.visibilityState === 'hidden') {
        clearTimeout(timer);
      } else if (!request) {
        poll();
      }
    }

    dispatch({ type: 'asked', key, keep: keepPrevious });
    askNow.current = poll;
    hear.current = onSignal;
    document.addEventListener('visibilitychange', onVisibility);
    poll();
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      clearTimeout(timer);
      request?.abort();
      // Whoever still holds `retry` must not set it going again.
      askNow.current = async () => undefined;
      hear.current = () => undefined;
    };
  }, [key, keepPrevious, clock]);

  useOperatorSignals(signal => hear.current(signal));
  const retry = useCallback(() => askNow.current(), []);
  // Between a change of key and the effect above, the old answer must not pass for the new one.
  if (state.key !== key && !keepPrevious) {
    return { loading: true, changing: false, retry };
  }
  const { key: _, ...known } = state;
  return { ...known, changing: known.changing || state.key !== key, retry };
}
