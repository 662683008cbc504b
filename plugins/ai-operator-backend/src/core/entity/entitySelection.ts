import { ApplicationKey } from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  LabelRequirement,
  matchesLabels,
  parseLabelSelector,
} from './labelSelector';

/** The community's annotations of a catalog entity, honoured exactly (SPEC §3). */
export const ARGOCD_ANNOTATIONS = {
  appName: 'argocd/app-name',
  appSelector: 'argocd/app-selector',
  appNamespace: 'argocd/app-namespace',
  projectName: 'argocd/project-name',
  instanceName: 'argocd/instance-name',
} as const;

/** Names the GitHub repository of an entity. */
export const PROJECT_SLUG_ANNOTATION = 'github.com/project-slug';

/** Which Argo CD applications a catalog entity says are its own; absent parts match anything. */
export interface EntitySelection {
  entityRef: string;
  /** Either a name or label requirements, never both. */
  by: { name: string } | { requirements: readonly LabelRequirement[] };
  instances?: readonly string[];
  namespace?: string;
  project?: string;
  /** GitHub `owner/repo`. */
  repository?: string;
}

export type ReadSelection =
  | { result: 'selects'; selection: EntitySelection }
  /** The entity has nothing to do with Argo CD. */
  | { result: 'none' }
  /** The annotations contradict each other or cannot be read. */
  | { result: 'invalid'; because: string };

function filled(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed ? trimmed : undefined;
}

/** Reads the annotations of one entity. */
export function readEntitySelection(
  entityRef: string,
  annotations: Readonly<Record<string, string>> | undefined,
): ReadSelection {
  const name = filled(annotations?.[ARGOCD_ANNOTATIONS.appName]);
  const selector = filled(annotations?.[ARGOCD_ANNOTATIONS.appSelector]);
  if (name !== undefined && selector !== undefined) {
    // The community plugin's own words, so that searching for them helps.
    return {
      result: 'invalid',
      because: `Cannot provide both ${ARGOCD_ANNOTATIONS.appName} and ${ARGOCD_ANNOTATIONS.appSelector} annotations`,
    };
  }
  const common = {
    entityRef,
    instances: filled(annotations?.[ARGOCD_ANNOTATIONS.instanceName])
      ?.split(',')
      .map(instance => instance.trim())
      .filter(instance => instance !== ''),
    namespace: filled(annotations?.[ARGOCD_ANNOTATIONS.appNamespace]),
    project: filled(annotations?.[ARGOCD_ANNOTATIONS.projectName]),
    repository: filled(annotations?.[PROJECT_SLUG_ANNOTATION]),
  };
  if (name !== undefined) {
    return { result: 'selects', selection: { ...common, by: { name } } };
  }
  if (selector === undefined) {
    return { result: 'none' };
  }
  const parsed = parseLabelSelector(selector);
  return parsed.valid
    ? {
        result: 'selects',
        selection: { ...common, by: { requirements: parsed.requirements } },
      }
    : {
        result: 'invalid',
        because: `${ARGOCD_ANNOTATIONS.appSelector} cannot be read: ${parsed.because}`,
      };
}

/** True when the application is one the entity names. */
export function selects(
  selection: EntitySelection,
  application: {
    key: ApplicationKey;
    project: string;
    labels?: Readonly<Record<string, string>>;
  },
): boolean {
  const { key, project, labels } = application;
  const { by, instances, namespace } = selection;
  return (
    ('name' in by
      ? by.name === key.name
      : matchesLabels(by.requirements, labels ?? {})) &&
    (instances === undefined || instances.includes(key.instance)) &&
    (namespace === undefined || namespace === key.namespace) &&
    (selection.project === undefined || selection.project === project)
  );
}
