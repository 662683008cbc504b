import { LoggerService } from '@backstage/backend-plugin-api';
import { isError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import { redact } from '@ai-operator/backstage-plugin-ai-operator-common';
import { safeError } from './safeError';

type Say = LoggerService['info'];

function safeMeta(meta: Error | JsonObject): Error | JsonObject {
  return isError(meta) ? safeError(meta) : (redact(meta) as JsonObject);
}

/**
 * A logger that never writes a credential: messages, fields and errors with
 * their causes pass the redaction of the audit. Everything the plugin logs goes
 * through it, so that nobody has to think of it where they log.
 */
export function redactingLogger(logger: LoggerService): LoggerService {
  function say(level: 'error' | 'warn' | 'info' | 'debug'): Say {
    return (message, meta) => {
      const safe = String(redact(message));
      if (meta === undefined) {
        logger[level](safe);
      } else {
        logger[level](safe, safeMeta(meta));
      }
    };
  }
  return {
    error: say('error'),
    warn: say('warn'),
    info: say('info'),
    debug: say('debug'),
    child: meta => redactingLogger(logger.child(redact(meta) as JsonObject)),
  };
}
