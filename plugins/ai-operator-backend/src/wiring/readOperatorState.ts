import { OperatorState } from '../metrics';
import {
  Database,
  getAuditCheck,
  listAuditSinks,
  listHolds,
  listInstances,
} from '../persistence';

/**
 * What the gauges show.
 *
 * @param options - what is configured: an Argo CD instance that was polled once
 *   and is not any more, or a sink nobody ships to any more, would grow old for ever
 */
export async function readOperatorState(
  db: Database,
  options: { instances: readonly string[]; sinks: readonly string[] },
): Promise<OperatorState> {
  const [holds, polled, sinks, chain] = await Promise.all([
    listHolds(db),
    listInstances(db),
    options.sinks.length > 0 ? listAuditSinks(db, options.sinks) : [],
    getAuditCheck(db),
  ]);
  const lastOkAt = new Map(polled.map(each => [each.name, each.lastOkAt]));
  return {
    holds,
    instances: options.instances.map(name => ({
      name,
      lastOkAt: lastOkAt.get(name),
    })),
    sinks,
    chain,
  };
}
