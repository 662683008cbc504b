import { LoggerService } from '@backstage/backend-plugin-api';
import { CallMetrics } from './types';

/** Windows remembered; one ends every hour, for each of a handful of credentials. */
const MAX_WINDOWS = 100;

/**
 * Passes everything on, and warns once in each of GitHub's windows when fewer
 * than `warnBelow` requests are left (SPEC §8). For a budget that is smaller
 * than that from the start, the last fifth is what counts as few.
 */
export function watchBudget(
  metrics: CallMetrics,
  logger: LoggerService,
  warnBelow: number,
): CallMetrics {
  /** By end, too: every installation of an app has windows of its own. */
  const warned = new Set<string>();
  return {
    observe: (name, durationMs, errorCode) =>
      metrics.observe(name, durationMs, errorCode),
    githubBudget(budget) {
      const { host, resource, limit, remaining, resetAt } = budget;
      const window = `${host} ${resource} ${resetAt}`;
      const isLow = remaining < (warnBelow < limit ? warnBelow : limit / 5);
      if (isLow && !warned.has(window)) {
        warned.add(window);
        if (warned.size > MAX_WINDOWS) {
          const [oldest] = warned;
          warned.delete(oldest);
        }
        logger.warn(
          `GitHub ${host} allows ${remaining} more '${resource}' requests until ${new Date(
            resetAt,
          ).toISOString()}; aiOperator.github.budgetWarn is ${warnBelow}`,
        );
      }
      metrics.githubBudget?.(budget);
    },
  };
}
