import {
  Fact,
  GitHubAccountFacts,
  GitHubBranchFacts,
  GitHubRepositoryFacts,
} from '../facts';
import { CheckId } from './checks';
import { Check, check, Finding, listed } from './finding';
import {
  blocksForcePushes,
  Demand,
  dismissesStale,
  ownBypasses,
  requiredApprovals,
  requiredChecks,
} from './protection';

/** Checks that staging and production branches have to demand (seed §5.2). */
export const DEMANDED_CHECKS = ['test', 'lint', 'branch-protection-check'];

const TO_SEE_MORE =
  'Look it up under Settings → Branches and Settings → Rules of the repository. With the permission "Administration: read" AI Operator sees it too';

/** Who we are there, and what the repository is for. */
export interface RepositoryExpectations {
  /** Escalation issues are opened there. */
  holdsIssues: boolean;
  us: Pick<GitHubAccountFacts, 'login' | 'credential'>;
}

/** One repository with the branches in use. */
export function judgeGitHubRepository(
  facts: GitHubRepositoryFacts,
  options: RepositoryExpectations,
): Finding[] {
  const subject = { area: 'github' as const, name: facts.repository };
  return [
    judgeAccess(check(subject, 'access', 'Access'), facts, options.us),
    ...(options.holdsIssues
      ? [judgeIssues(check(subject, 'issues', 'Escalation issues'), facts)]
      : []),
    ...facts.branches.flatMap(branch => judgeBranch(facts, branch, options.us)),
  ];
}

function judgeAccess(
  { ok, problem, failed }: Check,
  { about, branches }: GitHubRepositoryFacts,
  us: RepositoryExpectations['us'],
): Finding {
  if (!about.known) {
    return failed(about);
  }
  const { isArchived } = about.value;
  const mayPush = isApp(us) ? undefined : about.value.mayPush;
  if (isArchived && branches.length > 0) {
    return problem(
      'It is archived: nothing can be changed there',
      'Unarchive it, or point the Applications at the repository that took its place',
    );
  }
  return mayPush === false && branches.length > 0
    ? problem(
        'Our account may read it and not write, so no rollback can be proposed',
        'Give the account write access to the repository (not more)',
      )
    : ok('It can be reached');
}

function judgeIssues(
  { ok, problem, failed }: Check,
  { about }: GitHubRepositoryFacts,
): Finding {
  if (!about.known) {
    return failed(
      about,
      about.failure === 'missing'
        ? 'Correct aiOperator.escalation.repository, or give our account access to it'
        : undefined,
    );
  }
  const { hasIssues, isArchived } = about.value;
  return hasIssues && !isArchived
    ? ok('Escalation issues can be opened there')
    : problem(
        isArchived
          ? 'It is archived: no escalation issue can be opened there'
          : 'Its issues are turned off: no escalation issue can be opened there',
        'Turn issues on under Settings → General, or name another repository in aiOperator.escalation.repository',
      );
}

function isApp({ credential }: RepositoryExpectations['us']): boolean {
  return credential.known && credential.value === 'app';
}

/** Whether protection that leaves admins out leaves us out; an App passes only where it is named. */
function isAdminOf(
  about: GitHubRepositoryFacts['about'],
  us: RepositoryExpectations['us'],
): boolean | undefined {
  if (isApp(us)) {
    return false;
  }
  return about.known ? about.value.isAdmin : undefined;
}

function judgeBranch(
  repository: GitHubRepositoryFacts,
  facts: GitHubBranchFacts,
  us: RepositoryExpectations['us'],
): Finding[] {
  const subject = {
    area: 'github' as const,
    name: repository.repository,
    path: `${repository.repository}/${facts.branch}`,
  };
  const about = (id: CheckId<'github'>, title: string) =>
    check(subject, id, `${title} of branch ${facts.branch}`);
  if (!facts.summary.known && facts.summary.failure === 'missing') {
    return [
      about('exists', 'Existence').problem(
        `There is no branch ${facts.branch}, and applications name it as theirs`,
        'Correct aiOperator.environments.<environment>.branch or the annotation ai-operator/branch',
      ),
    ];
  }
  const isProduction = facts.environments.includes('production');
  return [
    judgeChecks(about('checks', 'Required checks'), facts),
    ...(isProduction
      ? [
          judgeApprovals(about('approvals', 'Required approval'), facts),
          judgeStale(about('stale-approvals', 'Stale approvals'), facts),
          judgeForcePush(about('force-push', 'Force pushes'), facts),
          judgeBypass(about('bypass', 'Our own bypass'), facts, {
            login: us.login,
            isAdmin: isAdminOf(repository.about, us),
          }),
        ]
      : []),
    ...judgeQueue(about('merge-queue', 'Merge queue'), facts),
  ];
}

