import { Environment } from '@ai-operator/backstage-plugin-ai-operator-common';
import { GitSource, ListedApplication } from '../core/application';
import { known, Known, unknown } from '../core/verdict';
import { branchName, repositoryPath } from './formats';
import { findNamedApplication } from './namedApplication';
import { resolveEnvironment } from './resolveEnvironment';
import { NamedApplication, OperatorConfig } from './types';

/** Annotations on the Argo CD Application with which its owners say where its manifest is kept. */
export const MANIFEST_PATH_ANNOTATION = 'ai-operator/manifest-path';
/** {@inheritDoc MANIFEST_PATH_ANNOTATION} */
export const BRANCH_ANNOTATION = 'ai-operator/branch';
/** Chooses among several Git sources: GitHub `owner/repo`. */
export const REPOSITORY_ANNOTATION = 'ai-operator/repository';

type ResolvableConfig = Pick<
  OperatorConfig,
  'applications' | 'environmentLabel' | 'environments' | 'manifestPath'
>;

type Source = NonNullable<ListedApplication['sources']>[number];

class Refusal extends Error {}

/**
 * Where the manifest of an application is kept: repository, branch (RB-01) and
 * path. Refuses, naming the field, where it would have to guess.
 *
 * @param slugOf - GitHub slug of a clone URL; undefined for hosts without an integration
 * @param at - time of the answer, ms epoch
 */
export function resolveSource(
  application: Pick<
    ListedApplication,
    'key' | 'labels' | 'annotations' | 'source' | 'sources'
  >,
  config: ResolvableConfig,
  slugOf: (cloneUrl: string) => string | undefined,
  at: number,
): Known<GitSource> {
  try {
    const named = findNamedApplication(application.key, config);
    const environment = resolveEnvironment(application, config);
    if (environment.environment === undefined) {
      throw new Refusal(environment.because);
    }
    const source = chooseSource(application, named, slugOf);
    return known(
      {
        repository: source.repository,
        branch: chooseBranch(
          application.annotations,
          named,
          source.targetRevision,
          environment.environment,
          config,
        ),
        manifestPath: chooseManifestPath(
          application.annotations,
          named,
          config,
        ),
      },
      at,
    );
  } catch (error) {
    if (error instanceof Refusal) {
      return unknown(error.message, at);
    }
    throw error;
  }
}

function chooseSource(
  application: Pick<ListedApplication, 'annotations' | 'source' | 'sources'>,
  named: NamedApplication | undefined,
  slugOf: (cloneUrl: string) => string | undefined,
): { repository: string; targetRevision?: string } {
  const isMultiSource = (application.sources?.length ?? 0) > 0;
  const field = isMultiSource ? 'spec.sources' : 'spec.source';
  const sources: Source[] =
    (isMultiSource ? application.sources : undefined) ??
    (application.source ? [application.source] : []);
  const git = sources.filter(source => !source.chart && source.repoUrl);
  const withSlug = git.map(source => ({
    repository: slugOf(source.repoUrl),
    targetRevision: source.targetRevision,
    repoUrl: source.repoUrl,
  }));
  const hint = application.annotations[REPOSITORY_ANNOTATION];
  const fromConfig = named?.repository;
  if (hint && fromConfig && !sameSlug(hint, fromConfig)) {
    throw new Refusal(
      `Annotation '${REPOSITORY_ANNOTATION}' says '${hint}' and aiOperator.applications says '${fromConfig}'; keep one of them`,
    );
  }
  if (fromConfig) {
    const match = withSlug.find(each => sameSlug(each.repository, fromConfig));
    return {
      repository: match?.repository ?? fromConfig,
      targetRevision: match?.targetRevision,
    };
  }
  if (git.length === 0) {
    throw new Refusal(
      sources.length === 0
        ? `The Application has no source (${field} is empty)`
        : `The Application is built from a Helm chart only (${field} names chart '${sources[0].chart}'), so no Git revision can be rolled back; name the repository with its manifest in aiOperator.applications[].repository`,
    );
  }
  const candidates = hint
    ? withSlug.filter(each => sameSlug(each.repository, hint))
    : withSlug;
  if (candidates.length === 0) {
    throw new Refusal(
      `Annotation '${REPOSITORY_ANNOTATION}' says '${hint}', but no entry of ${field} is that repository`,
    );
  }
  if (candidates.length > 1) {
    throw new Refusal(
      `The Application has ${candidates.length} Git sources (${candidates
        .map(each => each.repository ?? withoutCredentials(each.repoUrl))
        .join(
          ', ',
        )}) in ${field}; say which one is rolled back with annotation '${REPOSITORY_ANNOTATION}: owner/repo' or aiOperator.applications[].repository`,
    );
  }
  const [{ repository, repoUrl, targetRevision }] = candidates;
  if (!repository) {
    throw new Refusal(
      `No GitHub integration covers ${withoutCredentials(
        repoUrl,
      )} (${field}); add its host under integrations.github`,
    );
  }
  return { repository, targetRevision };
}

