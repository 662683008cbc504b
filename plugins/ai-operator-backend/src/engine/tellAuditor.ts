import { AuditorService, LoggerService } from '@backstage/backend-plugin-api';
import { HumanCommandName } from '@ai-operator/backstage-plugin-ai-operator-common';
import { AuditSubject, beginAuditorEvent } from '../audit';
import { subjectFields } from '../logging';
import { PersonRef } from '../core';

/** Something a person decided elsewhere than in Backstage. */
export interface Decided {
  subject: AuditSubject;
  /** Absent: it was not understood. */
  command: HumanCommandName | undefined;
  door: 'issue' | 'review';
  person: PersonRef;
  /** Why it is not done; absent: it is. */
  refused?: string;
}

/**
 * Tells Backstage's auditor what a person decided on the escalation issue or by
 * a review on GitHub, once it is in the database. There is no request that the
 * auditor could take the person from, so they are named.
 */
export async function tellAuditor(
  parts: { auditor: AuditorService; logger: LoggerService },
  { subject, command, door, person, refused }: Decided,
): Promise<void> {
  const event = await beginAuditorEvent(parts, {
    eventId: 'rollback-decide',
    meta: {
      ...subjectFields(subject),
      ...(command === undefined ? {} : { command }),
      door,
      person: person.entityRef ?? `github:${person.login}`,
    },
  });
  await (refused === undefined
    ? event.succeed()
    : event.fail(new Error(refused)));
}
