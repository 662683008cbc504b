/** What a process of the world ends with; 0 is success. */
export const EXIT = {
  /** The world refused, or something broke. */
  failed: 1,
  /** The command line cannot be understood. */
  usage: 2,
  /** No world answers at the address. */
  unreachable: 3,
  /** The port is taken. */
  portTaken: 4,
} as const;

/** A command line that cannot be understood. */
export class UsageError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'UsageError';
  }
}

/** A failure to be told in words, without a stack. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number, cause?: unknown) {
    super(message, { cause });
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * Milliseconds of `500ms`, `30s`, `5m` or `1h`; a bare number is seconds.
 *
 * @throws UsageError naming the option
 */
export function durationOption(
  text: string | undefined,
  option: string,
): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  if (!match) {
    throw new UsageError(
      `--${option} ${text}: not a duration such as 30s, 5m or 500ms`,
    );
  }
  return Math.round(Number(match[1]) * UNITS[match[2] ?? 's']);
}

/** A whole number from an option. @throws UsageError naming the option */
export function numberOption(
  text: string | undefined,
  option: string,
  least = 0,
): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new UsageError(
      `--${option} ${text}: not a whole number of at least ${least}`,
    );
  }
  return value;
}
