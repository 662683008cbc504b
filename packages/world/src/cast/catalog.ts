import { stringify } from 'yaml';
import { projectOf, repositoryOf } from './files';
import type { CastDefinition, ServiceDefinition } from './types';

const HEADER = `# Written by \`yarn world catalog\` from the cast of the simulated world
# (packages/world/src/cast). Change it there.
`;

/** Components, systems and domains of the company as Backstage catalog entities (YAML). */
export function entitiesYaml(cast: CastDefinition): string {
  return documents([
    ...cast.domains.map(({ name, title, description, owner }) => ({
      ...entity('Domain', name, title, description),
      spec: { owner },
    })),
    ...cast.systems.map(({ name, title, description, owner, domain }) => ({
      ...entity('System', name, title, description),
      spec: { owner, domain },
    })),
    ...cast.services.map(service => component(cast, service)),
  ]);
}

/** People and teams of the company as Backstage catalog entities (YAML). */
export function orgYaml(cast: CastDefinition): string {
  return documents([
    ...cast.teams.map(({ slug, name, description }) => ({
      ...entity('Group', slug, name, description),
      spec: { type: 'team', profile: { displayName: name }, children: [] },
    })),
    ...cast.people.map(({ login, name, email, role, teams }) => ({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'User',
      metadata: {
        name: login,
        description: role,
        annotations: { 'github.com/user-login': login },
      },
      spec: { profile: { displayName: name, email }, memberOf: teams },
    })),
  ]);
}

function component(cast: CastDefinition, service: ServiceDefinition) {
  const { name, title, description } = service;
  const base = entity('Component', name, title, description);
  return {
    ...base,
    metadata: { ...base.metadata, annotations: annotationsOf(cast, service) },
    spec: {
      type: 'service',
      lifecycle: service.environments.production
        ? 'production'
        : 'experimental',
      owner: service.owner,
      system: service.system,
    },
  };
}

function annotationsOf(
  cast: CastDefinition,
  service: ServiceDefinition,
): Record<string, string> {
  const reference = service.catalogReference ?? 'name';
  const instances = cast.instances
    .filter(({ environment }) => service.environments[environment])
    .map(instance => instance.name)
    .join(',');
  return {
    ...(!service.source && {
      'github.com/project-slug': repositoryOf(cast, service),
    }),
    ...(reference === 'name' && { 'argocd/app-name': service.name }),
    ...(reference === 'selector' && {
      'argocd/app-selector': `service=${service.name}`,
    }),
    ...(reference !== 'none' && {
      'argocd/instance-name': instances,
      'argocd/project-name': projectOf(service),
    }),
    'backstage.io/kubernetes-namespace': service.namespace,
    'backstage.io/kubernetes-label-selector': `app.kubernetes.io/part-of=${service.name}`,
  };
}

function entity(
  kind: string,
  name: string,
  title: string,
  description: string,
) {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind,
    metadata: { name, title, description },
  };
}

function documents(entities: object[]): string {
  return (
    HEADER +
    entities
      .map(document => stringify(document, { lineWidth: 0, singleQuote: true }))
      .join('---\n')
  );
}
