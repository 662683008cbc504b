import { clockTime } from '../../time';
import { GitHubAccountFacts } from '../facts';
import {
  CLASSIC_SCOPES,
  GITHUB_NEEDED,
  GITHUB_NEEDED_FOR_TEAMS,
} from '../leastPrivilege';
import { CheckId } from './checks';
import { judgeClock } from './clock';
import { Check, check, Finding, listed } from './finding';

const APP = 'examples/rbac/github-app-permissions.md';

const RANK: Readonly<Record<string, number>> = { read: 1, write: 2, admin: 3 };

/** What GitHub counts as part of `repo`, whatever else a token names. */
const IN_REPO: ReadonlySet<string> = new Set([
  'repo:status',
  'repo_deployment',
  'public_repo',
  'repo:invite',
  'security_events',
]);

/** Scopes that contain `read:org`. */
const ORG_SCOPES = ['read:org', 'write:org', 'admin:org'];

const KINDS = {
  app: 'the token of a GitHub App',
  classic: 'a classic personal access token',
  fine_grained: 'a fine-grained or other token',
} as const;

export interface AccountExpectations {
  /** `aiOperator.roles` names GitHub teams. */
  hasTeams: boolean;
  budget: { warn: number; stop: number };
  now: number;
}

/** The credentials for one owner on one host. */
export function judgeGitHubAccount(
  facts: GitHubAccountFacts,
  expected: AccountExpectations,
): Finding[] {
  const subject = { area: 'github' as const, name: facts.account };
  const about = (id: CheckId<'github'>, title: string) =>
    check(subject, id, title);
  return [
    judgeCredentials(about('credentials', 'Credentials'), facts),
    judgeNeeded(about('rights', 'Rights it needs'), facts, expected),
    judgeExcess(about('excess', 'Rights it does not need'), facts),
    judgeClock(about('clock', 'Clock'), facts.clock),
    judgeBudget(about('budget', 'Requests left'), facts, expected),
  ];
}

function judgeCredentials(
  { ok, failed }: Check,
  { credential, login }: GitHubAccountFacts,
): Finding {
  if (!credential.known) {
    return failed(credential);
  }
  if (!login.known) {
    return failed(login);
  }
  return ok(`It knows us as '${login.value}', by ${KINDS[credential.value]}`);
}

function neededPermissions(hasTeams: boolean): Record<string, string> {
  return { ...GITHUB_NEEDED, ...(hasTeams ? GITHUB_NEEDED_FOR_TEAMS : {}) };
}

function judgeNeeded(
  { ok, problem, unknown, unseen }: Check,
  facts: GitHubAccountFacts,
  { hasTeams }: AccountExpectations,
): Finding {
  const { credential, permissions, scopes } = facts;
  if (!credential.known) {
    return unseen(credential);
  }
  const needed = neededPermissions(hasTeams);
  switch (credential.value) {
    case 'app': {
      if (!permissions.known) {
        return unseen(permissions);
      }
      const missing = Object.entries(needed).filter(
        ([name, level]) => (RANK[permissions.value[name]] ?? 0) < RANK[level],
      );
      return missing.length > 0
        ? problem(
            `The GitHub App lacks ${listed(
              missing.map(([name, level]) => `${name}: ${level}`),
            )}`,
            `Add them to the App and accept the change in the organisation; ${APP} has the whole list`,
          )
        : ok('The GitHub App has every permission it needs');
    }
    case 'classic': {
      if (!scopes.known) {
        return unseen(scopes);
      }
      const { always, forTeams } = CLASSIC_SCOPES;
      const held = scopes.value;
      if (!held.includes(always)) {
        return problem(
          held.includes('public_repo')
            ? `The token has the scope public_repo only: private repositories stay closed to it`
            : `The token lacks the scope ${always}`,
          `Make one with ${always}, or better use a GitHub App: ${APP}`,
        );
      }
      return hasTeams && !ORG_SCOPES.some(scope => held.includes(scope))
        ? problem(
            `The token lacks the scope ${forTeams}: members of the GitHub teams in aiOperator.roles cannot be read, so their roles are not known`,
            `Make one with ${always} and ${forTeams}, or better use a GitHub App: ${APP}`,
          )
        : ok(`The token has the scope ${listed(held)}`);
    }
    default:
      return unknown(
        'GitHub does not tell what such a token may do',
        `Compare its permissions with ${APP}, or use a GitHub App, whose permissions can be read`,
      );
  }
}

function judgeExcess(
  { ok, warning, unknown, unseen }: Check,
  { credential, permissions, scopes }: GitHubAccountFacts,
): Finding {
  if (!credential.known) {
    return unseen(credential);
  }
  switch (credential.value) {
    case 'app': {
      if (!permissions.known) {
        return unseen(permissions);
      }
      const needed = neededPermissions(true);
      const excess = Object.entries(permissions.value).filter(
        ([name, level]) =>
          // Seeing more changes nothing; doing more does.
          RANK[level] >= RANK.write && RANK[level] > (RANK[needed[name]] ?? 0),
      );
      return excess.length > 0
        ? warning(
            `It may do more than it should: ${listed(
              excess.map(([name, level]) => `${name}: ${level}`),
            )}`,
            `Take these from the GitHub App; ${APP} has what it needs`,
          )
        : ok('The GitHub App may change nothing but what it needs');
    }
    case 'classic': {
      if (!scopes.known) {
        return unseen(scopes);
      }
      const allowed: readonly string[] = Object.values(CLASSIC_SCOPES);
      const excess = scopes.value.filter(
        scope => !allowed.includes(scope) && !IN_REPO.has(scope),
      );
      return excess.length > 0
        ? warning(
            `It may do more than it should: the token has the scope ${listed(
              excess,
            )}`,
            `Make a token with ${listed(
              allowed,
            )} only, or better use a GitHub App: ${APP}`,
          )
        : ok('The token has no scope beyond those it needs');
    }
    default:
      return unknown(
        'GitHub does not tell what such a token may do',
        `Compare its permissions with ${APP}, or use a GitHub App, whose permissions can be read`,
      );
  }
}

/** Waiting people and an open rollback need requests; what is left decides (SPEC §8). */
function judgeBudget(
  { ok, warning, problem, unseen }: Check,
  { budgets }: GitHubAccountFacts,
  { budget: { warn, stop }, now }: AccountExpectations,
): Finding {
  if (!budgets.known) {
    return budgets.failure === 'missing'
      ? ok('This GitHub server sets no limit')
      : unseen(budgets);
  }
  const [lowest] = [...budgets.value].sort((a, b) => a.remaining - b.remaining);
  if (!lowest) {
    return ok('This GitHub server sets no limit');
  }
  const words = `${lowest.remaining} of ${lowest.limit} '${
    lowest.resource
  }' requests are left until ${clockTime(lowest.resetAt, now)}`;
  const mend =
    'Wait for the reset. If this comes back, look for what else uses these credentials, or give AI Operator a GitHub App of its own';
  if (lowest.remaining < stop) {
    return problem(`${words}: below ${stop} nothing is opened or merged`, mend);
  }
  return lowest.remaining < warn ? warning(words, mend) : ok(words);
}
