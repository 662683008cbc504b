import { DEFAULTS } from './defaults';
import { Section } from './section';
import { ClusterMapping, KubernetesConfig } from './types';

function readMapping(
  section: Section,
  instanceNames: string[],
): ClusterMapping | undefined {
  section.allow(['instance', 'server', 'destinationName', 'cluster']);
  const cluster = section.string('cluster');
  if (!cluster) {
    section.report(
      'cluster',
      `'${section.path}' does not say which cluster it means`,
      "Name the cluster as the kubernetes plugin does (with transport 'kubeconfig': the context)",
    );
    return undefined;
  }
  const instance = section.string(
    'instance',
    value =>
      instanceNames.includes(value)
        ? undefined
        : `no Argo CD instance is named '${value}'`,
    `Write one of: ${instanceNames.join(', ')}`,
  );
  const mapping: ClusterMapping = {
    instance,
    server: section.string('server'),
    destinationName: section.string('destinationName'),
    cluster,
  };
  // A refused part must not turn into "matches anything".
  return instance === undefined && section.has('instance')
    ? undefined
    : mapping;
}

/** Section `kubernetes`. A mistake here only means that replicas cannot be read, and then nothing is merged (I3). */
export function readKubernetes(
  section: Section,
  instanceNames: string[],
): KubernetesConfig {
  section.allow(['transport', 'kubeconfigPath', 'clusters', 'requestTimeout']);
  const transport = section.oneOf(
    'transport',
    ['proxy', 'kubeconfig'] as const,
    'proxy',
  );
  const kubeconfigPath = section.string('kubeconfigPath');
  if (kubeconfigPath && transport === 'proxy') {
    section.report(
      'kubeconfigPath',
      `'${section.path}.kubeconfigPath' is not used, because the transport is 'proxy'`,
      `Set '${section.path}.transport' to 'kubeconfig', or remove the path`,
    );
  }
  return {
    transport,
    kubeconfigPath,
    clusters: section
      .sections('clusters')
      .map(mapping => readMapping(mapping, instanceNames))
      .filter(mapping => mapping !== undefined),
    requestTimeout: section.duration(
      'requestTimeout',
      DEFAULTS.kubernetes.requestTimeout,
    ),
  };
}
