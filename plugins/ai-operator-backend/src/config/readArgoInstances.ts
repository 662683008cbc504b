import { Config } from '@backstage/config';
import { httpUrl, withoutTrailingSlash } from './formats';
import { Secret } from './secret';
import { Section } from './section';
import { ArgoCredentials, ArgoInstanceConfig, ConfigProblem } from './types';

const LOCATORS = 'argocd.appLocatorMethods';
const HOW_TO_ADD =
  "Add argocd.appLocatorMethods: [{ type: config, instances: [{ name, url, token }] }], as for the community's Argo CD plugin";

function readCredentials(argocd: Section, instance: Section): ArgoCredentials {
  const token = instance.string('token');
  if (token) {
    return { kind: 'token', token: new Secret(token) };
  }
  const username = instance.string('username') ?? argocd.string('username');
  const password = instance.string('password') ?? argocd.string('password');
  return username && password
    ? { kind: 'session', username, password: new Secret(password) }
    : { kind: 'none' };
}

function readInstance(
  argocd: Section,
  section: Section,
): ArgoInstanceConfig | undefined {
  const name = section.string('name', value =>
    value.includes('/') ? "it contains '/'" : undefined,
  );
  const url = section.string('url', httpUrl);
  if (!name || !url) {
    section.report(
      '',
      `The Argo CD instance at '${section.path}' has no usable ${
        name ? 'url' : 'name'
      } and is left out`,
      'Give it a name and an http(s) url',
    );
    return undefined;
  }
  const credentials = readCredentials(argocd, section);
  if (credentials.kind === 'none') {
    section.report(
      'token',
      `The Argo CD instance '${name}' has no credentials, so nothing can be read from it`,
      `Set '${section.path}.token', or username and password there or under 'argocd'`,
    );
  }
  return { name, url: withoutTrailingSlash(url), credentials };
}

/**
 * Argo CD instances in the community plugin's shape. Keys of that plugin which
 * we do not use are not ours to judge, so none is called unknown here.
 */
export function readArgoInstances(
  rootConfig: Config,
  problems: ConfigProblem[],
): ArgoInstanceConfig[] {
  const argocd = new Section(rootConfig, '', problems, 'degraded').section(
    'argocd',
  );
  const locators = argocd
    .sections('appLocatorMethods')
    .filter(locator => locator.string('type') === 'config');
  const instances = new Map<string, ArgoInstanceConfig>();
  for (const section of locators.flatMap(each => each.sections('instances'))) {
    const instance = readInstance(argocd, section);
    if (instance && instances.has(instance.name)) {
      section.report(
        'name',
        `Two Argo CD instances are named '${instance.name}', and applications are told apart by it; the second one is left out`,
        'Give each instance a name of its own',
      );
    } else if (instance) {
      instances.set(instance.name, instance);
    }
  }
  if (instances.size === 0) {
    problems.push({
      severity: 'fatal',
      key: LOCATORS,
      because: `'${LOCATORS}' names no usable Argo CD instance of type 'config', so there is nothing to watch`,
      howToMend: HOW_TO_ADD,
    });
  }
  return [...instances.values()];
}
