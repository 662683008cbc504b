import { Config } from '@backstage/config';
import { checkGitHub } from './checkGitHub';
import { DEFAULTS, DEFAULT_TIMING } from './defaults';
import {
  labelName,
  labelValue,
  repositoryPath,
  repositorySlug,
} from './formats';
import { readApplications } from './readApplications';
import { readArgoInstances } from './readArgoInstances';
import { readEnvironments } from './readEnvironments';
import { readKubernetes } from './readKubernetes';
import { readPrometheus } from './readPrometheus';
import { Section } from './section';
import { ConfigProblem, OperatorConfig, ReadConfig } from './types';

const KEYS = [
  'applications',
  'argocd',
  'candidates',
  'enabledLabel',
  'environmentLabel',
  'environments',
  'escalation',
  'github',
  'holdLabel',
  'kubernetes',
  'limits',
  'manifestPath',
  'prometheus',
  'replicaReadConcurrency',
  'retention',
  'sources',
  'timing',
];

function readTiming(section: Section): OperatorConfig['timing'] {
  section.allow([
    ...Object.keys(DEFAULT_TIMING),
    'persistenceChecks',
    'instanceFailures',
  ]);
  const read = (key: keyof typeof DEFAULT_TIMING) =>
    section.duration(key, DEFAULT_TIMING[key]);
  const timing = {
    healthCheckInterval: read('healthCheckInterval'),
    persistenceChecks: section.integer(
      'persistenceChecks',
      DEFAULTS.persistenceChecks,
      1,
      1000,
    ),
    restorationConfirmation: read('restorationConfirmation'),
    candidateSearch: read('candidateSearch'),
    ciWait: read('ciWait'),
    ciPoll: read('ciPoll'),
    mergeApproval: read('mergeApproval'),
    recovery: read('recovery'),
    inconclusive: read('inconclusive'),
    humanReviewAbort: read('humanReviewAbort'),
    completeArchive: read('completeArchive'),
    stale: read('stale'),
    verdictMaxAge: read('verdictMaxAge'),
    instanceFailures: section.integer(
      'instanceFailures',
      DEFAULTS.instanceFailures,
      1,
      1000,
    ),
    instanceBackoffMax: read('instanceBackoffMax'),
  };
  refuseContradictions(section, timing);
  return timing;
}

/** Pairs of which the first can never be reached when it is not the longer one. */
function refuseContradictions(
  section: Section,
  timing: OperatorConfig['timing'],
) {
  const longerThan: Array<
    [keyof typeof DEFAULT_TIMING, keyof typeof DEFAULT_TIMING, string]
  > = [
    ['ciWait', 'ciPoll', 'CI would time out before it is looked at again'],
    [
      'recovery',
      'restorationConfirmation',
      'no recovery could ever be confirmed in time',
    ],
    [
      'recovery',
      'healthCheckInterval',
      'the time for recovery would be over before the next health check',
    ],
    [
      'instanceBackoffMax',
      'healthCheckInterval',
      'a failing instance would be asked more often than a healthy one',
    ],
    [
      'stale',
      'ciWait',
      'a rollback would be called stale while its CI may still run',
    ],
    [
      'stale',
      'mergeApproval',
      'a rollback would be called stale while people may still approve it',
    ],
  ];
  for (const [long, short, consequence] of longerThan) {
    if (timing[long] < timing[short]) {
      section.report(
        long,
        `'${section.path}.${long}' (${timing[long]} ms) is shorter than '${section.path}.${short}' (${timing[short]} ms): ${consequence}`,
        `Make '${section.path}.${long}' at least as long as '${section.path}.${short}'`,
      );
    }
  }
}

/** `name` or `name=value`; the value is `true` when it is not given. */
function readEnabledLabel(section: Section): OperatorConfig['enabledLabel'] {
  const text = section.string(
    'enabledLabel',
    value => {
      const [name, ...rest] = value.split('=');
      return (
        labelName(name) ??
        (rest.length ? labelValue(rest.join('=')) : undefined)
      );
    },
    "Write a Kubernetes label as 'name' or 'name=value', such as 'ai-operator.enabled=true'",
  );
  if (text === undefined) {
    return DEFAULTS.enabledLabel;
  }
  const [name, value = 'true'] = text.split('=');
  return { name, value };
}

function readLimits(section: Section): OperatorConfig['limits'] {
  section.allow(Object.keys(DEFAULTS.limits));
  const read = (key: keyof typeof DEFAULTS.limits, max: number) =>
    section.integer(key, DEFAULTS.limits[key], 1, max);
  return {
    maxActiveRollbacks: read('maxActiveRollbacks', 1000),
    maxAttemptsPerApplicationPerDay: read(
      'maxAttemptsPerApplicationPerDay',
      1000,
    ),
    maxChangedFiles: read('maxChangedFiles', 100),
  };
}

