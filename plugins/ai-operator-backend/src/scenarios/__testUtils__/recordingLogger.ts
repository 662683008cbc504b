import { LoggerService } from '@backstage/backend-plugin-api';
import { JsonObject } from '@backstage/types';

type Level = 'error' | 'warn' | 'info' | 'debug';

export interface RecordingLogger extends LoggerService {
  readonly entries: Array<{
    level: Level;
    message: string;
    /** Of the logger and of the line. */
    fields: JsonObject;
    /** The error and its causes, outermost first. */
    causes: string[];
    /** The stack of the error. */
    stack?: string;
  }>;
  /** What was logged at a level. */
  at(level: Level): string[];
  /** Errors that are no move of a rollback: something could not be done, or is wrong with us. */
  faults(): string[];
}

function causesOf(meta: Error | JsonObject | undefined): string[] {
  const causes: string[] = [];
  let error: unknown = meta;
  while (error instanceof Error) {
    causes.push(error.message);
    error = error.cause;
  }
  return causes;
}

/** Keeps what was logged, for tests to look at; children write to the same place. */
export function recordingLogger(
  entries: RecordingLogger['entries'] = [],
  fields: JsonObject = {},
): RecordingLogger {
  function log(level: Level) {
    return (message: string, meta?: Error | JsonObject) => {
      const isError = meta instanceof Error;
      entries.push({
        level,
        message,
        fields: isError ? fields : { ...fields, ...meta },
        causes: causesOf(meta),
        ...(isError ? { stack: meta.stack } : {}),
      });
    };
  }
  function told(of: (entry: RecordingLogger['entries'][number]) => boolean) {
    return entries
      .filter(of)
      .map(({ message, causes }) => [message, ...causes].join(' <- '));
  }
  return {
    entries,
    at: level => told(entry => entry.level === level),
    faults: () =>
      told(entry => entry.level === 'error' && !entry.fields.transition),
    error: log('error'),
    warn: log('warn'),
    info: log('info'),
    debug: log('debug'),
    child: more => recordingLogger(entries, { ...fields, ...more }),
  };
}
