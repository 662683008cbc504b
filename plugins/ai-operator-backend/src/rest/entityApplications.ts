import { ApplicationKey } from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  CompoundEntityRef,
  parseEntityRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import {
  EntitySelection,
  readEntitySelection,
  ReadSelection,
  selects,
} from '../core/entity';
import { Database, findApplications } from '../persistence';
import { RouterDeps } from './deps';
import { badRequest, catalogUnavailable, notFound } from './errors';
import { Caller } from './route';

/** More applications than this are not followed for one entity. */
export const MAX_ENTITY_APPLICATIONS = 500;

/**
 * What the annotations of an entity say, read with the caller's own rights: an
 * entity they may not see does not exist for them.
 */
export async function readEntity(
  ref: CompoundEntityRef,
  caller: Caller,
  deps: RouterDeps,
): Promise<{ entityRef: string; read: ReadSelection }> {
  const entityRef = stringifyEntityRef(ref);
  const entity = await deps.catalog
    .getEntityByRef(ref, { credentials: caller })
    .catch(error => {
      throw catalogUnavailable(error);
    });
  if (!entity) {
    throw notFound(
      'ENTITY_NOT_FOUND',
      `The catalog has no entity ${entityRef}, or you may not see it. Check kind, namespace and name.`,
    );
  }
  return {
    entityRef,
    read: readEntitySelection(entityRef, entity.metadata.annotations),
  };
}

/** Keys of the applications a selection names, in order. */
export async function selectedKeys(
  db: Database,
  selection: EntitySelection,
): Promise<ApplicationKey[]> {
  const found = await findApplications(db, {
    instances: selection.instances && [...selection.instances],
    namespace: selection.namespace,
    project: selection.project,
    ...('name' in selection.by
      ? { name: selection.by.name }
      : { labels: equalities(selection.by.requirements) }),
  });
  return found
    .filter(application => selects(selection, application))
    .map(application => application.key);
}

/** The demands of a selector that name one value, by which the database narrows. */
function equalities(
  requirements: Extract<
    EntitySelection['by'],
    { requirements: unknown }
  >['requirements'],
): Record<string, string> {
  return Object.fromEntries(
    requirements.flatMap(requirement =>
      requirement.operator === 'in' && requirement.values.length === 1
        ? [[requirement.label, requirement.values[0]]]
        : [],
    ),
  );
}

/** Keys of the applications of an entity, for a filter; 400 when its annotations cannot be honoured. */
export async function entityApplicationKeys(
  entity: string,
  caller: Caller,
  deps: RouterDeps,
): Promise<ApplicationKey[]> {
  const { read } = await readEntity(parseRef(entity), caller, deps);
  if (read.result === 'invalid') {
    throw badRequest('entity', read.because);
  }
  if (read.result === 'none') {
    return [];
  }
  const keys = await selectedKeys(deps.db, read.selection);
  if (keys.length > MAX_ENTITY_APPLICATIONS) {
    throw badRequest(
      'entity',
      `it names ${keys.length} applications, more than ${MAX_ENTITY_APPLICATIONS}; narrow its selector`,
    );
  }
  return keys;
}

function parseRef(entity: string): CompoundEntityRef {
  try {
    return parseEntityRef(entity, {
      defaultKind: 'component',
      defaultNamespace: 'default',
    });
  } catch {
    throw badRequest(
      'entity',
      `'${entity}' is not an entity ref such as component:default/payment-service`,
    );
  }
}
