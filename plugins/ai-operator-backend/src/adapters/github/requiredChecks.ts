import { z } from 'zod';
import { PortError } from '../../ports';
import { GitHubClient } from './GitHubClient';
import { RequestScope } from './scope';

/** A check a branch demands; `appId` when only that app's word counts. */
export interface RequiredCheck {
  name: string;
  appId?: number;
}

const ruleSchema = z.object({
  type: z.string(),
  parameters: z
    .object({
      required_status_checks: z
        .array(
          z.object({
            context: z.string(),
            integration_id: z.number().nullish(),
          }),
        )
        .optional(),
    })
    .optional(),
});

const demandsSchema = z.object({
  contexts: z.array(z.string()).nullish(),
  checks: z
    .array(z.object({ context: z.string(), app_id: z.number().nullish() }))
    .nullish(),
});

const branchSchema = z.object({
  protected: z.boolean().optional(),
  protection: z
    .object({ required_status_checks: demandsSchema.nullish() })
    .optional(),
});

const protectionSchema = z.object({
  required_status_checks: demandsSchema.nullish(),
});

type Demands = z.infer<typeof demandsSchema>;

function fromDemands(demands: Demands): RequiredCheck[] {
  const byName = new Map<string, RequiredCheck>(
    (demands.contexts ?? []).map(name => [name, { name }]),
  );
  for (const { context, app_id: appId } of demands.checks ?? []) {
    // GitHub writes -1 for "any app".
    const only = appId && appId > 0 ? appId : undefined;
    byName.set(context, { name: context, appId: only });
  }
  return [...byName.values()];
}

/** Undefined when we may not read it or GitHub does not offer it. */
async function unlessRefused<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    const isRefusal =
      error instanceof PortError &&
      (error.code === 'PERMISSION_DENIED' || error.code === 'NOT_FOUND');
    if (isRefusal) {
      return undefined;
    }
    throw error;
  }
}

/** Rulesets, which anybody who can read the repository may see. */
async function fromRulesets(
  client: GitHubClient,
  scope: RequestScope,
  branch: string,
): Promise<RequiredCheck[] | undefined> {
  const rules = await unlessRefused(
    client.list(
      scope,
      ruleSchema,
      'GET /repos/{owner}/{repo}/rules/branches/{branch}',
      { branch },
      3,
    ),
  );
  return rules
    ?.filter(rule => rule.type === 'required_status_checks')
    .flatMap(rule => rule.parameters?.required_status_checks ?? [])
    .map(({ context, integration_id: id }) => ({
      name: context,
      appId: id ?? undefined,
    }));
}

/** Classic protection: the branch's own summary is open to readers, the full document to admins. */
async function fromProtection(
  client: GitHubClient,
  scope: RequestScope,
  branch: string,
): Promise<RequiredCheck[] | undefined> {
  const summary = await unlessRefused(
    client.get(
      scope,
      branchSchema,
      'GET /repos/{owner}/{repo}/branches/{branch}',
      {
        branch,
      },
    ),
  );
  if (summary?.protection?.required_status_checks) {
    return fromDemands(summary.protection.required_status_checks);
  }
  if (summary?.protected === false) {
    return [];
  }
  const full = await unlessRefused(
    client.get(
      scope,
      protectionSchema,
      'GET /repos/{owner}/{repo}/branches/{branch}/protection',
      { branch },
    ),
  );
  return full && fromDemands(full.required_status_checks ?? {});
}

/**
 * The checks a branch demands, from rulesets and classic protection together.
 * Undefined when neither told: then nobody may conclude that there are none.
 */
export async function readRequiredChecks(
  client: GitHubClient,
  scope: RequestScope,
  branch: string,
): Promise<RequiredCheck[] | undefined> {
  const [rulesets, protection] = await Promise.all([
    fromRulesets(client, scope, branch),
    fromProtection(client, scope, branch),
  ]);
  const all = [...(rulesets ?? []), ...(protection ?? [])];
  // Rulesets alone cannot say that classic protection demands nothing.
  return protection === undefined && all.length === 0 ? undefined : all;
}
