import { PortError } from '../../ports';

/**
 * Waits for work that knows no time limit of its own, and not longer than this.
 * What it does later is no longer of interest.
 *
 * @throws PortError TIMEOUT or CANCELLED, else what the work rejects with
 */
export async function within<T>(
  work: Promise<T>,
  options: {
    timeoutMs: number;
    signal: AbortSignal | undefined;
    /** What is asked of whom, for messages. */
    asked: string;
  },
): Promise<T> {
  const { timeoutMs, signal, asked } = options;
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const end = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new PortError(
            'TIMEOUT',
            `${asked} did not answer within ${timeoutMs} ms`,
          ),
        ),
      timeoutMs,
    );
    onAbort = () =>
      reject(new PortError('CANCELLED', `${asked} was cancelled`));
    if (signal?.aborted) {
      onAbort();
    }
    signal?.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
    if (onAbort) {
      signal?.removeEventListener('abort', onAbort);
    }
  }
}