/** What is missing is only missing when every place that could hold it was seen. */
function unlessSeen(
  { unseen }: Check,
  demand: Demand<unknown>,
  otherwise: () => Finding,
): Finding {
  return demand.unseen ? unseen(demand.unseen, TO_SEE_MORE) : otherwise();
}

function judgeChecks(about: Check, branch: GitHubBranchFacts): Finding {
  const demand = requiredChecks(branch);
  const missing = DEMANDED_CHECKS.filter(name => !demand.value.includes(name));
  if (missing.length === 0) {
    return about.ok(`It requires ${listed(DEMANDED_CHECKS)}`);
  }
  const mend = `Require the status checks ${listed(
    DEMANDED_CHECKS,
  )} under Settings → Branches or Settings → Rules`;
  return unlessSeen(about, demand, () =>
    demand.value.length === 0
      ? about.problem(
          'No check is required: a failing CI would not hold a merge back (CI-07)',
          mend,
        )
      : about.warning(
          `It does not require ${listed(missing)}; it requires ${listed(
            demand.value,
          )}`,
          mend,
        ),
  );
}

function judgeApprovals(about: Check, branch: GitHubBranchFacts): Finding {
  const demand = requiredApprovals(branch);
  return demand.value > 0
    ? about.ok(
        `It requires ${demand.value} approving ${
          demand.value === 1 ? 'review' : 'reviews'
        }`,
      )
    : unlessSeen(about, demand, () =>
        about.problem(
          'It requires no approving review: GitHub would let a production rollback through without a person (RB-04)',
          'Require a pull request with at least 1 approval under Settings → Branches or Settings → Rules',
        ),
      );
}

function judgeStale(about: Check, branch: GitHubBranchFacts): Finding {
  const demand = dismissesStale(branch);
  return demand.value
    ? about.ok('A push takes earlier approvals away')
    : unlessSeen(about, demand, () =>
        about.warning(
          'An approval stays when somebody pushes after it. AI Operator counts approvals of the last commit only, GitHub does not',
          'Turn on "Dismiss stale pull request approvals when new commits are pushed"',
        ),
      );
}

function judgeForcePush(about: Check, branch: GitHubBranchFacts): Finding {
  const demand = blocksForcePushes(branch);
  return demand.value
    ? about.ok('Nobody may rewrite it')
    : unlessSeen(about, demand, () =>
        about.problem(
          'It may be rewritten by a force push, which nobody may do by the permission matrix',
          'Turn on "Block force pushes"',
        ),
      );
}

function judgeBypass(
  about: Check,
  branch: GitHubBranchFacts,
  us: { login: Fact<string>; isAdmin: boolean | undefined },
): Finding {
  const demand = ownBypasses(branch, us);
  return demand.value.length > 0
    ? about.problem(
        `Our own account could merge without what the branch demands: ${listed(
          demand.value,
        )}`,
        'Take our account from the bypass lists, give it write access instead of admin, and turn on "Do not allow bypassing the above settings"',
      )
    : unlessSeen(about, demand, () =>
        about.ok('Our own account has no way past what it demands'),
      );
}

/** Told only where there is one: most branches have none, and need none. */
function judgeQueue(about: Check, branch: GitHubBranchFacts): Finding[] {
  const { rules, mergeQueue } = branch;
  const hasQueue =
    (rules.known && rules.value.hasMergeQueue) ||
    (mergeQueue.known && mergeQueue.value);
  return hasQueue
    ? [
        about.ok(
          'It has a merge queue, so AI Operator never merges here: it proposes, and a person adds the pull request to the queue',
        ),
      ]
    : [];
}

/** Repositories in use that were not looked at. */
export function judgeLeftOut(inUse: number, lookedAt: number): Finding[] {
  return inUse > lookedAt
    ? [
        check(
          { area: 'github', name: 'Repositories', path: '' },
          'left-out',
          'Repositories left out',
        ).unknown(
          `${lookedAt} of ${inUse} repositories in use were looked at, the others not`,
          'Check the protection of the others yourself, or with one rule set for the whole organisation',
        ),
      ]
    : [];
}

/** No application has a repository yet, so there is nothing to look at. */
export function judgeNoRepositories(): Finding {
  return check(
    { area: 'github', name: 'Repositories', path: '' },
    'in-use',
    'Repositories in use',
  ).unknown(
    'No application under watch has a repository yet, so neither credentials nor branch protection could be looked at',
    'Put an application under watch and look again after the next health check',
  );
}
