import {
  Fact,
  fact,
  GitHubAccountFacts,
  GitHubBranchFacts,
  GitHubRepositoryFacts,
  noFact,
  RulesetBypass,
} from '../facts';
import { GITHUB_NEEDED } from '../leastPrivilege';
import { judgeGitHubAccount } from './gitHubAccount';
import {
  judgeGitHubRepository,
  judgeLeftOut,
  judgeNoRepositories,
  RepositoryExpectations,
} from './gitHubRepository';

const NOW = Date.UTC(2026, 1, 27, 10, 30);
const unseen = noFact('forbidden', 'Not for us');

describe('credentials', () => {
  const BUDGET = {
    resource: 'core',
    limit: 5_000,
    remaining: 4_000,
    resetAt: NOW + 60_000,
  };

  function facts(change: Partial<GitHubAccountFacts> = {}): GitHubAccountFacts {
    return {
      account: 'github.com/my-org',
      credential: fact('app'),
      login: fact('ai-operator[bot]'),
      permissions: fact({ ...GITHUB_NEEDED, members: 'read' }),
      scopes: fact([]),
      clock: fact({ theirs: NOW, precision: 1_000, before: NOW, after: NOW }),
      budgets: fact([BUDGET]),
      ...change,
    };
  }

  const statuses = (given: GitHubAccountFacts, hasTeams = true) =>
    Object.fromEntries(
      judgeGitHubAccount(given, {
        hasTeams,
        budget: { warn: 1_000, stop: 100 },
        now: NOW,
      }).map(({ id, status }) => [
        id.replace('github/github.com/my-org/', ''),
        status,
      ]),
    );
  const OK = {
    credentials: 'ok',
    rights: 'ok',
    excess: 'ok',
    clock: 'ok',
    budget: 'ok',
  };
  const permissions = (change: Record<string, string>) =>
    facts({
      permissions: fact({ ...GITHUB_NEEDED, members: 'read', ...change }),
    });
  const classic = (...scopes: string[]) =>
    facts({
      credential: fact('classic'),
      permissions: noFact('skipped', 'no App'),
      scopes: fact(scopes),
    });

  it.each<[string, GitHubAccountFacts, Record<string, string>]>([
    ['an App with what it needs', facts(), {}],
    [
      'an App that may only read',
      permissions({ contents: 'read' }),
      { rights: 'problem' },
    ],
    ['an App with more reading', permissions({ administration: 'read' }), {}],
    ...['administration', 'workflows', 'secrets', 'actions', 'members'].map(
      (name): [string, GitHubAccountFacts, Record<string, string>] => [
        `an App that may write ${name}`,
        permissions({ [name]: 'write' }),
        { excess: 'warning' },
      ],
    ),
    [
      'an App that administers pull requests',
      permissions({ pull_requests: 'admin' }),
      { excess: 'warning' },
    ],
    [
      'an App whose permissions did not come',
      facts({ permissions: noFact('silent', 'why') }),
      { rights: 'unknown', excess: 'unknown' },
    ],
    ['a classic token', classic('repo', 'read:org'), {}],
    [
      'a classic token with parts of repo named again',
      classic('repo', 'repo:status', 'read:org'),
      {},
    ],
    ['a classic token without teams', classic('repo'), { rights: 'problem' }],
    [
      'a classic token for public repositories',
      classic('public_repo', 'read:org'),
      { rights: 'problem' },
    ],
    ['a classic token without scopes', classic(), { rights: 'problem' }],
    [
      'a classic token with more',
      classic('repo', 'read:org', 'workflow', 'delete_repo'),
      { excess: 'warning' },
    ],
    [
      'a classic token that administers the organisation',
      classic('repo', 'admin:org'),
      { excess: 'warning' },
    ],
    [
      'a token that tells nothing',
      facts({ credential: fact('fine_grained') }),
      { rights: 'unknown', excess: 'unknown' },
    ],
    [
      'none',
      facts({
        credential: noFact('misconfigured', 'why'),
        login: noFact('skipped', 'why'),
        clock: noFact('skipped', 'why'),
        budgets: noFact('skipped', 'why'),
      }),
      {
        credentials: 'problem',
        rights: 'unknown',
        excess: 'unknown',
        clock: 'unknown',
        budget: 'unknown',
      },
    ],
    [
      'revoked ones',
      facts({ login: noFact('unauthenticated', 'why') }),
      { credentials: 'problem' },
    ],
    [
      'those of a silent GitHub',
      facts({ login: noFact('silent', 'why') }),
      { credentials: 'unknown' },
    ],
  ])('%s', (_name, given, expected) => {
    expect(statuses(given)).toEqual({ ...OK, ...expected });
  });

  it('need members and read:org only where teams give roles', () => {
    const { members: _members, ...rest } = {
      ...GITHUB_NEEDED,
      members: undefined,
    };
    const given = facts({ permissions: fact(rest) });
    expect(statuses(given, false).rights).toBe('ok');
    expect(statuses(given, true).rights).toBe('problem');
    expect(statuses(classic('repo'), false).rights).toBe('ok');
  });

  it('that are too strong are named', () => {
    const [, , excess] = judgeGitHubAccount(
      permissions({ administration: 'write', workflows: 'write' }),
      { hasTeams: false, budget: { warn: 1, stop: 0 }, now: NOW },
    );
    expect(excess.because).toBe(
      'It may do more than it should: administration: write and workflows: write.',
    );
  });

  it.each([
    [1_000, 'ok'],
    [999, 'warning'],
    [100, 'warning'],
    [99, 'problem'],
  ])('with %d requests left are %s', (remaining, status) => {
    const budgets = fact([
      BUDGET,
      { ...BUDGET, resource: 'graphql', remaining },
    ]);
    expect(statuses(facts({ budgets })).budget).toBe(status);
  });

  it('without limits are fine', () => {
    const budgets = noFact('missing', 'Rate limiting is not enabled');
    expect(statuses(facts({ budgets })).budget).toBe('ok');
    expect(statuses(facts({ budgets: fact([]) })).budget).toBe('ok');
  });
});

