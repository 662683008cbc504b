import { ApplicationKey } from '@ai-operator/backstage-plugin-ai-operator-common';
import { NamedApplication, OperatorConfig } from './types';

/** The first entry of `aiOperator.applications` that means this application. */
export function findNamedApplication(
  key: ApplicationKey,
  config: Pick<OperatorConfig, 'applications'>,
): NamedApplication | undefined {
  return config.applications.find(
    named =>
      named.name === key.name &&
      (named.instance ?? key.instance) === key.instance &&
      (named.namespace ?? key.namespace) === key.namespace,
  );
}
