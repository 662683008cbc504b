/** A signal that aborts with the given one or after `timeoutMs`; `clear` releases the timer. */
export function withTimeout(timeoutMs: number, outer?: AbortSignal) {
  const controller = new AbortController();
  const forward = () => controller.abort(outer?.reason);
  const timer = setTimeout(
    () =>
      controller.abort(
        new DOMException(
          `No answer from the AI Operator backend within ${
            timeoutMs / 1000
          } seconds`,
          'TimeoutError',
        ),
      ),
    timeoutMs,
  );
  if (outer?.aborted) {
    forward();
  }
  outer?.addEventListener('abort', forward, { once: true });
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', forward);
    },
  };
}
