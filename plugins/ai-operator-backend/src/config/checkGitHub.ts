import { Config } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { ConfigProblem } from './types';

/** Hosts and credentials of GitHub belong to Backstage; this only says what is missing there for us. */
export function checkGitHub(rootConfig: Config, problems: ConfigProblem[]) {
  let integrations: ScmIntegrations;
  try {
    integrations = ScmIntegrations.fromConfig(rootConfig);
  } catch (error) {
    problems.push({
      severity: 'fatal',
      key: 'integrations',
      because: `'integrations' cannot be read: ${
        error instanceof Error ? error.message : String(error)
      }`,
      howToMend: "Correct the entry; the backend's documentation has its keys",
    });
    return;
  }
  const hasCredentials = integrations.github
    .list()
    .some(({ config }) => config.token || config.apps?.length);
  if (!hasCredentials) {
    problems.push({
      severity: 'degraded',
      key: 'integrations.github',
      because:
        "No host under 'integrations.github' has credentials, so degradations are seen but nothing can be rolled back",
      howToMend: 'Add a token or a GitHub App for the host of the repositories',
    });
  }
}
