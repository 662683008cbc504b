import {
  AuditorService,
  AuditorServiceCreateEventOptions,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { JsonObject } from '@backstage/types';
import { safeError } from '../logging';

/**
 * What Backstage's auditor is told of: by event id, how severe (in its words,
 * `low` reads and `medium` changes something). Our own trail is the record;
 * this is for whoever watches all of Backstage in one place.
 */
export const AUDITOR_EVENTS = {
  /** APPROVE, ABORT, MANUAL or RESET of one rollback. */
  'rollback-decide': 'medium',
  /** PAUSE or RESUME of everything, or of one application. */
  'pause-change': 'medium',
  /** The chain of the audit trail was verified. */
  'audit-verify': 'low',
  /** The audit trail left the operator as a file. */
  'audit-export': 'medium',
} as const satisfies Record<
  string,
  AuditorServiceCreateEventOptions['severityLevel']
>;

export type AuditorEventId = keyof typeof AUDITOR_EVENTS;

/** Something that a person does. */
export interface HumanAction {
  eventId: AuditorEventId;
  /** Absent: it did not come as one. With it the auditor takes the person from its credentials. */
  request?: AuditorServiceCreateEventOptions['request'];
  meta?: JsonObject;
}

/** Nobody waits longer than this for the auditor to take an event, ms. */
const TIMEOUT_MS = 5_000;

interface Parts {
  auditor: AuditorService;
  logger: LoggerService;
}

/** The auditor's own trouble keeps nobody from acting: our trail has it all. */
async function attempt<T>(
  logger: LoggerService,
  work: () => Promise<T>,
): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`No answer within ${TIMEOUT_MS} ms`)),
      TIMEOUT_MS,
    );
  });
  try {
    return await Promise.race([work(), timeout]);
  } catch (error) {
    logger.error(
      "Backstage's auditor did not take an event; the operator's own trail has it",
      safeError(error),
    );
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** Begins an event of Backstage's auditor. Neither this nor its end ever throws. */
export async function beginAuditorEvent(
  { auditor, logger }: Parts,
  { eventId, request, meta }: HumanAction,
): Promise<{
  succeed(found?: JsonObject): Promise<void>;
  fail(error: unknown, found?: JsonObject): Promise<void>;
}> {
  const event = await attempt(logger, () =>
    auditor.createEvent({
      eventId,
      severityLevel: AUDITOR_EVENTS[eventId],
      ...(request ? { request } : {}),
      ...(meta ? { meta } : {}),
    }),
  );
  return {
    succeed: found =>
      attempt(logger, async () => event?.success({ meta: found })),
    fail: (error, found) =>
      attempt(logger, async () =>
        event?.fail({ meta: found, error: safeError(error) }),
      ),
  };
}

/**
 * Does `work` as an event of Backstage's auditor: begun, and then succeeded, or
 * failed with what was thrown, which passes unchanged. `note` adds what is only
 * found out on the way.
 */
export async function asAuditorEvent<T>(
  parts: Parts,
  action: HumanAction,
  work: (note: (meta: JsonObject) => void) => Promise<T>,
): Promise<T> {
  const found: JsonObject = {};
  const event = await beginAuditorEvent(parts, action);
  try {
    const result = await work(more => Object.assign(found, more));
    await event.succeed(found);
    return result;
  } catch (error) {
    await event.fail(error, found);
    throw error;
  }
}
