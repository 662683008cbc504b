import { refusal } from './errors';

/** Runs at most `count` at once in this process; whoever comes then is refused (BUSY) rather than kept waiting. */
export function atMost(
  count: number,
): <T>(run: () => Promise<T>) => Promise<T> {
  let running = 0;
  return async run => {
    if (running >= count) {
      throw refusal(
        'BUSY',
        `${count} of these are under way already, and more would slow down everything else. Try again in a moment.`,
      );
    }
    running += 1;
    try {
      return await run();
    } finally {
      running -= 1;
    }
  };
}
