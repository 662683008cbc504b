import { LoggerService } from '@backstage/backend-plugin-api';
import { JsonObject } from '@backstage/types';
import {
  ApplicationKey,
  Environment,
  stringifyApplicationKey,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { LogLevel } from './levels';

/** Whom a line is about; a rollback fits as it is. */
export interface LogSubject {
  correlationId?: string;
  application?: ApplicationKey;
  environment?: Environment;
}

/** A line to be written once what it tells is in the database. */
export interface LogLine {
  level: LogLevel;
  message: string;
  about?: LogSubject;
  fields?: JsonObject;
  /** Written with the line, its stack and causes included. */
  error?: Error;
}

/** `correlationId`, `application` and `environment` as logs and the auditor show them; what is not known is left out. */
export function subjectFields({
  correlationId,
  application,
  environment,
}: LogSubject): JsonObject {
  return {
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(application === undefined
      ? {}
      : { application: stringifyApplicationKey(application) }),
    ...(environment === undefined ? {} : { environment }),
  };
}

/** A logger whose lines carry `correlationId`, `application` and `environment`, as far as they are known. */
export function logAbout(
  logger: LoggerService,
  about: LogSubject,
  fields: JsonObject = {},
): LoggerService {
  return logger.child({ ...subjectFields(about), ...fields });
}

/** Writes what was kept until the commit, in order. */
export function writeLines(
  logger: LoggerService,
  lines: readonly LogLine[],
): void {
  for (const { level, message, about = {}, fields, error } of lines) {
    const told = logAbout(logger, about, fields);
    if (error) {
      told[level](message, error);
    } else {
      told[level](message);
    }
  }
}
