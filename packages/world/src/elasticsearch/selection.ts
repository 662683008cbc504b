import { mayIndex } from './access';
import type { ElasticIndex } from './indices';
import type { Asked } from './route';

/** Names of indices do not begin with `_`. A `*` would be a wildcard of the router's own. */
export const INDEX = '/:index([^_/][^/]{0,1000})';
/** Parameters of every address that names indices. */
export const SELECTION = [
  'ignore_unavailable',
  'allow_no_indices',
  'expand_wildcards',
  'master_timeout',
  'timeout',
];

/** The indices a request means; what a pattern finds and may not be seen is left out. */
export function readable(
  { cluster, principal, params, query, needsIndex }: Asked,
  action: string,
  privilege = 'read',
): ElasticIndex[] {
  const expression = params.index ?? '*';
  const isNamed = !expression.includes('*');
  if (isNamed) {
    expression.split(',').forEach(name => needsIndex(action, name, privilege));
  }
  return cluster.indices
    .select({
      expression,
      ignoreUnavailable: query.ignore_unavailable === 'true',
      ...(query.allow_no_indices === 'false' && { allowNoIndices: false }),
    })
    .filter(({ name }) => mayIndex(principal, name, privilege));
}
