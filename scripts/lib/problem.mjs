/** Something the person at the keyboard can mend; printed without a stack. */
export class Problem extends Error {
  /**
   * @param {string} message - what is wrong
   * @param {{hint?: string, cause?: unknown}} [options] - `hint`: what to do about it
   */
  constructor(message, options = {}) {
    super(message, { cause: options.cause });
    this.name = 'Problem';
    this.hint = options.hint;
  }
}

/** Prints an error the way it helps most: a `Problem` in words, anything else with its stack. */
export function printProblem(error) {
  if (error instanceof Problem) {
    console.error(`\nError: ${error.message}`);
    if (error.hint) {
      console.error(error.hint);
    }
    return;
  }
  console.error(error);
}
