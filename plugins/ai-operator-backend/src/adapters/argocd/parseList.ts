import {
  HEALTH_STATUSES,
  HealthStatus,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { ListedApplication } from '../../core/application';
import { PortError } from '../../ports';
import { withoutUrlCredentials } from '../http';

/*
 * Written by hand and not with zod: 10,000 applications every 10 s are the one
 * place where a schema library costs several times what JSON.parse does.
 * `unknown` in, checked field by field, first misfit named.
 */

type Fields = Record<string, unknown>;

/** Only these annotations are ours to read; others can be large and are not kept. */
const OUR_ANNOTATIONS = 'ai-operator/';
const NONE: Record<string, string> = Object.freeze({});

const HEALTH_BY_NAME: ReadonlyMap<unknown, HealthStatus> = new Map(
  HEALTH_STATUSES.map(status => [status, status]),
);

/** Argo CD's health word; words we do not know, and none at all, are `Unknown`. */
export function toHealthStatus(value: unknown): HealthStatus {
  return HEALTH_BY_NAME.get(value) ?? 'Unknown';
}

/** The commit a target revision pins; undefined for branches, tags and ranges. */
export function pinnedCommit(
  targetRevision: string | undefined,
): string | undefined {
  return targetRevision !== undefined && /^[0-9a-f]{40}$/.test(targetRevision)
    ? targetRevision
    : undefined;
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null
    ? (value as Fields)
    : undefined;
}

/** A string with something in it. Go writes absent strings as empty ones in places. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function malformed(asked: string, field: string, wanted: string): PortError {
  return new PortError(
    'MALFORMED_ANSWER',
    `${asked} answered without a usable '${field}': expected ${wanted}`,
  );
}

function stringMap(
  value: unknown,
  asked: string,
  field: () => string,
): Record<string, string> {
  if (value === undefined || value === null) {
    return NONE;
  }
  const map = fieldsOf(value);
  if (!map) {
    throw malformed(asked, field(), 'an object');
  }
  for (const key in map) {
    if (typeof map[key] !== 'string') {
      throw malformed(asked, `${field()}.${key}`, 'a string');
    }
  }
  return map as Record<string, string>;
}

function ourAnnotations(value: unknown): Record<string, string> {
  const map = fieldsOf(value);
  let ours: Record<string, string> | undefined;
  for (const key in map) {
    if (key.startsWith(OUR_ANNOTATIONS)) {
      const text = map[key];
      if (typeof text === 'string') {
        ours = { ...ours, [key]: text };
      }
    }
  }
  return ours ?? NONE;
}

function toSource(source: Fields) {
  return {
    repoUrl: textOf(source.repoURL) ?? '',
    path: textOf(source.path),
    chart: textOf(source.chart),
    targetRevision: textOf(source.targetRevision),
  };
}

/** `source` and `sources` of an Application's spec, in our words. */
export function toSources(
  spec: Fields | undefined,
): Pick<ListedApplication, 'source' | 'sources'> {
  const list = spec?.sources;
  if (Array.isArray(list) && list.length > 0) {
    return {
      sources: list.map(each => toSource(fieldsOf(each) ?? {})),
    };
  }
  const single = fieldsOf(spec?.source);
  return single ? { source: toSource(single) } : {};
}

function toApplication(
  instance: string,
  item: Fields,
  index: number,
  asked: string,
): ListedApplication | undefined {
  const metadata = fieldsOf(item.metadata);
  const name = textOf(metadata?.name);
  const namespace = textOf(metadata?.namespace);
  if (!metadata || !name || !namespace) {
    throw malformed(
      asked,
      `items.${index}.metadata.${name ? 'namespace' : 'name'}`,
      'a string',
    );
  }
  // Argo CD is taking it down: its resources vanish on purpose.
  if (textOf(metadata.deletionTimestamp)) {
    return undefined;
  }
  const spec = fieldsOf(item.spec);
  const status = fieldsOf(item.status);
  const health = fieldsOf(status?.health);
  const message = textOf(health?.message);
  const sync = fieldsOf(status?.sync);
  const destination = fieldsOf(spec?.destination);
  const { source, sources } = toSources(spec);
  return {
    key: { instance, namespace, name },
    project: textOf(spec?.project) ?? 'default',
    labels: stringMap(
      metadata.labels,
      asked,
      () => `items.${index}.metadata.labels`,
    ),
    annotations: ourAnnotations(metadata.annotations),
    health: toHealthStatus(health?.status),
    healthMessage: message && withoutUrlCredentials(message),
    syncStatus: textOf(sync?.status),
    revision: textOf(sync?.revision) ?? pinnedCommit(source?.targetRevision),
    operationPhase: textOf(fieldsOf(status?.operationState)?.phase),
    source,
    sources,
    destination: {
      server: textOf(destination?.server),
      name: textOf(destination?.name),
      namespace: textOf(destination?.namespace),
    },
  };
}

/**
 * The applications in a list answer; those being deleted are left out.
 *
 * @throws PortError MALFORMED_ANSWER naming the field
 */
export function parseApplicationList(
  instance: string,
  answer: unknown,
  asked: string,
): ListedApplication[] {
  const items = fieldsOf(answer)?.items;
  // Go writes an empty list as null.
  if (items === null) {
    return [];
  }
  if (!Array.isArray(items)) {
    throw malformed(asked, 'items', 'a list');
  }
  const applications: ListedApplication[] = [];
  for (let index = 0; index < items.length; index += 1) {
    const item = fieldsOf(items[index]);
    if (!item) {
      throw malformed(asked, `items.${index}`, 'an object');
    }
    const application = toApplication(instance, item, index, asked);
    if (application) {
      applications.push(application);
    }
  }
  return applications;
}