function chooseBranch(
  annotations: Record<string, string>,
  named: NamedApplication | undefined,
  targetRevision: string | undefined,
  environment: Environment,
  config: ResolvableConfig,
): string {
  const { branch, branchIsExplicit } = config.environments[environment];
  const stated = agree(
    BRANCH_ANNOTATION,
    annotations[BRANCH_ANNOTATION],
    'branch',
    named?.branch,
  );
  const complaint = stated ? branchName(stated) : undefined;
  if (complaint) {
    throw new Refusal(`Annotation '${BRANCH_ANNOTATION}': ${complaint}`);
  }
  const chosen =
    stated ??
    (branchIsExplicit ? branch : undefined) ??
    branchIn(targetRevision) ??
    branch;
  refuseProductionBranch(chosen, environment, config);
  return chosen;
}

/** What merges by itself must not reach the branch that the configuration gives to production (RB-08). */
function refuseProductionBranch(
  chosen: string,
  environment: Environment,
  config: ResolvableConfig,
) {
  const { staging, production } = config.environments;
  if (
    environment === 'staging' &&
    production.branchIsExplicit &&
    chosen === production.branch &&
    staging.branch !== production.branch
  ) {
    throw new Refusal(
      `The Application is in staging, but its branch '${chosen}' is the one aiOperator.environments.production.branch gives to production; correct annotation '${BRANCH_ANNOTATION}' or the configuration`,
    );
  }
}

function chooseManifestPath(
  annotations: Record<string, string>,
  named: NamedApplication | undefined,
  config: ResolvableConfig,
): string {
  const stated = agree(
    MANIFEST_PATH_ANNOTATION,
    annotations[MANIFEST_PATH_ANNOTATION],
    'manifestPath',
    named?.manifestPath,
  );
  const complaint = stated ? repositoryPath(stated) : undefined;
  if (complaint) {
    throw new Refusal(`Annotation '${MANIFEST_PATH_ANNOTATION}': ${complaint}`);
  }
  return stated ?? config.manifestPath;
}

function agree(
  annotation: string,
  annotated: string | undefined,
  key: string,
  configured: string | undefined,
): string | undefined {
  if (annotated && configured && annotated !== configured) {
    throw new Refusal(
      `Annotation '${annotation}' says '${annotated}' and aiOperator.applications[].${key} says '${configured}'; keep one of them`,
    );
  }
  return configured ?? (annotated || undefined);
}

/** The branch a target revision names; undefined for commits, tags that look like versions, ranges and HEAD. */
function branchIn(targetRevision: string | undefined): string | undefined {
  const name = targetRevision?.replace(/^refs\/heads\//, '');
  const isNoBranch =
    !name ||
    name === 'HEAD' ||
    name.startsWith('refs/') ||
    /^[0-9a-f]{7,64}$/i.test(name) ||
    /^v?\d+(\.\d+|$)/.test(name) ||
    branchName(name) !== undefined;
  return isNoBranch ? undefined : name;
}

function sameSlug(a: string | undefined, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase();
}

/** Clone URLs may carry a user and password; messages must not. */
function withoutCredentials(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1');
}
