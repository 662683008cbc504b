import { AuthorizePermissionRequest } from '@backstage/plugin-permission-common';
import { RouterDeps } from '../deps';
import { deniedPermission, explainDenial } from '../permissions';
import { Caller } from '../route';
import {
  Asker,
  explainUnknown,
  SERVICES_NEVER_DECIDE,
  whoAsks,
} from '../whoAsks';
import { Attempt, refuse } from './attempt';

export type Decider = Extract<Asker, { kind: 'person' }>;

/**
 * The person behind an attempt, if they may try at all: signed in as a person,
 * let by the permission policy, and with roles that are known. Whether those
 * roles are enough is judged by whoever asks, whatever the policy said. Every
 * refusal is audited.
 */
export async function deciderOf(
  deps: RouterDeps,
  caller: Caller,
  attempt: Attempt,
  asked: AuthorizePermissionRequest,
): Promise<Decider> {
  if (caller.principal.type !== 'user') {
    return refuse(deps, attempt, {
      code: 'PERSON_NEEDED',
      because: SERVICES_NEVER_DECIDE,
    });
  }
  if (attempt.through !== undefined && attempt.command === 'APPROVE') {
    return refuse(deps, attempt, {
      code: 'PERSON_NEEDED',
      because: `People approve themselves: ${attempt.through} speaks in your name here.`,
    });
  }
  const denied = await deniedPermission(deps, caller, [asked]);
  if (denied) {
    return refuse(deps, attempt, {
      code: 'NOT_ALLOWED',
      because: explainDenial(denied),
    });
  }
  const who = await whoAsks(caller, deps);
  switch (who.kind) {
    case 'person':
      return who;
    case 'unknown':
      return refuse(deps, attempt, {
        code: 'PEOPLE_UNAVAILABLE',
        because: explainUnknown(who.because),
        calls: who.calls,
      });
    default:
      return refuse(deps, attempt, {
        code: 'PERSON_NEEDED',
        because: SERVICES_NEVER_DECIDE,
      });
  }
}
