import { LoggerService } from '@backstage/backend-plugin-api';
import { JsonObject } from '@backstage/types';

export interface RecordingLogger extends LoggerService {
  readonly entries: Array<{
    level: 'error' | 'warn' | 'info';
    message: string;
    /** The error and its causes, outermost first. */
    causes: string[];
  }>;
  /** What was logged at a level. */
  at(level: 'error' | 'warn' | 'info'): string[];
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

/** Keeps what was logged, for tests to look at. */
export function recordingLogger(): RecordingLogger {
  const entries: RecordingLogger['entries'] = [];
  function log(level: 'error' | 'warn' | 'info') {
    return (message: string, meta?: Error | JsonObject) => {
      entries.push({ level, message, causes: causesOf(meta) });
    };
  }
  const logger: RecordingLogger = {
    entries,
    at: level =>
      entries
        .filter(entry => entry.level === level)
        .map(({ message, causes }) => [message, ...causes].join(' <- ')),
    error: log('error'),
    warn: log('warn'),
    info: log('info'),
    debug: () => {},
    child: () => logger,
  };
  return logger;
}
