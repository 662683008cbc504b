import { Config } from '@backstage/config';
import { checkGitHub } from './checkGitHub';
import { DEFAULTS } from './defaults';
import { labelName, labelValue, repositoryPath } from './formats';
import { readApplications } from './readApplications';
import { readArgoInstances } from './readArgoInstances';
import { readAudit } from './readAudit';
import { readEnvironments } from './readEnvironments';
import { readEscalation, readPager } from './readEscalation';
import { readFreezes } from './readFreezes';
import { readKubernetes } from './readKubernetes';
import { readMetrics } from './readMetrics';
import { readPortalUrl } from './readPortalUrl';
import { readPrometheus } from './readPrometheus';
import { readRoles } from './readRoles';
import { readTiming } from './readTiming';
import { Section } from './section';
import { ConfigProblem, OperatorConfig, ReadConfig } from './types';

const KEYS = [
  'applications',
  'argocd',
  'audit',
  'candidates',
  'enabledLabel',
  'environmentLabel',
  'environments',
  'escalation',
  'freezes',
  'github',
  'holdLabel',
  'kubernetes',
  'limits',
  'manifestPath',
  'metrics',
  'pager',
  'prometheus',
  'replicaReadConcurrency',
  'retention',
  'roles',
  'sources',
  'timing',
];

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
    maxPullRequestsPerHour: read('maxPullRequestsPerRepositoryPerHour', 1000),
    maxMergesPerHour: read('maxMergesPerRepositoryPerHour', 1000),
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

function readGitHub(
  section: Section,
): Pick<OperatorConfig, 'github' | 'githubBudget'> {
  section.allow(Object.keys(DEFAULTS.github));
  const defaults = DEFAULTS.github;
  const warn = section.integer('budgetWarn', defaults.budgetWarn, 0, 1_000_000);
  const stop = section.integer('budgetStop', defaults.budgetStop, 0, 1_000_000);
  if (stop > warn) {
    section.report(
      'budgetStop',
      `'${section.path}.budgetStop' (${stop}) is more than '${section.path}.budgetWarn' (${warn}): the operator would stop before anybody is warned`,
      `Make '${section.path}.budgetStop' at most as large as '${section.path}.budgetWarn'`,
    );
  }
  return {
    github: {
      requestTimeout: section.duration(
        'requestTimeout',
        defaults.requestTimeout,
      ),
      maxResponseBytes: readBytes(section, defaults.maxResponseBytes),
      cacheEntries: section.integer(
        'cacheEntries',
        defaults.cacheEntries,
        0,
        100_000,
      ),
    },
    githubBudget: { warn, stop },
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
    escalation: readEscalation(root.section('escalation')),
    roles: readRoles(root.section('roles', 'degraded')),
    pager: readPager(root.section('pager', 'degraded')),
    freezes: readFreezes(root.sections('freezes')),
    portalUrl: readPortalUrl(rootConfig, problems),
    retention: readRetention(root.section('retention')),
    audit: readAudit(root.section('audit')),
    argocd: {
      instances,
      listTimeout: argocd.duration('listTimeout', DEFAULTS.argocd.listTimeout),
      requestTimeout: argocd.duration(
        'requestTimeout',
        DEFAULTS.argocd.requestTimeout,
      ),
      maxResponseBytes: readBytes(argocd, DEFAULTS.argocd.maxResponseBytes),
    },
    ...readGitHub(root.section('github')),
    kubernetes: readKubernetes(
      root.section('kubernetes', 'degraded'),
      instanceNames,
    ),
    prometheus: readPrometheus(root.section('prometheus', 'degraded')),
    metrics: readMetrics(root.section('metrics', 'degraded')),
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