function readCandidates(section: Section): OperatorConfig['candidates'] {
  section.allow(Object.keys(DEFAULTS.candidates));
  return {
    maxAge: section.duration('maxAge', DEFAULTS.candidates.maxAge),
    // GitHub's GraphQL answers at most 100 commits in one page.
    maxCommits: section.integer(
      'maxCommits',
      DEFAULTS.candidates.maxCommits,
      1,
      100,
    ),
    minUptime: section.share('minUptime', DEFAULTS.candidates.minUptime),
    uptimeWindow: section.duration(
      'uptimeWindow',
      DEFAULTS.candidates.uptimeWindow,
    ),
  };
}

function readRetention(section: Section): OperatorConfig['retention'] {
  section.allow(Object.keys(DEFAULTS.retention));
  const day = 24 * 60 * 60_000;
  const atLeastADay = (value: number) =>
    // Attempts of the last 24 h are counted from these rows (SPEC §5).
    value < day ? 'it is shorter than a day' : undefined;
  return {
    finishedRollbacks: section.duration(
      'finishedRollbacks',
      DEFAULTS.retention.finishedRollbacks,
      atLeastADay,
    ),
    healthChecks: section.duration(
      'healthChecks',
      DEFAULTS.retention.healthChecks,
    ),
  };
}

function readGitHub(section: Section): OperatorConfig['github'] {
  section.allow(Object.keys(DEFAULTS.github));
  const { requestTimeout, maxResponseBytes, cacheEntries } = DEFAULTS.github;
  return {
    requestTimeout: section.duration('requestTimeout', requestTimeout),
    maxResponseBytes: readBytes(section, maxResponseBytes),
    cacheEntries: section.integer('cacheEntries', cacheEntries, 0, 100_000),
  };
}

function readBytes(section: Section, fallback: number): number {
  return section.integer('maxResponseBytes', fallback, 1024, 1024 ** 3);
}

/**
 * Reads the section `aiOperator` and the Argo CD instances. Never throws:
 * everything that is wrong is in `problems`, each naming its key, so that the
 * portal can show all of it at once.
 */
export function readOperatorConfig(rootConfig: Config): ReadConfig {
  const problems: ConfigProblem[] = [];
  const root = new Section(rootConfig, '', problems).section('aiOperator');
  root.allow(KEYS);

  const instances = readArgoInstances(rootConfig, problems);
  const instanceNames = instances.map(instance => instance.name);
  const argocd = root
    .section('argocd')
    .allow(['listTimeout', 'requestTimeout', 'maxResponseBytes']);
  const sources = root.section('sources').allow(['label', 'catalog']);

  const config: OperatorConfig = {
    timing: readTiming(root.section('timing')),
    environmentLabel:
      root.string('environmentLabel', labelName) ?? DEFAULTS.environmentLabel,
    environments: readEnvironments(root.section('environments')),
    enabledLabel: readEnabledLabel(root),
    sources: {
      label: sources.boolean('label', true),
      catalog: sources.boolean('catalog', false),
    },
    applications: readApplications(
      root.sections('applications'),
      instanceNames,
    ),
    manifestPath:
      root.string('manifestPath', repositoryPath) ?? DEFAULTS.manifestPath,
    candidates: readCandidates(root.section('candidates')),
    limits: readLimits(root.section('limits')),
    holdLabel:
      root.string('holdLabel', value =>
        value.length > 50
          ? 'GitHub labels have at most 50 characters'
          : undefined,
      ) ?? DEFAULTS.holdLabel,
    escalation: {
      repository: root
        .section('escalation')
        .allow(['repository'])
        .string('repository', repositorySlug),
    },
    retention: readRetention(root.section('retention')),
    argocd: {
      instances,
      listTimeout: argocd.duration('listTimeout', DEFAULTS.argocd.listTimeout),
      requestTimeout: argocd.duration(
        'requestTimeout',
        DEFAULTS.argocd.requestTimeout,
      ),
      maxResponseBytes: readBytes(argocd, DEFAULTS.argocd.maxResponseBytes),
    },
    github: readGitHub(root.section('github')),
    kubernetes: readKubernetes(
      root.section('kubernetes', 'degraded'),
      instanceNames,
    ),
    prometheus: readPrometheus(root.section('prometheus', 'degraded')),
    replicaReadConcurrency: root.integer(
      'replicaReadConcurrency',
      DEFAULTS.replicaReadConcurrency,
      1,
      100,
    ),
  };
  checkGitHub(rootConfig, problems);
  const { label, catalog } = config.sources;
  if (!label && !catalog && config.applications.length === 0) {
    root.report(
      'sources',
      "Nothing is monitored: 'aiOperator.sources' turns off label and catalog, and 'aiOperator.applications' is empty",
      'Turn one of the sources on, or name applications',
      'degraded',
    );
  }
  return { config, problems };
}
