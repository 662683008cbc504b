import { AuditList } from '@ai-operator/backstage-plugin-ai-operator-common';
import { RouterDeps } from '../deps';

const DAY_MS = 24 * 60 * 60_000;

/** A value as Kibana writes it into addresses (Rison). */
function rison(value: unknown): string {
  if (Array.isArray(value)) {
    return `!(${value.map(rison).join(',')})`;
  }
  if (typeof value === 'object' && value !== null) {
    return `(${Object.entries(value)
      .map(([key, inner]) => `${key}:${rison(inner)}`)
      .join(',')})`;
  }
  return `'${String(value).replace(/[!']/g, '!$&')}'`;
}

/**
 * Address of Kibana's Discover with the records of one rollback, in order;
 * undefined where no Kibana is configured. Its data view has the index pattern
 * for its id; where Kibana knows none of that id, it offers to choose one.
 */
export function kibanaLink(
  kibana: RouterDeps['configured']['kibana'],
  correlationId: string,
): AuditList['elsewhere'] {
  if (!kibana) {
    return undefined;
  }
  const days = Math.ceil(kibana.keptFor / DAY_MS);
  const quoted = correlationId.replace(/[\\"]/g, '\\$&');
  const global = rison({ time: { from: `now-${days}d`, to: 'now' } });
  const discover = rison({
    dataSource: { type: 'dataView', dataViewId: kibana.indexPattern },
    index: kibana.indexPattern,
    query: { language: 'kuery', query: `correlationId : "${quoted}"` },
    sort: [['seq', 'asc']],
  });
  return {
    label: 'Kibana',
    url: `${kibana.url}/app/discover#/?_g=${encodeURIComponent(
      global,
    )}&_a=${encodeURIComponent(discover)}`,
  };
}
