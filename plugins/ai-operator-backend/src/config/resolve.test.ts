import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { ListedApplication } from '../core/application';
import { readOperatorConfig } from './readOperatorConfig';
import { isMonitored, resolveEnvironment } from './resolveEnvironment';
import { resolveSource } from './resolveSource';

const SHA = 'a'.repeat(40);
const AT = 1_000;

function configOf(aiOperator: JsonObject = {}) {
  const { config, problems } = readOperatorConfig(
    new ConfigReader({
      aiOperator: {
        roles: { seniorMaintainer: { users: ['a'] } },
        ...aiOperator,
      },
      integrations: { github: [{ host: 'github.com', token: 'x' }] },
      argocd: {
        appLocatorMethods: [
          {
            type: 'config',
            instances: [{ name: 'staging', url: 'https://a', token: 'x' }],
          },
        ],
      },
    }),
  );
  expect(problems).toEqual([]);
  return config;
}

type Application = Pick<
  ListedApplication,
  'key' | 'labels' | 'annotations' | 'source' | 'sources'
>;

function application(change: Partial<Application> = {}): Application {
  return {
    key: { instance: 'staging', namespace: 'argocd', name: 'payment-service' },
    labels: { environment: 'staging', 'ai-operator.enabled': 'true' },
    annotations: {},
    source: {
      repoUrl: 'https://github.com/my-org/payment-service.git',
      targetRevision: SHA,
    },
    ...change,
  };
}

const slugOf = (url: string) =>
  /^https:\/\/github\.com\/(.+?)(\.git)?$/.exec(url)?.[1];

const resolve = (
  change: Partial<Application> = {},
  aiOperator: JsonObject = {},
) => resolveSource(application(change), configOf(aiOperator), slugOf, AT);

const named = (change: JsonObject): JsonObject => ({
  applications: [{ name: 'payment-service', ...change }],
});

