import { LoggerService } from '@backstage/backend-plugin-api';
import { CallMetrics } from './types';

/** Fewer requests left than this is worth a line in the log (SPEC §8). */
const LOW_BUDGET = 1_000;

/** Passes everything on, and warns once in each of GitHub's windows when few requests are left. */
export function watchBudget(
  metrics: CallMetrics,
  logger: LoggerService,
): CallMetrics {
  /** Window end last warned about, by host and resource: a handful of entries. */
  const warned = new Map<string, number>();
  return {
    observe: (name, durationMs, errorCode) =>
      metrics.observe(name, durationMs, errorCode),
    githubBudget(budget) {
      const key = `${budget.host} ${budget.resource}`;
      const isLow = budget.remaining < Math.min(LOW_BUDGET, budget.limit / 5);
      if (isLow && warned.get(key) !== budget.resetAt) {
        warned.set(key, budget.resetAt);
        logger.warn(
          `GitHub ${budget.host} allows ${budget.remaining} more '${
            budget.resource
          }' requests until ${new Date(budget.resetAt).toISOString()}`,
        );
      }
      metrics.githubBudget?.(budget);
    },
  };
}
