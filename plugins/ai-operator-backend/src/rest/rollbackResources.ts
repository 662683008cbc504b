import {
  AuthService,
  PermissionsRegistryService,
} from '@backstage/backend-plugin-api';
import {
  Entity,
  parseEntityRef,
  RELATION_OWNED_BY,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { InputError, ServiceUnavailableError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import {
  aiOperatorPermissions,
  aiOperatorRollbackPermissions,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { Rollback } from '../core';
import { Database, getApplicationRecord, getRollback } from '../persistence';
import {
  RollbackResource,
  rollbackResourceRef,
  rollbackRules,
} from '../permissions';
import { CatalogPort } from '../ports';
import { entitiesIn } from './view/context';

/** Rollbacks the permission backend may ask about at once. */
const MAX_REFS = 200;

export interface RollbackResourcesDeps {
  db: Database;
  /** Which entities stand for which applications. */
  entities: CatalogPort;
  /** Asked for the owners of those entities, with the operator's own rights. */
  catalog: Pick<CatalogService, 'getEntitiesByRefs'>;
  auth: Pick<AuthService, 'getOwnServiceCredentials'>;
}

/** Full entity refs of the owners, from the catalog's relations, or where it has none yet from what is written. */
function ownersOf({ relations, spec, metadata }: Entity): string[] {
  const related = (relations ?? [])
    .filter(({ type }) => type === RELATION_OWNED_BY)
    .map(({ targetRef }) => targetRef);
  const written = spec?.owner;
  if (related.length > 0 || typeof written !== 'string') {
    return related;
  }
  return [
    stringifyEntityRef(
      parseEntityRef(written, {
        defaultKind: 'Group',
        defaultNamespace: metadata.namespace,
      }),
    ),
  ];
}

/** Entity refs that stand for the application of a rollback. */
async function entityRefsOf(
  { application: key }: Rollback,
  { db, entities }: RollbackResourcesDeps,
): Promise<string[]> {
  const record = await getApplicationRecord(db, key);
  // Of an application that is gone only its name is known.
  const known = record ?? { key, project: '', labels: {} };
  return entitiesIn(entities.snapshot())(known).map(
    ({ entityRef }) => entityRef,
  );
}

/**
 * What a permission policy may ask about rollbacks, by correlation id;
 * undefined for one that is not there. Rejects where owners cannot be told:
 * a policy must not take "not known" for "nobody's".
 */
export async function loadRollbackResources(
  deps: RollbackResourcesDeps,
  correlationIds: readonly string[],
): Promise<Array<RollbackResource | undefined>> {
  if (correlationIds.length > MAX_REFS) {
    throw new InputError(
      `At most ${MAX_REFS} rollbacks can be asked about at once, not ${correlationIds.length}`,
    );
  }
  const rollbacks = await Promise.all(
    correlationIds.map(correlationId =>
      getRollback(deps.db, { correlationId }),
    ),
  );
  if (rollbacks.every(rollback => rollback === undefined)) {
    return rollbacks.map(() => undefined);
  }
  await deps.entities.refresh();
  if (deps.entities.snapshot().readAt === undefined) {
    throw new ServiceUnavailableError(
      'The catalog has not been read yet, so nobody can tell who owns the applications. Try again in a moment.',
    );
  }
  const refs = await Promise.all(
    rollbacks.map(async rollback =>
      rollback ? entityRefsOf(rollback, deps) : [],
    ),
  );
  const owners = await ownersByEntity(deps, [...new Set(refs.flat())]);
  return rollbacks.map(
    (rollback, index) =>
      rollback && {
        rollback: {
          environment: rollback.environment,
          application: rollback.application,
        },
        owners: [...new Set(refs[index].flatMap(ref => owners.get(ref) ?? []))],
      },
  );
}

async function ownersByEntity(
  { auth, catalog }: RollbackResourcesDeps,
  entityRefs: string[],
): Promise<Map<string, string[]>> {
  if (entityRefs.length === 0) {
    return new Map();
  }
  const { items } = await catalog.getEntitiesByRefs(
    { entityRefs, fields: ['metadata.namespace', 'relations', 'spec.owner'] },
    { credentials: await auth.getOwnServiceCredentials() },
  );
  return new Map(
    entityRefs.map((ref, index) => {
      const entity = items[index];
      return [ref, entity ? ownersOf(entity) : []];
    }),
  );
}

/**
 * Makes the operator's permissions known to the permission system, those about
 * one rollback with the rules a policy can narrow them by (SPEC §7).
 */
export function registerPermissions(
  permissionsRegistry: Pick<
    PermissionsRegistryService,
    'addPermissions' | 'addResourceType'
  >,
  deps: RollbackResourcesDeps,
): void {
  permissionsRegistry.addPermissions(
    aiOperatorPermissions.filter(
      permission => !aiOperatorRollbackPermissions.some(p => p === permission),
    ),
  );
  permissionsRegistry.addResourceType({
    resourceRef: rollbackResourceRef,
    permissions: aiOperatorRollbackPermissions,
    rules: Object.values(rollbackRules),
    getResources: refs => loadRollbackResources(deps, refs),
  });
}
