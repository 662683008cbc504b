import { Pager } from '@ai-operator/backstage-plugin-ai-operator-node';
import { PagerConfig } from '../../config';
import { PagerPort } from '../../ports';
import { CallEnvironment } from '../http';
import { CustomPager } from './CustomPager';
import { PagerWebhook } from './PagerWebhook';

/** Audit names of the calls made here. */
export const PAGER_CALLS = ['pager.page'] as const;

/** Where nobody can be woken up, that is an answer and not a failure. */
const nobody: PagerPort = { page: async () => 'no_pager' };

/** An adopter's pager if there is one, the configured webhook otherwise; without either nobody is woken up. */
export function createPager(options: {
  custom?: Pager;
  webhook?: PagerConfig;
  environment: CallEnvironment;
}): PagerPort {
  const { custom, webhook, environment } = options;
  if (custom) {
    return new CustomPager(custom, environment);
  }
  return webhook ? new PagerWebhook(webhook, environment) : nobody;
}
