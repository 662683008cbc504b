import { JsonObject } from '@backstage/types';
import { Request } from 'express';
import { asAuditorEvent, AuditorEventId } from '../audit';
import { RouterDeps } from './deps';

/** What a route tells Backstage's auditor when it is used. */
export interface Auditing {
  eventId: AuditorEventId;
  /** Known before anything is looked at, such as which command the route gives. */
  meta?: JsonObject;
}

/** Adds to what the auditor is told, for what is only found out on the way. */
export type Note = (meta: JsonObject) => void;

/**
 * Answers a request as an event of Backstage's auditor, where the route asks
 * for that: the person is the one the request's credentials name, and what was
 * refused or went wrong has failed. Any other request is just answered.
 *
 * Call it with the request's credentials checked: the auditor reads them too.
 */
export async function audited<T>(
  deps: Pick<RouterDeps, 'auditor' | 'logger'>,
  auditing: Auditing | undefined,
  request: Request,
  answer: (note: Note) => Promise<T>,
): Promise<T> {
  if (!auditing) {
    return answer(() => {});
  }
  const correlationId =
    request.params.correlationId ?? request.query.correlationId;
  return asAuditorEvent(
    deps,
    {
      eventId: auditing.eventId,
      request,
      meta: {
        ...(typeof correlationId === 'string' ? { correlationId } : {}),
        ...auditing.meta,
      },
    },
    answer,
  );
}
