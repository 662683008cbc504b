import {
  Environment,
  ENVIRONMENTS,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { ListedApplication } from '../core/application';
import { findNamedApplication } from './namedApplication';
import { OperatorConfig } from './types';

/** The environment of an application, or why it has none (then it is shown, never acted on). */
export type ResolvedEnvironment =
  | { environment: Environment }
  | { environment: undefined; because: string };

/** The configuration's word first, then the environment label (SPEC §1). */
export function resolveEnvironment(
  application: Pick<ListedApplication, 'key' | 'labels'>,
  config: Pick<
    OperatorConfig,
    'applications' | 'environmentLabel' | 'environments'
  >,
): ResolvedEnvironment {
  const named = findNamedApplication(application.key, config)?.environment;
  if (named) {
    return { environment: named };
  }
  const label = config.environmentLabel;
  const value = application.labels[label];
  if (value === undefined) {
    return {
      environment: undefined,
      because: `The Application has no label '${label}'; add it with one of the values ${knownValues(
        config,
      )}`,
    };
  }
  const environment = ENVIRONMENTS.find(name =>
    config.environments[name].labelValues.includes(value),
  );
  return environment
    ? { environment }
    : {
        environment: undefined,
        because: `The Application's label '${label}' is '${value}', which means no environment; known values are ${knownValues(
          config,
        )} (aiOperator.environments.<environment>.labelValues)`,
      };
}

function knownValues(config: Pick<OperatorConfig, 'environments'>): string {
  return ENVIRONMENTS.flatMap(name => config.environments[name].labelValues)
    .map(value => `'${value}'`)
    .join(', ');
}

/** True for applications that label or configuration puts under watch; catalog entities are asked elsewhere (SPEC §3). */
export function isMonitored(
  application: Pick<ListedApplication, 'key' | 'labels'>,
  config: Pick<OperatorConfig, 'applications' | 'enabledLabel' | 'sources'>,
): boolean {
  const { name, value } = config.enabledLabel;
  return (
    (config.sources.label && application.labels[name] === value) ||
    findNamedApplication(application.key, config) !== undefined
  );
}