describe('resolveSource', () => {
  it('follows the source, the environment and the defaults', () => {
    expect(resolve()).toEqual({
      known: true,
      at: AT,
      value: {
        repository: 'my-org/payment-service',
        branch: 'staging',
        manifestPath: '.argocd/application.yaml',
      },
    });
    expect(resolve({ labels: { environment: 'production' } })).toMatchObject({
      value: { branch: 'main' },
    });
  });

  const tracking = (targetRevision: string) => ({
    source: { repoUrl: 'https://github.com/a/b', targetRevision },
  });

  it.each([
    ['a pinned commit', SHA, 'staging'],
    ['a short commit', 'abcdef1', 'staging'],
    ['HEAD', 'HEAD', 'staging'],
    ['a version', 'v1.2.3', 'staging'],
    ['a range', '1.2.*', 'staging'],
    ['a tag reference', 'refs/tags/x', 'staging'],
    ['a branch', 'release/7', 'release/7'],
    ['a branch reference', 'refs/heads/trunk', 'trunk'],
  ])('with %s as target revision goes to %s: %s', (_name, revision, branch) => {
    expect(resolve(tracking(revision))).toMatchObject({ value: { branch } });
  });

  it('prefers what is said on purpose', () => {
    expect(
      resolve(tracking('trunk'), {
        environments: { staging: { branch: 'develop' } },
      }),
    ).toMatchObject({ value: { branch: 'develop' } });
    expect(
      resolve({
        annotations: {
          'ai-operator/branch': 'stage',
          'ai-operator/manifest-path': 'apps/pay.yaml',
        },
      }),
    ).toMatchObject({
      value: { branch: 'stage', manifestPath: 'apps/pay.yaml' },
    });
    expect(
      resolve(
        {},
        named({
          repository: 'my-org/gitops',
          branch: 'b',
          manifestPath: 'm.yaml',
        }),
      ),
    ).toMatchObject({
      value: {
        repository: 'my-org/gitops',
        branch: 'b',
        manifestPath: 'm.yaml',
      },
    });
  });

  it('chooses the Git source beside a chart, and the one that is named', () => {
    const chart = { repoUrl: 'https://charts.example.com', chart: 'redis' };
    const one = {
      repoUrl: 'https://github.com/my-org/one',
      targetRevision: SHA,
    };
    const two = {
      repoUrl: 'https://github.com/my-org/two',
      targetRevision: 'trunk',
    };
    expect(resolve({ sources: [chart, one] })).toMatchObject({
      value: { repository: 'my-org/one' },
    });
    expect(
      resolve({
        sources: [one, two],
        annotations: { 'ai-operator/repository': 'My-Org/two' },
      }),
    ).toMatchObject({ value: { repository: 'my-org/two', branch: 'trunk' } });
    expect(
      resolve({ sources: [one, two] }, named({ repository: 'my-org/two' })),
    ).toMatchObject({ value: { repository: 'my-org/two', branch: 'trunk' } });
  });

  it.each<[string, Partial<Application>, JsonObject, string]>([
    ['no source', { source: undefined }, {}, 'spec.source is empty'],
    [
      'a chart alone',
      { source: { repoUrl: 'https://charts.example.com', chart: 'redis' } },
      {},
      "spec.source names chart 'redis'",
    ],
    [
      'several Git sources and no hint',
      {
        sources: [
          { repoUrl: 'https://github.com/my-org/one' },
          { repoUrl: 'https://u:secret@github.com/my-org/two' },
        ],
      },
      {},
      "in spec.sources; say which one is rolled back with annotation 'ai-operator/repository",
    ],
    [
      'a hint that fits none',
      { annotations: { 'ai-operator/repository': 'my-org/other' } },
      {},
      'no entry of spec.source is that repository',
    ],
    [
      'a host without integration',
      { source: { repoUrl: 'https://u:secret@git.example.com/a/b' } },
      {},
      'No GitHub integration covers https://git.example.com/a/b',
    ],
    ['no environment', { labels: {} }, {}, "no label 'environment'"],
    [
      'an environment nobody knows',
      { labels: { environment: 'qa' } },
      {},
      "'qa', which means no environment",
    ],
    [
      'annotation and configuration that contradict each other',
      { annotations: { 'ai-operator/branch': 'a' } },
      named({ branch: 'b' }),
      "'ai-operator/branch' says 'a' and aiOperator.applications[].branch says 'b'",
    ],
    [
      'repositories that contradict each other',
      { annotations: { 'ai-operator/repository': 'my-org/a' } },
      named({ repository: 'my-org/b' }),
      'keep one of them',
    ],
    [
      'an impossible branch',
      { annotations: { 'ai-operator/branch': 'a b' } },
      {},
      "'a b' cannot be the name of a git branch",
    ],
    [
      'a path out of the repository',
      { annotations: { 'ai-operator/manifest-path': '../x' } },
      {},
      'is not a path inside a repository',
    ],
    [
      'a staging application that reaches for the branch of production',
      { annotations: { 'ai-operator/branch': 'release' } },
      { environments: { production: { branch: 'release' } } },
      'is the one aiOperator.environments.production.branch gives to production',
    ],
  ])('refuses %s', (_name, change, aiOperator, words) => {
    const answer = resolve(change, aiOperator);
    expect(answer).toEqual({
      known: false,
      at: AT,
      because: expect.stringContaining(words),
    });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  it('allows one branch for both environments where the configuration says so', () => {
    expect(
      resolve(
        {},
        {
          environments: {
            staging: { branch: 'main' },
            production: { branch: 'main' },
          },
        },
      ),
    ).toMatchObject({ value: { branch: 'main' } });
  });

  it('does not hide faults of our own', () => {
    expect(() =>
      resolveSource(
        application(),
        configOf(),
        () => {
          throw new TypeError('a fault');
        },
        AT,
      ),
    ).toThrow('a fault');
  });
});

describe('resolveEnvironment and isMonitored', () => {
  const config = configOf({
    environmentLabel: 'tier',
    environments: { staging: { labelValues: ['stage', 'test'] } },
    applications: [
      { name: 'named', namespace: 'team-a', environment: 'production' },
    ],
  });
  const environment = (labels: Record<string, string>, name = 'other') =>
    resolveEnvironment(
      { key: { instance: 'staging', namespace: 'team-a', name }, labels },
      config,
    ).environment;

  it('maps label values, and lets the configuration win', () => {
    expect(environment({ tier: 'test' })).toBe('staging');
    expect(environment({ tier: 'production' })).toBe('production');
    expect(environment({ tier: 'staging' })).toBeUndefined();
    expect(environment({ tier: 'test' }, 'named')).toBe('production');
  });

  it('monitors what is labelled or named, in its namespace', () => {
    const monitored = (
      labels: Record<string, string>,
      name: string,
      namespace = 'team-a',
    ) =>
      isMonitored(
        { key: { instance: 'staging', namespace, name }, labels },
        config,
      );
    expect(monitored({ 'ai-operator.enabled': 'true' }, 'x')).toBe(true);
    expect(monitored({ 'ai-operator.enabled': 'false' }, 'x')).toBe(false);
    expect(monitored({}, 'named')).toBe(true);
    expect(monitored({}, 'named', 'team-b')).toBe(false);
  });
});
