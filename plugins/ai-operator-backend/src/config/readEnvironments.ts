import {
  Environment,
  ENVIRONMENTS,
  OPERATOR_MODES,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { branchName, labelValue } from './formats';
import { Section } from './section';
import { EnvironmentConfig } from './types';

/** The branches and modes of the seed's flow: `staging` merges itself, `main` is production. */
const DEFAULT_ENVIRONMENTS: Record<
  Environment,
  Pick<EnvironmentConfig, 'branch' | 'mode'>
> = {
  staging: { branch: 'staging', mode: 'auto' },
  production: { branch: 'main', mode: 'propose' },
};

function readEnvironment(
  section: Section,
  environment: Environment,
): EnvironmentConfig {
  section.allow(['labelValues', 'branch', 'mode']);
  const defaults = DEFAULT_ENVIRONMENTS[environment];
  const branch = section.string(
    'branch',
    branchName,
    'Write the name of the branch that carries this environment',
  );
  let mode = section.oneOf('mode', OPERATOR_MODES, defaults.mode);
  if (environment === 'production' && mode === 'auto') {
    section.report(
      'mode',
      `'${section.path}.mode' is 'auto', but production is never merged without a person (RB-08)`,
      "Write 'propose' (a senior maintainer approves each rollback) or 'observe'",
    );
    mode = defaults.mode;
  }
  return {
    labelValues: section.strings('labelValues', [environment], labelValue),
    branch: branch ?? defaults.branch,
    branchIsExplicit: branch !== undefined,
    mode,
  };
}

/** Section `environments`: how each is recognised, and how far the operator may go there. */
export function readEnvironments(
  section: Section,
): Record<Environment, EnvironmentConfig> {
  section.allow(ENVIRONMENTS);
  const environments = {
    staging: readEnvironment(section.section('staging'), 'staging'),
    production: readEnvironment(section.section('production'), 'production'),
  };
  const both = environments.staging.labelValues.find(value =>
    environments.production.labelValues.includes(value),
  );
  if (both !== undefined) {
    section.report(
      'production.labelValues',
      `The label value '${both}' means both staging and production`,
      'Give each environment label values of its own',
    );
  }
  return environments;
}
