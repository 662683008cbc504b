import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { inspect } from 'util';
import { readOperatorConfig } from './readOperatorConfig';
import { Secret } from './secret';
import { toPolicy } from './toPolicy';

const ARGOCD: JsonObject = {
  appLocatorMethods: [
    {
      type: 'config',
      instances: [
        { name: 'staging', url: 'https://argo.staging/', token: 't1' },
        { name: 'production', url: 'https://argo.production', token: 't2' },
      ],
    },
  ],
};

const GITHUB: JsonObject = {
  github: [{ host: 'github.com', token: 'gh-token' }],
};

/** Somebody who may approve, so that only what a test is about is complained of. */
const ROLES: JsonObject = { seniorMaintainer: { groups: ['seniors'] } };

function read(aiOperator?: JsonObject, rest: JsonObject = { argocd: ARGOCD }) {
  return readOperatorConfig(
    new ConfigReader({
      integrations: GITHUB,
      ...rest,
      aiOperator: { roles: ROLES, ...aiOperator },
    }),
  );
}

/** `severity key` of each problem. */
function problems(...parameters: Parameters<typeof read>) {
  return read(...parameters).problems.map(
    ({ severity, key }) => `${severity} ${key}`,
  );
}

describe('readOperatorConfig', () => {
  it('has the constants of the specification by default', () => {
    const { config, problems: found } = read();
    expect(found).toEqual([]);
    expect(config.timing).toMatchObject({
      healthCheckInterval: 10_000,
      persistenceChecks: 3,
      restorationConfirmation: 60_000,
      candidateSearch: 120_000,
      ciWait: 300_000,
      ciPoll: 5_000,
      mergeApproval: 3_600_000,
      recovery: 600_000,
      humanReviewAbort: 240 * 60_000,
      completeArchive: 60_000,
      stale: 24 * 3_600_000,
      verdictMaxAge: 30_000,
      instanceFailures: 3,
      instanceBackoffMax: 300_000,
      escalationPoll: 30_000,
      escalationPage: 60 * 60_000,
    });
    expect(config).toMatchObject({
      enabledLabel: { name: 'ai-operator.enabled', value: 'true' },
      environmentLabel: 'environment',
      manifestPath: '.argocd/application.yaml',
      holdLabel: 'do-not-merge/hold',
      sources: { label: true, catalog: false },
      candidates: {
        maxAge: 30 * 24 * 3_600_000,
        maxCommits: 50,
        minUptime: 0.99,
        uptimeWindow: 24 * 3_600_000,
      },
      limits: {
        maxActiveRollbacks: 10,
        maxAttemptsPerApplicationPerDay: 5,
        maxChangedFiles: 10,
        maxPullRequestsPerHour: 10,
        maxMergesPerHour: 5,
      },
      githubBudget: { warn: 1000, stop: 100 },
      freezes: [],
      pager: undefined,
      portalUrl: undefined,
      escalation: {
        repository: undefined,
        notify: { recipients: [], admins: [], broadcast: false },
        mention: '@oncall',
      },
      retention: { finishedRollbacks: 90 * 24 * 3_600_000 },
      environments: {
        staging: {
          labelValues: ['staging'],
          branch: 'staging',
          branchIsExplicit: false,
          mode: 'auto',
        },
        production: { branch: 'main', mode: 'propose' },
      },
      prometheus: undefined,
    });
    expect(toPolicy(config)).toMatchObject({
      modes: { staging: 'auto', production: 'propose' },
      candidates: { maxCommits: 50 },
      timing: { persistenceChecks: 3, escalationPage: 3_600_000 },
      limits: { maxPullRequestsPerHour: 10, maxMergesPerHour: 5 },
      githubBudget: { warn: 1000, stop: 100 },
      freezes: [],
      mention: '@oncall',
    });
  });

  it('hands the policy what it was configured to', () => {
    const { config } = read(
      {
        github: { budgetWarn: 500, budgetStop: 500 },
        limits: {
          maxPullRequestsPerRepositoryPerHour: 3,
          maxMergesPerRepositoryPerHour: 2,
        },
        escalation: {
          repository: 'ghe.example.com/my-org/incidents',
          mention: '@here',
        },
        freezes: [
          {
            reason: 'Holidays',
            from: '2026-12-24T00:00:00Z',
            until: '2026-12-27T00:00:00Z',
          },
        ],
      },
      { argocd: ARGOCD, app: { baseUrl: 'https://portal.example.com/' } },
    );
    expect(toPolicy(config)).toMatchObject({
      githubBudget: { warn: 500, stop: 500 },
      limits: { maxPullRequestsPerHour: 3, maxMergesPerHour: 2 },
      mention: '@here',
      escalationRepository: 'ghe.example.com/my-org/incidents',
      portalUrl: 'https://portal.example.com',
      freezes: [{ kind: 'once', reason: 'Holidays' }],
    });
  });

  it("says when the portal's address leads nowhere", () => {
    expect(
      problems({}, { argocd: ARGOCD, app: { baseUrl: 'backstage' } }),
    ).toEqual(['degraded app.baseUrl']);
  });

  it('reads durations as people write them', () => {
    const { config, problems: found } = read({
      timing: {
        healthCheckInterval: '2s',
        ciWait: 'PT90S',
        recovery: { minutes: 5, seconds: 30 },
        stale: '2 days',
      },
    });
    expect(found).toEqual([]);
    expect(config.timing).toMatchObject({
      healthCheckInterval: 2_000,
      ciWait: 90_000,
      recovery: 330_000,
      stale: 172_800_000,
    });
  });

  it('refuses production without people, naming the key', () => {
    const { config, problems: found } = read({
      environments: { production: { mode: 'auto' } },
    });
    expect(found).toEqual([
      {
        severity: 'fatal',
        key: 'aiOperator.environments.production.mode',
        because: expect.stringContaining('never merged without a person'),
        howToMend: expect.stringContaining('propose'),
      },
    ]);
    expect(config.environments.production.mode).toBe('propose');
  });

  it.each([
    ['an unknown key', { timings: {} }, 'aiOperator.timings'],
    [
      'a mistyped key in a section',
      { environments: { staging: { mod: 'observe' } } },
      'aiOperator.environments.staging.mod',
    ],
    [
      'a negative duration',
      { timing: { ciPoll: '-5s' } },
      'aiOperator.timing.ciPoll',
    ],
    [
      'no duration at all',
      { timing: { ciPoll: '0s' } },
      'aiOperator.timing.ciPoll',
    ],
    [
      'a number without a unit',
      { timing: { ciPoll: 5 } },
      'aiOperator.timing.ciPoll',
    ],
    [
      'a duration out of reach',
      { timing: { stale: '5 years' } },
      'aiOperator.timing.stale',
    ],
    [
      'no check at all',
      { timing: { persistenceChecks: 0 } },
      'aiOperator.timing.persistenceChecks',
    ],
    [
      'half a check',
      { timing: { persistenceChecks: 1.5 } },
      'aiOperator.timing.persistenceChecks',
    ],
    [
      'a CI wait shorter than its poll',
      { timing: { ciWait: '2s' } },
      'aiOperator.timing.ciWait',
    ],
    [
      'a recovery nobody can confirm',
      { timing: { recovery: '30s' } },
      'aiOperator.timing.recovery',
    ],
    [
      'a page that comes after the end',
      { timing: { escalationPage: '4h' } },
      'aiOperator.timing.escalationPage',
    ],
    [
      'a stop above the warning',
      { github: { budgetStop: 1001 } },
      'aiOperator.github.budgetStop',
    ],
    [
      'no merge an hour',
      { limits: { maxMergesPerRepositoryPerHour: 0 } },
      'aiOperator.limits.maxMergesPerRepositoryPerHour',
    ],
    [
      'a mention of two lines',
      { escalation: { mention: '@a\n@b' } },
      'aiOperator.escalation.mention',
    ],
    [
      'a share over one',
      { candidates: { minUptime: 99 } },
      'aiOperator.candidates.minUptime',
    ],
    [
      'more commits than a page',
      { candidates: { maxCommits: 101 } },
      'aiOperator.candidates.maxCommits',
    ],
    [
      'an impossible label',
      { enabledLabel: 'no spaces please' },
      'aiOperator.enabledLabel',
    ],
    [
      'an impossible label value',
      { enabledLabel: 'watch=-no-' },
      'aiOperator.enabledLabel',
    ],
    [
      'an impossible label name',
      { environmentLabel: 'a/b/c' },
      'aiOperator.environmentLabel',
    ],
    [
      'an unknown mode',
      { environments: { staging: { mode: 'on' } } },
      'aiOperator.environments.staging.mode',
    ],
    [
      'an impossible branch',
      { environments: { staging: { branch: 'a..b' } } },
      'aiOperator.environments.staging.branch',
    ],
    [
      'one label value for two environments',
      { environments: { staging: { labelValues: ['production'] } } },
      'aiOperator.environments.production.labelValues',
    ],
    [
      'a path out of the repository',
      { manifestPath: '../secrets.yaml' },
      'aiOperator.manifestPath',
    ],
    [
      'a repository that is none',
      { escalation: { repository: 'just-a-name' } },
      'aiOperator.escalation.repository',
    ],
    [
      'an application without a name',
      { applications: [{ branch: 'main' }] },
      'aiOperator.applications[0].name',
    ],
    [
      'an application of an unknown instance',
      { applications: [{ name: 'a', instance: 'stagin' }] },
      'aiOperator.applications[0].instance',
    ],
    [
      'a retention that forgets today',
      { retention: { finishedRollbacks: '2h' } },
      'aiOperator.retention.finishedRollbacks',
    ],
    ['a section of the wrong kind', { timing: 'fast' }, 'aiOperator.timing'],
    [
      'a list that is none',
      { applications: { name: 'a' } },
      'aiOperator.applications',
    ],
    [
      'concurrency of nothing',
      { replicaReadConcurrency: 0 },
      'aiOperator.replicaReadConcurrency',
    ],
  ] as Array<[string, JsonObject, string]>)(
    'refuses %s, and only that',
    (_name, aiOperator, key) => {
      expect(problems(aiOperator)).toEqual([`fatal ${key}`]);
      const [{ because, howToMend }] = read(aiOperator).problems;
      expect(because.length).toBeGreaterThan(10);
      expect(howToMend.length).toBeGreaterThan(5);
    },
  );

  it('names the key that was probably meant', () => {
    const [problem] = read({ holdLable: 'x' }).problems;
    expect(problem.howToMend).toBe("Did you mean 'aiOperator.holdLabel'?");
    const [strange] = read({ quux: 'x' }).problems;
    expect(strange.howToMend).toContain('Known keys here: applications');
  });

  it('shows every mistake at once', () => {
    expect(
      problems({
        timing: { ciPoll: 'soon' },
        environments: { production: { mode: 'auto' } },
        holdLable: 'x',
      }),
    ).toEqual([
      'fatal aiOperator.holdLable',
      'fatal aiOperator.timing.ciPoll',
      'fatal aiOperator.environments.production.mode',
    ]);
  });

  it('goes on without the part that is wrong, where that is safe', () => {
    expect(
      problems({
        prometheus: { query: 'up{revision="{revision}"}' },
        kubernetes: { clusters: [{ instance: 'stagin', cluster: 'a' }] },
      }),
    ).toEqual([
      'degraded aiOperator.kubernetes.clusters[0].instance',
      'degraded aiOperator.prometheus.url',
    ]);
    const { config } = read({
      kubernetes: {
        clusters: [
          { instance: 'stagin', cluster: 'a' },
          { instance: 'staging', cluster: 'b' },
        ],
      },
    });
    expect(config.kubernetes.clusters).toEqual([
      {
        instance: 'staging',
        server: undefined,
        destinationName: undefined,
        cluster: 'b',
      },
    ]);
  });

  it.each([
    ['without the revision', 'avg(up)', '{revision}'],
    [
      'with a placeholder nobody fills',
      'up{a="{revision}",b="{cluster}"}',
      '{cluster}',
    ],
    ['with backticks', 'up{a=`{revision}`}', 'backtick'],
  ])('refuses a query %s', (_name, query, words) => {
    const { problems: found, config } = read({
      prometheus: { url: 'http://prometheus', query },
    });
    expect(found).toMatchObject([
      {
        key: 'aiOperator.prometheus.query',
        because: expect.stringContaining(words),
      },
    ]);
    expect(config.prometheus?.query).toContain('avg_over_time');
  });

  it('warns when nothing is monitored, and of keys that are not used', () => {
    expect(problems({ sources: { label: false } })).toEqual([
      'degraded aiOperator.sources',
    ]);
    expect(problems({ kubernetes: { kubeconfigPath: '/x' } })).toEqual([
      'degraded aiOperator.kubernetes.kubeconfigPath',
    ]);
  });

  describe('Argo CD instances', () => {
    const instances = (argocd: JsonObject | undefined) =>
      read(undefined, argocd ? { argocd } : {});

    it('takes token, then the credentials of the instance, then the default ones', () => {
      const { config, problems: found } = instances({
        username: 'admin',
        password: 'default-password',
        appLocatorMethods: [
          { type: 'other', instances: [{ name: 'x', url: 'y' }] },
          {
            type: 'config',
            instances: [
              { name: 'a', url: 'https://a', token: 'token-a', username: 'u' },
              { name: 'b', url: 'https://b', username: 'bob', password: 'pb' },
              { name: 'c', url: 'https://c' },
            ],
          },
        ],
      });
      expect(found).toEqual([]);
      const [a, b, c] = config.argocd.instances.map(each => each.credentials);
      expect(a).toEqual({ kind: 'token', token: expect.any(Secret) });
      expect(b).toMatchObject({ kind: 'session', username: 'bob' });
      expect(c).toMatchObject({ kind: 'session', username: 'admin' });
      if (a.kind !== 'token' || b.kind !== 'session' || c.kind !== 'session') {
        throw new Error('other kinds');
      }
      expect(
        [a.token, b.password, c.password].map(secret => secret.reveal()),
      ).toEqual(['token-a', 'pb', 'default-password']);
    });

    it('is fatal to have none', () => {
      expect(instances(undefined).problems).toMatchObject([
        { severity: 'fatal', key: 'argocd.appLocatorMethods' },
      ]);
    });

    it.each([
      ['no url', { name: 'b' }],
      ['no name', { url: 'https://b', token: 'x' }],
      ['an address that is none', { name: 'b', url: 'argo', token: 'x' }],
      ['another protocol', { name: 'b', url: 'ftp://b', token: 'x' }],
      [
        'a password in its address',
        { name: 'b', url: 'https://u:p@b', token: 'x' },
      ],
      ['a name that is taken', { name: 'a', url: 'https://b', token: 'x' }],
    ])('leaves out an instance with %s and keeps the others', (_name, odd) => {
      const { config, problems: found } = instances({
        appLocatorMethods: [
          {
            type: 'config',
            instances: [{ name: 'a', url: 'https://a', token: 'x' }, odd],
          },
        ],
      } as JsonObject);
      expect(config.argocd.instances.map(each => each.name)).toEqual(['a']);
      expect(found.length).toBeGreaterThan(0);
      expect(found.every(problem => problem.severity === 'degraded')).toBe(
        true,
      );
      expect(JSON.stringify(found)).not.toContain('u:p');
    });

    it('says that credentials are missing', () => {
      expect(
        instances({
          appLocatorMethods: [
            { type: 'config', instances: [{ name: 'a', url: 'https://a' }] },
          ],
        }).problems,
      ).toEqual([
        {
          severity: 'degraded',
          key: 'argocd.appLocatorMethods[0].instances[0].token',
          because:
            "The Argo CD instance 'a' has no credentials, so nothing can be read from it",
          howToMend: expect.stringContaining('username and password'),
        },
      ]);
    });
  });

  it('says what is missing for GitHub', () => {
    expect(
      problems(undefined, { argocd: ARGOCD, integrations: undefined }),
    ).toEqual(['degraded integrations.github']);
    expect(
      problems(undefined, {
        argocd: ARGOCD,
        integrations: { github: [{ host: 'https://ghe.example.com/' }] },
      }),
    ).toEqual(['fatal integrations']);
  });

  it('opens the figures to whoever can reach them only where that is written', () => {
    expect(read({}).config.metrics).toEqual({
      access: 'service',
      scrapeInterval: 60_000,
    });
    expect(
      read({ metrics: { access: 'public', scrapeInterval: '5m' } }).config
        .metrics,
    ).toEqual({ access: 'public', scrapeInterval: 300_000 });
    const mistaken = { access: 'all', scrapeInterval: '2h', token: 'x' };
    expect(read({ metrics: mistaken }).config.metrics).toEqual({
      access: 'service',
      scrapeInterval: 60_000,
    });
    expect(problems({ metrics: mistaken })).toEqual([
      'degraded aiOperator.metrics.token',
      'degraded aiOperator.metrics.access',
      'degraded aiOperator.metrics.scrapeInterval',
    ]);
  });

  it('never shows a secret', () => {
    const { config } = read({
      prometheus: { url: 'https://prometheus', token: 'p-token' },
      pager: {
        webhook: {
          url: 'https://pager',
          token: 'page-token',
          headers: { 'X-Key': 'page-header' },
        },
      },
    });
    const shown = [
      JSON.stringify(config),
      inspect(config, { depth: 20, showHidden: true }),
      String(config.prometheus),
    ].join();
    expect(shown).not.toContain('p-token');
    expect(shown).not.toContain('page-token');
    expect(shown).not.toContain('page-header');
    expect(shown).not.toContain('t1');
    expect(shown).toContain('[secret]');
  });
});