const CHECKS = ['test', 'lint', 'branch-protection-check'];

const PROTECTION = {
  checks: CHECKS,
  approvals: 1,
  dismissesStale: true,
  enforcesAdmins: true,
  allowsForcePushes: false,
  mayBypassReviews: [] as string[],
  teamsMayBypassReviews: [] as string[],
};

const NO_RULES = {
  checks: [] as string[],
  approvals: 0,
  dismissesStale: false,
  blocksForcePushes: false,
  hasMergeQueue: false,
  rulesets: [] as Array<{ name: string; bypass: Fact<RulesetBypass> }>,
};

/** Production's branch with classic protection as the seed demands it, all of it seen. */
function branch(change: Partial<GitHubBranchFacts> = {}): GitHubBranchFacts {
  return {
    branch: 'main',
    environments: ['production'],
    summary: fact({ isProtected: true, checks: CHECKS }),
    protection: fact(PROTECTION),
    shown: fact({ checks: CHECKS, approvals: 1, allowsForcePushes: false }),
    rules: fact(NO_RULES),
    mergeQueue: fact(false),
    ...change,
  };
}

/** The same demands by rulesets, with no classic protection. */
function ruled(
  change: Partial<typeof NO_RULES> = {},
  rest: Partial<GitHubBranchFacts> = {},
): GitHubBranchFacts {
  return branch({
    summary: fact({ isProtected: false, checks: [] }),
    protection: noFact('missing', 'Branch not protected'),
    shown: fact(undefined),
    rules: fact({
      checks: CHECKS,
      approvals: 1,
      dismissesStale: true,
      blocksForcePushes: true,
      hasMergeQueue: false,
      rulesets: [{ name: 'production', bypass: fact('never') }],
      ...change,
    }),
    ...rest,
  });
}

/** Nothing but what every reader sees. */
function asReader(change: Partial<GitHubBranchFacts> = {}) {
  return branch({ protection: unseen, ...change });
}

const BARE = branch({
  summary: fact({ isProtected: false, checks: [] }),
  protection: noFact('missing', 'Branch not protected'),
  shown: fact(undefined),
});

