import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { AdapterOptions } from './types';

/** The configuration's own check reports what is wrong here; the backend starts all the same. */
export function readIntegrations({
  rootConfig,
  logger,
}: Pick<AdapterOptions, 'rootConfig' | 'logger'>): ScmIntegrations {
  try {
    return ScmIntegrations.fromConfig(rootConfig);
  } catch (error) {
    logger.error(
      `'integrations' cannot be read, so no repository can be reached: ${error}`,
    );
    return ScmIntegrations.fromConfig(new ConfigReader({}));
  }
}
