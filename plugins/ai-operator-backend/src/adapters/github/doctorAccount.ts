import {
  GithubAppCredentialsMux,
  GithubCredentialsProvider,
  ScmIntegrationRegistry,
} from '@backstage/integration';
import { z } from 'zod';
import {
  Fact,
  fact,
  GitHubAccountFacts,
  noFact,
} from '../../core/doctor/facts';
import { PortError } from '../../ports';
import {
  ClockWatch,
  errorForStatus,
  parseAnswer,
  toPortError,
  within,
} from '../http';
import { Ask } from './doctorBranch';
import { GitHubAnswer, GitHubClient } from './GitHubClient';
import { VIEWER_QUERY } from './queries';
import { RequestScope } from './scope';

const viewerSchema = z.object({ viewer: z.object({ login: z.string() }) });

const budgetSchema = z.object({
  limit: z.number(),
  remaining: z.number(),
  /** Epoch seconds. */
  reset: z.number(),
});

/** The two that we use. */
const rateSchema = z.object({
  resources: z.object({
    core: budgetSchema,
    graphql: budgetSchema.optional(),
  }),
});

const installationSchema = z.object({
  account: z.object({ login: z.string() }).nullish(),
  permissions: z.record(z.string(), z.string()),
  suspended_at: z.string().nullish(),
});

const statusSchema = z.object({
  status: z.number().int(),
  message: z.string(),
});

export interface AccountParts {
  /** Without kept answers: those have no headers. */
  client: GitHubClient;
  credentials: GithubCredentialsProvider;
  integrations: ScmIntegrationRegistry;
  requestTimeout: number;
}

/** Whose credentials speak for an owner, and what these may do. */
export async function examineAccount(
  parts: AccountParts,
  account: string,
  watch: ClockWatch,
  ask: Ask,
): Promise<GitHubAccountFacts> {
  const { client } = parts;
  const type = await ask('credentials', scope => typeOf(parts, scope));
  if (!type.known) {
    const skipped = noFact(
      'skipped',
      'Not asked, because there are no credentials',
    );
    return {
      account,
      credential: type,
      login: skipped,
      permissions: skipped,
      scopes: skipped,
      clock: skipped,
      budgets: skipped,
    };
  }
  const timed = (scope: RequestScope, route: string) =>
    watch.timed(
      () => client.rest(scope, route),
      ({ header }) => header('date'),
    );
  const [login, limits, repository, permissions] = await Promise.all([
    ask('viewer', scope =>
      client.graphql(scope, viewerSchema, VIEWER_QUERY, {}),
    ),
    ask('rate limit', scope => timed(scope, 'GET /rate_limit')),
    ask('repository', scope => timed(scope, 'GET /repos/{owner}/{repo}')),
    type.value === 'app'
      ? ask('permissions of the App', scope => permissionsOf(parts, scope))
      : noFact('skipped', 'The credentials are not those of an App'),
  ]);
  // Either answer carries them; a server without limits has no answer to the first.
  const scopes = scopesIn(limits.known ? limits : repository);
  return {
    account,
    credential: type.value === 'app' ? fact('app') : kindOf(scopes),
    login: login.known ? fact(login.value.viewer.login) : login,
    permissions,
    scopes: scopes.known ? fact(scopes.value ?? []) : scopes,
    clock: watch.reading(),
    budgets: budgetsIn(limits),
  };
}

async function typeOf(
  { credentials, requestTimeout }: AccountParts,
  { repository, signal }: RequestScope,
): Promise<'app' | 'token'> {
  const asked = `GitHub ${repository.slug}: credentials of ${repository.host}`;
  try {
    const { type, token } = await within(
      credentials.getCredentials({ url: repository.url }),
      { timeoutMs: requestTimeout, signal, asked },
    );
    if (token) {
      return type;
    }
  } catch (cause) {
    if (cause instanceof PortError) {
      throw cause;
    }
    throw new PortError(
      'MISCONFIGURED',
      `${asked} could not be had; check integrations.github (is the GitHub App installed there, and not suspended?)`,
      { cause },
    );
  }
  throw new PortError(
    'MISCONFIGURED',
    `${asked}: there are none; set a token or an app under integrations.github, and install the App for ${repository.owner}`,
  );
}

/** Undefined inside: GitHub names no scopes, so it is no classic token. */
function scopesIn(answer: Fact<GitHubAnswer>): Fact<string[] | undefined> {
  return answer.known
    ? fact(
        answer.value
          .header('x-oauth-scopes')
          ?.split(',')
          .map(scope => scope.trim())
          .filter(scope => scope !== ''),
      )
    : answer;
}

function kindOf(
  scopes: Fact<string[] | undefined>,
): GitHubAccountFacts['credential'] {
  if (!scopes.known) {
    return scopes;
  }
  return fact(scopes.value === undefined ? 'fine_grained' : 'classic');
}

function budgetsIn(answer: Fact<GitHubAnswer>): GitHubAccountFacts['budgets'] {
  if (!answer.known) {
    return answer;
  }
  const limits = rateSchema.safeParse(answer.value.data);
  if (!limits.success) {
    return noFact(
      'odd',
      'GitHub answered the question for its limits in another shape',
    );
  }
  return fact(
    Object.entries(limits.data.resources).flatMap(([resource, budget]) =>
      budget
        ? [
            {
              resource,
              limit: budget.limit,
              remaining: budget.remaining,
              resetAt: budget.reset * 1_000,
            },
          ]
        : [],
    ),
  );
}

/** Of the App's installation for the owner. Only the App itself may see it, so it is asked with the App's key. */
async function permissionsOf(
  { integrations, requestTimeout }: AccountParts,
  { repository, signal }: RequestScope,
): Promise<Record<string, string>> {
  const asked = `GitHub ${repository.slug}: installations of the App`;
  const integration = integrations.github
    .list()
    .find(({ config }) => config.host === repository.host);
  if (!integration) {
    throw new PortError(
      'MISCONFIGURED',
      `${asked}: no integration has this host`,
    );
  }
  let answer: unknown;
  try {
    answer = await within(
      new GithubAppCredentialsMux(integration.config).getAllInstallations(),
      { timeoutMs: requestTimeout, signal, asked },
    );
  } catch (cause) {
    const status = statusSchema.safeParse(cause);
    throw status.success
      ? errorForStatus({
          status: status.data.status,
          asked,
          because: status.data.message,
          cause,
        })
      : toPortError(cause, asked);
  }
  const installation = parseAnswer(
    z.array(installationSchema),
    answer,
    asked,
  ).find(
    ({ account }) =>
      account?.login.toLowerCase() === repository.owner.toLowerCase(),
  );
  if (!installation || installation.suspended_at) {
    throw new PortError(
      'MISCONFIGURED',
      installation
        ? `${asked}: the one of ${repository.owner} is suspended`
        : `${asked}: none belongs to ${repository.owner}`,
    );
  }
  return installation.permissions;
}
