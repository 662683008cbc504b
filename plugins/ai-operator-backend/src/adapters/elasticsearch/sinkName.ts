import { ElasticsearchConfig } from '../../config';
import { DEFAULTS } from '../../config/defaults';

/**
 * What people call this Elasticsearch. It stays the same when nodes are added
 * behind the first one, because how far it was shipped is remembered by it.
 */
export function sinkName(
  config: Pick<ElasticsearchConfig, 'nodes' | 'cloudId' | 'indexPrefix'>,
): string {
  const { nodes, cloudId, indexPrefix } = config;
  const place = nodes?.[0] ?? `Elastic Cloud (${cloudId?.split(':')[0]})`;
  return indexPrefix === DEFAULTS.auditElasticsearch.indexPrefix
    ? `Elasticsearch at ${place}`
    : `Elasticsearch at ${place}, ${indexPrefix}`;
}