function repository(
  branches: GitHubBranchFacts[],
  about: Partial<{
    isArchived: boolean;
    hasIssues: boolean;
    mayPush: boolean;
    isAdmin: boolean;
  }> = {},
): GitHubRepositoryFacts {
  return {
    repository: 'my-org/pay',
    about: fact({
      isArchived: false,
      hasIssues: true,
      mayPush: true,
      isAdmin: false,
      ...about,
    }),
    branches,
  };
}

const US: RepositoryExpectations['us'] = {
  login: fact('ai-operator[bot]'),
  credential: fact('classic'),
};

function judge(
  given: GitHubRepositoryFacts,
  options: Partial<RepositoryExpectations> = {},
) {
  return Object.fromEntries(
    judgeGitHubRepository(given, {
      holdsIssues: false,
      us: US,
      ...options,
    }).map(({ id, status }) => [id.replace('github/my-org/pay/', ''), status]),
  );
}

const PRODUCTION_OK = {
  access: 'ok',
  'main/checks': 'ok',
  'main/approvals': 'ok',
  'main/stale-approvals': 'ok',
  'main/force-push': 'ok',
  'main/bypass': 'ok',
};

describe('branch protection', () => {
  it.each<[string, GitHubBranchFacts, Record<string, string>]>([
    ['classic, all of it seen', branch(), {}],
    ['by rulesets', ruled(), {}],
    [
      'as readers see it',
      asReader(),
      { 'main/stale-approvals': 'unknown', 'main/bypass': 'unknown' },
    ],
    [
      'none at all',
      BARE,
      {
        'main/checks': 'problem',
        'main/approvals': 'problem',
        'main/stale-approvals': 'warning',
        'main/force-push': 'problem',
      },
    ],
    [
      'without one of the checks',
      ruled({ checks: ['test', 'lint'] }),
      { 'main/checks': 'warning' },
    ],
    [
      'checks in two places',
      ruled(
        { checks: ['test', 'lint'] },
        {
          summary: fact({
            isProtected: true,
            checks: ['branch-protection-check'],
          }),
          protection: fact({ ...PROTECTION, checks: [] }),
        },
      ),
      {},
    ],
    [
      'with a check missing where a place was not seen',
      branch({
        summary: fact({ isProtected: true, checks: ['test'] }),
        protection: fact({ ...PROTECTION, checks: ['test'] }),
        shown: unseen,
        rules: unseen,
      }),
      {
        'main/checks': 'unknown',
        'main/bypass': 'unknown',
      },
    ],
    [
      'without approval, seen by readers only',
      asReader({
        shown: fact({ checks: CHECKS, approvals: 0, allowsForcePushes: false }),
      }),
      {
        'main/approvals': 'problem',
        'main/stale-approvals': 'unknown',
        'main/bypass': 'unknown',
      },
    ],
    [
      'approval that could not be seen',
      asReader({ shown: unseen }),
      {
        'main/approvals': 'unknown',
        'main/stale-approvals': 'unknown',
        'main/force-push': 'unknown',
        'main/bypass': 'unknown',
      },
    ],
    [
      'keeping stale approvals',
      branch({ protection: fact({ ...PROTECTION, dismissesStale: false }) }),
      { 'main/stale-approvals': 'warning' },
    ],
    [
      'allowing force pushes',
      branch({
        protection: fact({ ...PROTECTION, allowsForcePushes: true }),
        shown: fact({ checks: CHECKS, approvals: 1, allowsForcePushes: true }),
      }),
      { 'main/force-push': 'problem' },
    ],
  ])('%s', (_name, given, expected) => {
    expect(judge(repository([given]))).toEqual({
      ...PRODUCTION_OK,
      ...expected,
    });
  });

  it('of staging demands checks and nothing else', () => {
    expect(
      judge(
        repository([branch({ branch: 'staging', environments: ['staging'] })]),
      ),
    ).toEqual({ access: 'ok', 'staging/checks': 'ok' });
  });

  it('of a branch that is not there is one problem', () => {
    const given = branch({ summary: noFact('missing', 'Branch not found') });
    expect(judge(repository([given]))).toEqual({
      access: 'ok',
      'main/exists': 'problem',
    });
  });

  it('names a merge queue, which the operator leaves to people', () => {
    const queued = { 'main/merge-queue': 'ok' };
    expect(judge(repository([ruled({ hasMergeQueue: true })]))).toMatchObject(
      queued,
    );
    expect(
      judge(repository([branch({ mergeQueue: fact(true) })])),
    ).toMatchObject(queued);
  });
});

