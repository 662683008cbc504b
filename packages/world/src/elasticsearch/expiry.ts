import { mayIndex, refuse } from './access';
import type { Elasticsearch } from './elasticsearch';
import type { ElasticError } from './errors';
import type { ElasticIndex } from './indices';
import type { JsonObject } from './json';

/** What deleting an index by its policy takes, in this order, and of which privilege. */
const STEPS = [
  {
    step: 'wait-for-shard-history-leases',
    action: 'indices:monitor/stats',
    privilege: 'monitor',
    grantedBy: 'monitor,manage,all',
  },
  {
    step: 'delete',
    action: 'indices:admin/delete',
    privilege: 'delete_index',
    grantedBy: 'delete_index,manage,all',
  },
];

/** An index whose time is over; `failed` where its policy may not delete it. */
export interface Expiry {
  policy: string;
  failed?: { step: string; error: ElasticError };
}

/** Undefined while the index is not to be deleted. */
export function expiryOf(
  cluster: Elasticsearch,
  index: ElasticIndex,
): Expiry | undefined {
  const name = index.settings['index.lifecycle.name'];
  const policy = name === undefined ? undefined : cluster.lifecycles.find(name);
  if (
    policy?.deleteAfter === undefined ||
    cluster.now() - index.createdAt < policy.deleteAfter
  ) {
    return undefined;
  }
  const { writtenBy } = policy;
  const refused = STEPS.find(
    ({ privilege }) => !mayIndex(writtenBy, index.name, privilege),
  );
  return {
    policy: policy.name,
    ...(refused && {
      failed: {
        step: refused.step,
        error: refuse(writtenBy, refused.action, refused.grantedBy, index.name),
      },
    }),
  };
}

/** How far the policy is with it, as `_ilm/explain` tells. */
export function progressOf(
  cluster: Elasticsearch,
  index: ElasticIndex,
): JsonObject {
  const failed = expiryOf(cluster, index)?.failed;
  return failed === undefined
    ? { phase: 'new', action: 'complete', step: 'complete' }
    : {
        phase: 'delete',
        action: 'delete',
        step: 'ERROR',
        failed_step: failed.step,
        step_info: {
          type: failed.error.type,
          reason: failed.error.message,
        },
      };
}
