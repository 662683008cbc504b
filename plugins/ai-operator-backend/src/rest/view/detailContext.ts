import { AllowedAction } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Rollback } from '../../core';
import { allowedActions } from '../../core/commands/judgeCommand';
import { RouterDeps } from '../deps';
import { deniedCommands, explainDenial } from '../permissions';
import { Caller } from '../route';
import { Asker, whoAsks } from '../whoAsks';
import { refusesAll } from './caller';
import { viewContext, ViewContext } from './context';

/** What an answer about a whole rollback is made with: also who asks, and what they may do. */
export interface DetailContext extends ViewContext {
  allowedActions(rollback: Rollback): Promise<AllowedAction[]>;
}

async function actionsOf(
  rollback: Rollback,
  who: Asker,
  caller: Caller,
  deps: RouterDeps,
): Promise<AllowedAction[]> {
  const roles = who.kind === 'person' ? who.roles : [];
  const actions = allowedActions(rollback, roles);
  const because = refusesAll(who);
  if (because !== undefined) {
    return actions.map(({ action }) => ({ action, allowed: false, because }));
  }
  // The permission policy is only asked about what role and state would allow.
  const denied = await deniedCommands(
    deps,
    caller,
    rollback.correlationId,
    actions.filter(({ allowed }) => allowed).map(({ action }) => action),
  );
  return actions.map(judged => {
    const permission = denied.get(judged.action);
    return permission === undefined
      ? judged
      : { ...judged, allowed: false, because: explainDenial(permission) };
  });
}

/** One look at who asks, for all rollbacks of one answer. */
export async function detailContext(
  deps: RouterDeps,
  caller: Caller,
): Promise<DetailContext> {
  const who = await whoAsks(caller, deps);
  return {
    ...viewContext(deps),
    allowedActions: rollback => actionsOf(rollback, who, caller, deps),
  };
}
