import { Role } from '@ai-operator/backstage-plugin-ai-operator-common';
import { PersonRef } from '../core/people';
import { CallRecord, PortError } from '../ports';
import { RouterDeps } from './deps';
import { Caller } from './route';

/** Longest time to look a person up, ms. */
const TIMEOUT_MS = 10_000;

/** Who is behind a request, as far as it matters for deciding. */
export type Asker =
  | { kind: 'service'; actor: string; calls: CallRecord[] }
  | {
      kind: 'person';
      actor: string;
      person: PersonRef;
      roles: Role[];
      calls: CallRecord[];
    }
  /** It is a person, and nobody can say which roles they have. */
  | { kind: 'unknown'; actor: string; because: string; calls: CallRecord[] };

/** Name of the caller in audit records: the entity ref of a person, the subject of a service. */
export function actorOf({ principal }: Caller): string {
  return principal.type === 'user'
    ? principal.userEntityRef
    : `service:${principal.subject}`;
}

/**
 * Looks the caller up with the roles of now. `calls` are the outside calls this
 * took. Services never decide, whatever they may do otherwise (SPEC §7).
 */
export async function whoAsks(
  caller: Caller,
  { people }: Pick<RouterDeps, 'people'>,
): Promise<Asker> {
  const { principal } = caller;
  const actor = actorOf(caller);
  const calls: CallRecord[] = [];
  if (principal.type !== 'user') {
    return { kind: 'service', actor, calls };
  }
  try {
    const { person, roles } = await people.find(
      { entityRef: principal.userEntityRef },
      {
        record: call => calls.push(call),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      },
    );
    // Whoever the sources link them to, it is the signed-in person who speaks.
    return {
      kind: 'person',
      actor,
      person: { ...person, entityRef: principal.userEntityRef },
      roles,
      calls,
    };
  } catch (error) {
    if (!(error instanceof PortError)) {
      throw error;
    }
    return { kind: 'unknown', actor, because: error.message, calls };
  }
}

export const SERVICES_NEVER_DECIDE =
  'Service principals never decide: sign in as a person.';

/** Why nobody decides while the sources of roles cannot be read. */
export function explainUnknown(because: string): string {
  return `Which roles you have could not be looked up, and without knowing nothing is decided: ${because} Try again in a moment.`;
}
