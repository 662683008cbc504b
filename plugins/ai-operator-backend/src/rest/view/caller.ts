import {
  aiOperatorPausePermission,
  CallerView,
  explainRefusal,
  mayDo,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { RouterDeps } from '../deps';
import { deniedPermission, explainDenial } from '../permissions';
import { Caller } from '../route';
import { Asker, explainUnknown, SERVICES_NEVER_DECIDE } from '../whoAsks';

/** Why this caller may do nothing at all; undefined for a person whose roles are known. */
export function refusesAll(who: Asker): string | undefined {
  switch (who.kind) {
    case 'service':
      return SERVICES_NEVER_DECIDE;
    case 'unknown':
      return explainUnknown(who.because);
    default:
      return undefined;
  }
}

async function judgePausing(
  who: Asker,
  caller: Caller,
  deps: Pick<RouterDeps, 'permissions'>,
): Promise<CallerView['pause']> {
  if (who.kind !== 'person') {
    return { allowed: false, because: refusesAll(who) ?? '' };
  }
  if (!mayDo('pause', who.roles)) {
    return { allowed: false, because: explainRefusal('pause', who.roles) };
  }
  const denied = await deniedPermission(deps, caller, [
    { permission: aiOperatorPausePermission },
  ]);
  return denied
    ? { allowed: false, because: explainDenial(denied) }
    : {
        allowed: true,
        because: 'You may pause and resume everything, or one application.',
      };
}

/** Who the caller is, and whether they may pause. */
export async function viewCaller(
  who: Asker,
  caller: Caller,
  deps: Pick<RouterDeps, 'permissions'>,
): Promise<CallerView> {
  const { principal } = caller;
  const person = who.kind === 'person' ? who.person : undefined;
  return {
    entityRef: principal.type === 'user' ? principal.userEntityRef : undefined,
    login: person?.login,
    roles: who.kind === 'person' ? [...who.roles] : [],
    pause: await judgePausing(who, caller, deps),
  };
}
