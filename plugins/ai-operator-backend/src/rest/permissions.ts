import {
  aiOperatorAbortPermission,
  aiOperatorApprovePermission,
  aiOperatorReadPermission,
  aiOperatorResetPermission,
  aiOperatorTakeOverPermission,
  HumanCommandName,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  AuthorizePermissionRequest,
  AuthorizeResult,
} from '@backstage/plugin-permission-common';
import { RouterDeps } from './deps';
import { Caller } from './route';

const PERMISSION_OF = {
  APPROVE: aiOperatorApprovePermission,
  ABORT: aiOperatorAbortPermission,
  MANUAL: aiOperatorTakeOverPermission,
  RESET: aiOperatorResetPermission,
} as const satisfies Record<HumanCommandName, unknown>;

/** The question to the permission policy about one command for one rollback. */
export function askedFor(
  command: HumanCommandName,
  correlationId: string,
): AuthorizePermissionRequest {
  return { permission: PERMISSION_OF[command], resourceRef: correlationId };
}

/**
 * Asks the permission policy; of each question, whether it is allowed. What a
 * policy makes depend on the rollback is decided by then, and anything but
 * ALLOW is a denial.
 */
async function ask(
  { permissions }: Pick<RouterDeps, 'permissions'>,
  caller: Caller,
  requests: AuthorizePermissionRequest[],
): Promise<boolean[]> {
  if (requests.length === 0) {
    return [];
  }
  const decisions = await permissions.authorize(requests, {
    credentials: caller,
  });
  return requests.map(
    (_, index) => decisions[index]?.result === AuthorizeResult.ALLOW,
  );
}

/**
 * Asks for `ai-operator.read` and the given ones together: the name of the
 * first one that is denied, undefined when all are allowed.
 */
export async function deniedPermission(
  deps: Pick<RouterDeps, 'permissions'>,
  caller: Caller,
  asked: AuthorizePermissionRequest[],
): Promise<string | undefined> {
  const requests = [{ permission: aiOperatorReadPermission }, ...asked];
  const allowed = await ask(deps, caller, requests);
  return requests.find((_, index) => !allowed[index])?.permission.name;
}

/** Of these commands about one rollback those that are denied, with the name of the permission. */
export async function deniedCommands(
  deps: Pick<RouterDeps, 'permissions'>,
  caller: Caller,
  correlationId: string,
  commands: readonly HumanCommandName[],
): Promise<Map<HumanCommandName, string>> {
  const allowed = await ask(
    deps,
    caller,
    commands.map(command => askedFor(command, correlationId)),
  );
  return new Map(
    commands
      .filter((_, index) => !allowed[index])
      .map(command => [command, PERMISSION_OF[command].name]),
  );
}

/** The sentence for somebody whom the permission policy does not let. */
export function explainDenial(permission: string): string {
  const what =
    permission === aiOperatorReadPermission.name
      ? 'see what the AI Operator does'
      : 'do this';
  return `The permission policy does not let you ${what}: permission ${permission} is needed. Ask whoever keeps the policy.`;
}
