import { Fact, fact, GitHubBranchFacts, noFact } from '../facts';

/*
 * GitHub shows what a branch demands in several places, each to other readers:
 * rulesets and a summary to everybody who can read, the whole of classic
 * protection to admins. Together they often say enough.
 */

type Unknown = Extract<Fact<unknown>, { known: false }>;

/** A demand as far as it could be seen: `unseen` names a place that may hold more of it. */
export interface Demand<T> {
  value: T;
  unseen?: Unknown;
}

/** The classic document; undefined: there surely is none. */
function classicOf(branch: GitHubBranchFacts): GitHubBranchFacts['protection'] {
  const { summary, protection } = branch;
  const isSurelyBare = summary.known && !summary.value.isProtected;
  return !protection.known && isSurelyBare ? fact(undefined) : protection;
}

function unseenIn(...facts: Array<Fact<unknown>>): Unknown | undefined {
  return facts.find((each): each is Unknown => !each.known);
}

/** Names of the checks that have to succeed. */
export function requiredChecks(branch: GitHubBranchFacts): Demand<string[]> {
  const { rules, summary, shown } = branch;
  const classic = classicOf(branch);
  const value = [
    ...(rules.known ? rules.value.checks : []),
    ...(classic.known ? classic.value?.checks ?? [] : []),
    ...(summary.known ? summary.value.checks : []),
    ...(shown.known ? shown.value?.checks ?? [] : []),
  ];
  // Any one of the three tells the checks of classic protection.
  const isClassicSeen = classic.known || summary.known || shown.known;
  return {
    value: [...new Set(value)],
    unseen: unseenIn(rules, ...(isClassicSeen ? [] : [summary])),
  };
}

/** Approving reviews that are demanded at least. */
export function requiredApprovals(branch: GitHubBranchFacts): Demand<number> {
  const { rules, shown } = branch;
  const classic = classicOf(branch);
  const value = Math.max(
    rules.known ? rules.value.approvals : 0,
    classic.known ? classic.value?.approvals ?? 0 : 0,
    shown.known ? shown.value?.approvals ?? 0 : 0,
  );
  return {
    value,
    unseen: unseenIn(rules, ...(shown.known ? [] : [classic])),
  };
}

/** Whether a push takes the approvals away that were given before it. */
export function dismissesStale(branch: GitHubBranchFacts): Demand<boolean> {
  const classic = classicOf(branch);
  return {
    value:
      (branch.rules.known && branch.rules.value.dismissesStale) ||
      (classic.known && (classic.value?.dismissesStale ?? false)),
    unseen: unseenIn(branch.rules, classic),
  };
}

/** Whether nobody may rewrite the branch. */
export function blocksForcePushes(branch: GitHubBranchFacts): Demand<boolean> {
  const { rules, shown } = branch;
  const classic = classicOf(branch);
  const blocks = (source: Fact<{ allowsForcePushes: boolean } | undefined>) =>
    source.known &&
    source.value !== undefined &&
    !source.value.allowsForcePushes;
  return {
    value:
      (rules.known && rules.value.blocksForcePushes) ||
      blocks(classic) ||
      blocks(shown),
    unseen: unseenIn(rules, ...(shown.known ? [] : [classic])),
  };
}

/** The ways past protection that are open to our own account. */
export function ownBypasses(
  branch: GitHubBranchFacts,
  us: { login: Fact<string>; isAdmin: boolean | undefined },
): Demand<string[]> {
  const { rules } = branch;
  const classic = classicOf(branch);
  const found: string[] = [];
  const unseen: Array<Fact<unknown>> = [rules, classic];
  if (rules.known) {
    for (const { name, bypass } of rules.value.rulesets) {
      unseen.push(bypass);
      if (bypass.known && bypass.value !== 'never') {
        found.push(`ruleset '${name}' lets it past (${bypass.value})`);
      }
    }
  }
  if (classic.known && classic.value) {
    const { enforcesAdmins, mayBypassReviews, teamsMayBypassReviews } =
      classic.value;
    if (us.isAdmin && !enforcesAdmins) {
      found.push('it is an admin, and protection does not include admins');
    } else if (us.isAdmin === undefined && !enforcesAdmins) {
      unseen.push(
        noFact(
          'skipped',
          'Protection does not include admins, and GitHub does not say whether our account is one',
        ),
      );
    }
    if (mayBypassReviews.length > 0) {
      unseen.push(us.login);
      if (us.login.known && names(mayBypassReviews, us.login.value)) {
        found.push('it may bypass required pull requests');
      }
    }
    if (teamsMayBypassReviews.length > 0) {
      unseen.push(
        noFact(
          'skipped',
          `Team ${teamsMayBypassReviews.join(
            ', ',
          )} may bypass required pull requests, and we cannot see whether our account is in it`,
        ),
      );
    }
  }
  return { value: found, unseen: unseenIn(...unseen) };
}

/** An app is named by its slug, its account by that and `[bot]`. */
function names(list: readonly string[], login: string): boolean {
  const plain = (name: string) => name.toLowerCase().replace(/\[bot\]$/, '');
  return list.some(each => plain(each) === plain(login));
}
