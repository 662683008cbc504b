/** Why nothing could be judged, for the person at the command line; it costs exit code 2. */
export class CannotJudge extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'CannotJudge';
  }
}

/** The command line itself is wrong: the usage is shown besides. */
export class WrongUsage extends CannotJudge {
  constructor(message: string) {
    super(message);
    this.name = 'WrongUsage';
  }
}

function isErrorLike(value: unknown): value is Error {
  return (
    typeof value === 'object' &&
    value !== null &&
    'message' in value &&
    typeof value.message === 'string'
  );
}

/** What an error says, the innermost reason included: `fetch failed` alone helps nobody. */
export function reasonOf(error: unknown): string {
  if (!isErrorLike(error)) {
    return String(error);
  }
  const { cause, message } = error;
  const inner = isErrorLike(cause) ? reasonOf(cause) : undefined;
  return inner && !message.includes(inner)
    ? [message, inner].filter(Boolean).join(': ')
    : message || error.name;
}

/** Text of others for a terminal: no control characters, and not without end. */
export function printable(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex -- they are what is replaced
      .replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
      .slice(0, 500)
  );
}
