import { GitHubAccountFacts, noFact } from '../core/doctor/facts';
import {
  Finding,
  judgeGitHubAccount,
  judgeGitHubRepository,
  judgeLeftOut,
  judgeNoRepositories,
} from '../core/doctor/judges';
import {
  Silence,
  silentAccount,
  silentRepository,
} from '../core/doctor/silence';
import { mapBounded } from '../observation';
import { RepositoryInUse } from './inUse';
import { Look } from './Look';
import { DoctorParts } from './parts';

/** Each costs a handful of requests, and a page for people shall not use up what rollbacks need. */
const MAX_REPOSITORIES = 20;
const CONCURRENCY = 5;

type Parts = Pick<DoctorParts, 'port' | 'config' | 'clock'>;

/** The credentials for every owner, and the repositories in use: at most 20 of them. */
export async function lookAtGitHub(
  parts: Parts,
  inUse: readonly RepositoryInUse[],
  look: Look,
): Promise<Finding[]> {
  const { port, config } = parts;
  const all = withEscalations(inUse, config.escalation.repository);
  if (all.length === 0) {
    return [judgeNoRepositories()];
  }
  const lookedAt = all.slice(0, MAX_REPOSITORIES);
  const byAccount = new Map<string, RepositoryInUse[]>();
  for (const each of lookedAt) {
    const account = port.gitHubAccountOf(each.repository);
    byAccount.set(account, [...(byAccount.get(account) ?? []), each]);
  }
  const accounts = await mapBounded(
    [...byAccount],
    CONCURRENCY,
    async ([account, repositories]) => ({
      repositories,
      facts: await lookAtAccount(parts, account, repositories, look),
    }),
  );
  const perRepository = await mapBounded(
    accounts.flatMap(({ facts, repositories }) =>
      repositories.map(repository => ({ facts, repository })),
    ),
    CONCURRENCY,
    ({ facts, repository }) => lookAtRepository(parts, repository, facts, look),
  );
  return [
    ...accounts.flatMap(({ facts }) =>
      judgeGitHubAccount(facts, {
        hasTeams: Object.values(config.roles).some(
          ({ githubTeams }) => githubTeams.length > 0,
        ),
        budget: config.githubBudget,
        now: parts.clock.now(),
      }),
    ),
    ...perRepository.flat(),
    ...judgeLeftOut(all.length, lookedAt.length),
  ];
}

/** The repository for escalation issues is always looked at, with or without applications. */
function withEscalations(
  inUse: readonly RepositoryInUse[],
  escalations: string | undefined,
): RepositoryInUse[] {
  if (escalations === undefined) {
    return [...inUse];
  }
  const isIt = ({ repository }: RepositoryInUse) =>
    repository.toLowerCase() === escalations.toLowerCase();
  return [
    inUse.find(isIt) ?? { repository: escalations, branches: [] },
    ...inUse.filter(each => !isIt(each)),
  ];
}

async function lookAtAccount(
  { port }: Parts,
  account: string,
  [{ repository }]: RepositoryInUse[],
  look: Look,
): Promise<GitHubAccountFacts> {
  const facts = await look.at(`GitHub ${account}`, call =>
    port.gitHubAccount({ repository }, call),
  );
  return facts.known ? facts.value : silentAccount(account, facts);
}

async function lookAtRepository(
  { port, config }: Parts,
  { repository, branches }: RepositoryInUse,
  us: GitHubAccountFacts,
  look: Look,
): Promise<Finding[]> {
  const hindrance = hindranceOf(us, config.githubBudget.stop);
  const facts =
    hindrance ??
    (await look.at(`GitHub ${repository}`, call =>
      port.gitHubRepository({ repository, branches }, call),
    ));
  const { escalation } = config;
  return judgeGitHubRepository(
    facts.known ? facts.value : silentRepository(repository, facts),
    {
      us,
      holdsIssues:
        escalation.repository === undefined ||
        escalation.repository.toLowerCase() === repository.toLowerCase(),
    },
  );
}

/** Why there is no point, or no request to spare. */
function hindranceOf(
  { account, credential, budgets }: GitHubAccountFacts,
  stop: number,
): Silence | undefined {
  if (!credential.known) {
    return noFact(
      'skipped',
      `Not looked at, because the credentials for ${account} did not show themselves to work`,
    );
  }
  const low = budgets.known
    ? budgets.value.find(({ remaining }) => remaining < stop)
    : undefined;
  return (
    low &&
    noFact(
      'skipped',
      `Not looked at, because only ${low.remaining} '${low.resource}' requests are left`,
    )
  );
}
