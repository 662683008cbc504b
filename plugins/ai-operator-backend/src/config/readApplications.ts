import { ENVIRONMENTS } from '@ai-operator/backstage-plugin-ai-operator-common';
import { branchName, repositoryPath, repositorySlug } from './formats';
import { Section } from './section';
import { NamedApplication } from './types';

const KEYS = [
  'instance',
  'namespace',
  'name',
  'environment',
  'repository',
  'branch',
  'manifestPath',
];

function readApplication(
  section: Section,
  instanceNames: string[],
): NamedApplication | undefined {
  section.allow(KEYS);
  const name = section.string('name');
  if (!name) {
    section.report(
      'name',
      `'${section.path}' does not name an application`,
      'Write the name of the Argo CD Application',
    );
    return undefined;
  }
  const environment = section.string(
    'environment',
    value =>
      ENVIRONMENTS.some(known => known === value)
        ? undefined
        : `'${value}' is no environment`,
    `Write one of: ${ENVIRONMENTS.join(', ')}`,
  );
  return {
    name,
    instance: section.string(
      'instance',
      value =>
        instanceNames.includes(value)
          ? undefined
          : `no Argo CD instance is named '${value}'`,
      `Write one of: ${instanceNames.join(', ')}`,
    ),
    namespace: section.string('namespace'),
    environment: ENVIRONMENTS.find(known => known === environment),
    repository: section.string('repository', repositorySlug),
    branch: section.string('branch', branchName),
    manifestPath: section.string('manifestPath', repositoryPath),
  };
}

/** Section `applications`. Mistakes are fatal: a mistyped entry could act on the wrong application. */
export function readApplications(
  sections: Section[],
  instanceNames: string[],
): NamedApplication[] {
  return sections
    .map(section => readApplication(section, instanceNames))
    .filter(application => application !== undefined);
}