describe('a way past protection for our own account', () => {
  const bypass = (
    given: GitHubBranchFacts,
    about: Parameters<typeof repository>[1] = {},
    us: RepositoryExpectations['us'] = US,
  ) => judge(repository([given], about), { us })['main/bypass'];
  const passing = (change: Partial<typeof PROTECTION>) =>
    branch({ protection: fact({ ...PROTECTION, ...change }) });

  it.each([
    ['never', 'ok'],
    ['always', 'problem'],
    ['pull_requests_only', 'problem'],
    ['exempt', 'problem'],
  ] as const)('by a ruleset: %s is %s', (how, status) => {
    expect(
      bypass(ruled({ rulesets: [{ name: 'production', bypass: fact(how) }] })),
    ).toBe(status);
  });

  it('by a ruleset that does not say is unknown', () => {
    expect(
      bypass(
        ruled({
          rulesets: [
            { name: 'a', bypass: fact('never') },
            { name: 'b', bypass: unseen },
          ],
        }),
      ),
    ).toBe('unknown');
  });

  it('by being an admin where admins are left out', () => {
    const open = passing({ enforcesAdmins: false });
    expect(bypass(open, { isAdmin: true })).toBe('problem');
    expect(bypass(open, { isAdmin: false })).toBe('ok');
    expect(bypass(open, { isAdmin: undefined })).toBe('unknown');
    expect(bypass(passing({}), { isAdmin: true })).toBe('ok');
  });

  it('does not believe what GitHub says of an App as of a person', () => {
    const app = { ...US, credential: fact('app' as const) };
    expect(
      bypass(passing({ enforcesAdmins: false }), { isAdmin: undefined }, app),
    ).toBe('ok');
    expect(
      judge(repository([branch()], { mayPush: false }), { us: app }).access,
    ).toBe('ok');
  });

  it.each([
    ['somebody-else', 'ok'],
    ['ai-operator', 'problem'],
    ['AI-Operator[bot]', 'problem'],
  ])('by name: %s is %s', (name, status) => {
    expect(bypass(passing({ mayBypassReviews: [name] }))).toBe(status);
  });

  it('by name is unknown when we do not know ours', () => {
    expect(
      bypass(
        passing({ mayBypassReviews: ['somebody'] }),
        {},
        {
          ...US,
          login: noFact('silent', 'why'),
        },
      ),
    ).toBe('unknown');
  });

  it('by a team is unknown', () => {
    expect(bypass(passing({ teamsMayBypassReviews: ['ops'] }))).toBe('unknown');
  });
});

describe('a repository', () => {
  it.each<[string, GitHubRepositoryFacts, string]>([
    ['archived', repository([branch()], { isArchived: true }), 'problem'],
    ['read only for us', repository([branch()], { mayPush: false }), 'problem'],
    ['that does not say', repository([branch()], { mayPush: undefined }), 'ok'],
  ])('%s', (_name, given, status) => {
    expect(judge(given).access).toBe(status);
  });

  it.each([
    ['missing', 'problem'],
    ['silent', 'unknown'],
    ['skipped', 'unknown'],
  ] as const)('that is %s is %s', (failure, status) => {
    const about = noFact(failure, 'why');
    expect(
      judge(
        { repository: 'my-org/pay', about, branches: [] },
        { holdsIssues: true },
      ),
    ).toEqual({ access: status, issues: status });
  });

  it.each([
    [{}, 'ok'],
    [{ hasIssues: false }, 'problem'],
    [{ isArchived: true }, 'problem'],
  ])('for escalation issues: %j is %s', (about, status) => {
    expect(judge(repository([], about), { holdsIssues: true }).issues).toBe(
      status,
    );
  });

  it('that was left out is told of', () => {
    expect(judgeLeftOut(20, 20)).toEqual([]);
    expect(judgeLeftOut(35, 20)).toMatchObject([
      {
        status: 'unknown',
        because: expect.stringContaining('20 of 35 repositories'),
      },
    ]);
    expect(judgeNoRepositories().status).toBe('unknown');
  });
});
