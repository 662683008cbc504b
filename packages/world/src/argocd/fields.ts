import { rfc3339 } from '../http/identity';
import type { ArgoApplication } from './application';
import { healthOfApplication } from './health';
import { imagesOf, resourcesOf } from './model';

/** Reads one selectable field; undefined leaves it out, null is written. */
type Reader = (application: ArgoApplication, now: number) => unknown;

/**
 * The fields the list call can select, exactly those of Argo CD's own fixed
 * list (`forwarder_overwrite.go`, 3.6). Anything else asked for is ignored,
 * as there; an empty map or list is written as null, as Go does.
 */
const READERS: Readonly<Record<string, Reader>> = {
  'metadata.name': app => app.name,
  'metadata.namespace': app => app.namespace,
  'metadata.annotations': app => mapOrNull(app.annotations),
  'metadata.labels': app => mapOrNull(app.labels),
  'metadata.creationTimestamp': app => rfc3339(app.createdAt),
  'metadata.deletionTimestamp': () => null,
  spec: app => app.spec,
  'spec.destination': app => app.spec.destination,
  'spec.project': app => app.spec.project,
  'spec.source': app => app.spec.source ?? null,
  'spec.sources': app => app.spec.sources ?? null,
  'spec.sourceHydrator': () => null,
  'spec.syncPolicy': app => app.spec.syncPolicy ?? null,
  'status.sourceHydrator': () => ({}),
  'status.summary': (app, now) => {
    const images = imagesOf(app, now);
    return images.length > 0 ? { images } : {};
  },
  'status.sync.status': app => app.syncStatus,
  'status.sync.revision': app =>
    app.spec.sources ? '' : app.targetRevision ?? '',
  'status.health': (app, now) => {
    const { status, since } = healthOfApplication(app, now);
    return { status, lastTransitionTime: rfc3339(since) };
  },
  'status.operationState.startedAt': app =>
    app.operation && rfc3339(app.operation.startedAt),
  'status.operationState.finishedAt': app =>
    app.operation &&
    (app.operation.finishedAt === undefined
      ? null
      : rfc3339(app.operation.finishedAt)),
  'status.resources': app => {
    const resources = resourcesOf(app);
    return resources.length > 0 ? resources : undefined;
  },
  'operation.sync': app =>
    app.operation?.phase === 'Running'
      ? { revision: app.operation.revision, prune: true }
      : undefined,
  'status.operationState.phase': app => app.operation?.phase,
  'status.operationState.operation.sync': app =>
    app.operation && { revision: app.operation.revision },
};

/** A parsed `fields` parameter. */
export interface FieldSelection {
  /** The same for every parameter that selects the same. */
  key: string;
  /** Renders one application of a list. */
  render(application: ArgoApplication, now: number): Record<string, unknown>;
}

/**
 * Parses `fields=items.metadata.name,items.status.health` (a leading `-`
 * excludes instead). Undefined when nothing is to be filtered.
 */
export function parseFields(
  parameter: string | undefined,
): FieldSelection | undefined {
  if (!parameter) {
    return undefined;
  }
  const exclude = parameter.startsWith('-');
  const asked = new Set(parameter.slice(exclude ? 1 : 0).split(','));
  const chosen = Object.keys(READERS).filter(
    field => asked.has(`items.${field}`) !== exclude,
  );
  const fields = chosen
    .filter(field => !chosen.some(ancestor => field.startsWith(`${ancestor}.`)))
    .sort();
  return {
    key: fields.join(','),
    render: (application, now) => pick(fields, application, now),
  };
}

function pick(
  fields: readonly string[],
  application: ArgoApplication,
  now: number,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const field of fields) {
    const value = READERS[field](application, now);
    if (value !== undefined) {
      place(result, field.split('.'), value);
    }
  }
  return result;
}

function place(
  target: Record<string, unknown>,
  [head, ...rest]: string[],
  value: unknown,
): void {
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  const existing = target[head];
  const nested: Record<string, unknown> = isRecord(existing) ? existing : {};
  target[head] = nested;
  place(nested, rest, value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function mapOrNull(map: Readonly<Record<string, string>>) {
  return Object.keys(map).length > 0 ? map : null;
}
