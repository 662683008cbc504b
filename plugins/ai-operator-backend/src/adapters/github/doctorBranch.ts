import { Fact, fact, GitHubBranchFacts, noFact } from '../../core/doctor/facts';
import { BranchInUse, PortError, whyNot } from '../../ports';
import {
  branchSchema,
  demandsSchema,
  protectionSchema,
  Rule,
  Ruleset,
  ruleSchema,
  rulesetSchema,
  toProtection,
  toRules,
  toShown,
  toSummary,
} from './doctorBranchWire';
import { BRANCH_DEMANDS_QUERY } from './doctorQueries';
import { GitHubClient } from './GitHubClient';
import { RequestScope } from './scope';

/** Pages of rules, and rulesets, that are looked into. */
const MAX_PAGES = 3;
const MAX_RULESETS = 10;

/** Asks one question and gives its answer or why there is none. */
export type Ask = <T>(
  question: string,
  work: (scope: RequestScope) => Promise<T>,
) => Promise<Fact<T>>;

/** What a branch demands, from every place that shows some of it. */
export async function examineBranch(
  client: GitHubClient,
  { branch, environments }: BranchInUse,
  ask: Ask,
): Promise<GitHubBranchFacts> {
  const [summary, protection, demands, rules] = await Promise.all([
    ask(`branch ${branch}`, scope =>
      client.get(
        scope,
        branchSchema,
        'GET /repos/{owner}/{repo}/branches/{branch}',
        { branch },
      ),
    ),
    ask(`protection of ${branch}`, scope =>
      unlessRefused(
        client.get(
          scope,
          protectionSchema,
          'GET /repos/{owner}/{repo}/branches/{branch}/protection',
          { branch },
        ),
      ),
    ),
    ask(`demands of ${branch}`, scope =>
      client.graphql(scope, demandsSchema, BRANCH_DEMANDS_QUERY, {
        branch,
        ref: `refs/heads/${branch}`,
      }),
    ),
    ask(`rules of ${branch}`, scope =>
      client.list(
        scope,
        ruleSchema,
        'GET /repos/{owner}/{repo}/rules/branches/{branch}',
        { branch },
        MAX_PAGES,
      ),
    ),
  ]);
  return {
    branch,
    environments,
    summary: mapped(summary, toSummary),
    protection: mapped(flat(protection), toProtection),
    shown: mapped(demands, ({ repository }) =>
      toShown(repository.ref?.refUpdateRule),
    ),
    mergeQueue: mapped(demands, ({ repository }) =>
      Boolean(repository.mergeQueue),
    ),
    rules: rules.known
      ? fact(toRules(rules.value, await readRulesets(client, rules.value, ask)))
      : rules,
  };
}

/** Most accounts may not read this, which is as it should be and no failure of the call. */
async function unlessRefused<T>(read: Promise<T>): Promise<Fact<T>> {
  try {
    return fact(await read);
  } catch (error) {
    const isRefusal =
      error instanceof PortError &&
      (error.code === 'PERMISSION_DENIED' || error.code === 'NOT_FOUND');
    if (isRefusal) {
      return whyNot(error);
    }
    throw error;
  }
}

function flat<T>(inner: Fact<Fact<T>>): Fact<T> {
  return inner.known ? inner.value : inner;
}

function mapped<T, U>(from: Fact<T>, map: (value: T) => U): Fact<U> {
  return from.known ? fact(map(from.value)) : from;
}

/** Each ruleset tells whether it lets the one who asks past it. */
async function readRulesets(
  client: GitHubClient,
  rules: Rule[],
  ask: Ask,
): Promise<Ruleset[]> {
  const ids = [...new Set(rules.flatMap(rule => rule.ruleset_id ?? []))];
  const read = await Promise.all(
    ids.slice(0, MAX_RULESETS).map(async (id): Promise<Ruleset> => {
      const ruleset = await ask(`ruleset ${id}`, scope =>
        client.get(
          scope,
          rulesetSchema,
          'GET /repos/{owner}/{repo}/rulesets/{ruleset_id}',
          { ruleset_id: id },
        ),
      );
      if (!ruleset.known) {
        return { name: String(id), bypass: ruleset };
      }
      const { name, current_user_can_bypass: bypass } = ruleset.value;
      return {
        name,
        bypass: bypass
          ? fact(bypass)
          : noFact(
              'skipped',
              `GitHub does not say whether ruleset '${name}' lets our account past it`,
            ),
      };
    }),
  );
  const more = ids.length - MAX_RULESETS;
  return more > 0
    ? [
        ...read,
        {
          name: 'others',
          bypass: noFact('skipped', `${more} more rulesets were not looked at`),
        },
      ]
    : read;
}
