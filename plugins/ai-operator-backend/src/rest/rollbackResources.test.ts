import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  aiOperatorPermissions,
  RESOURCE_TYPE_AI_OPERATOR_ROLLBACK,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import supertest from 'supertest';
import { aKey, openOne } from '../persistence/__testUtils__/fixtures';
import { rollbackConditions } from '../permissions';
import { CatalogPort } from '../ports';
import { aComponent, startServer } from './__testUtils__/server';
import {
  loadRollbackResources,
  registerPermissions,
} from './rollbackResources';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

function owned(name: string, part: Partial<Entity>): Entity {
  return { ...aComponent(name, { 'argocd/app-name': name }), ...part };
}

async function start(entities: Entity[]) {
  const { db, deps } = await startServer(databases, { entities });
  const catalogPort: CatalogPort = {
    ...deps.entities,
    refresh: jest.fn(async () => {}),
  };
  const resources = {
    db,
    entities: catalogPort,
    catalog: catalogServiceMock({ entities }),
    auth: mockServices.auth(),
  };
  return { db, resources };
}

describe('what a permission policy is told about rollbacks', () => {
  it('tells environment, application and owners, in the order asked for', async () => {
    const { db, resources } = await start([
      owned('cart', {
        relations: [
          { type: 'ownedBy', targetRef: 'group:default/carts' },
          { type: 'ownedBy', targetRef: 'user:default/carol' },
          { type: 'partOf', targetRef: 'system:default/shop' },
        ],
        spec: { owner: 'somebody-else' },
      }),
      owned('search', { spec: { owner: 'team-search' } }),
    ]);
    const cart = await openOne(db, 'cart', { environment: 'production' });
    const search = await openOne(db, 'search');
    const orphan = await openOne(db, 'orphan');
    await expect(
      loadRollbackResources(resources, [
        orphan.correlationId,
        'none',
        cart.correlationId,
        search.correlationId,
        cart.correlationId,
      ]),
    ).resolves.toEqual([
      {
        rollback: { environment: 'staging', application: aKey('orphan') },
        owners: [],
      },
      undefined,
      {
        rollback: { environment: 'production', application: aKey('cart') },
        owners: ['group:default/carts', 'user:default/carol'],
      },
      {
        rollback: { environment: 'staging', application: aKey('search') },
        owners: ['group:default/team-search'],
      },
      expect.objectContaining({
        owners: ['group:default/carts', 'user:default/carol'],
      }),
    ]);
  });

  it('knows the owners of an application that is no longer there by its name', async () => {
    const { db, resources } = await start([
      owned('cart', { spec: { owner: 'carts' } }),
    ]);
    const { correlationId } = await openOne(db, 'cart');
    await db.knex('applications').delete();
    await expect(
      loadRollbackResources(resources, [correlationId]),
    ).resolves.toMatchObject([{ owners: ['group:default/carts'] }]);
  });

  it('rejects while owners cannot be told, rather than calling them nobody', async () => {
    const { db, resources } = await start([
      owned('cart', { spec: { owner: 'carts' } }),
    ]);
    const { correlationId } = await openOne(db, 'cart');
    await expect(
      loadRollbackResources(
        {
          ...resources,
          entities: {
            ...resources.entities,
            snapshot: () => ({ generation: 0, selections: [], invalid: [] }),
          },
        },
        [correlationId],
      ),
    ).rejects.toThrow(/has not been read yet/);
    await expect(
      loadRollbackResources(
        {
          ...resources,
          catalog: {
            getEntitiesByRefs: async () => {
              throw new Error('catalog is down');
            },
          },
        },
        [correlationId],
      ),
    ).rejects.toThrow('catalog is down');
  });

  it('answers for a bounded number of rollbacks', async () => {
    const { resources } = await start([]);
    await expect(
      loadRollbackResources(resources, Array(200).fill('none')),
    ).resolves.toHaveLength(200);
    await expect(
      loadRollbackResources(resources, Array(201).fill('none')),
    ).rejects.toThrow(/At most 200/);
  });
});

describe('the permissions in the permission system', () => {
  const PERMISSIONS = '/api/ai-operator/.well-known/backstage/permissions';

  it('are known, and conditions on a rollback are applied to it', async () => {
    const { db, resources } = await start([
      owned('cart', { spec: { owner: 'carts' } }),
    ]);
    const { correlationId } = await openOne(db, 'cart');
    const plugin = createBackendPlugin({
      pluginId: 'ai-operator',
      register: env =>
        env.registerInit({
          deps: { permissionsRegistry: coreServices.permissionsRegistry },
          async init({ permissionsRegistry }) {
            registerPermissions(permissionsRegistry, resources);
          },
        }),
    });
    const backend = await startTestBackend({ features: [plugin] });
    try {
      const { body: metadata } = await supertest(backend.server)
        .get(`${PERMISSIONS}/metadata`)
        .expect(200);
      expect(
        metadata.permissions.map(({ name }: { name: string }) => name).sort(),
      ).toEqual(aiOperatorPermissions.map(({ name }) => name).sort());
      expect(
        metadata.rules.map(({ name }: { name: string }) => name).sort(),
      ).toEqual(['IS_ENTITY_OWNER', 'IS_IN_ENVIRONMENT']);

      const conditions = [
        rollbackConditions.isInEnvironment({ environments: ['staging'] }),
        rollbackConditions.isInEnvironment({ environments: ['production'] }),
        rollbackConditions.isEntityOwner({ claims: ['group:default/carts'] }),
        rollbackConditions.isEntityOwner({ claims: ['group:default/others'] }),
      ];
      const { body } = await supertest(backend.server)
        .post(`${PERMISSIONS}/apply-conditions`)
        .set('authorization', mockCredentials.service.header())
        .send({
          items: [
            ...conditions.map((condition, index) => ({
              id: String(index),
              resourceRef: correlationId,
              resourceType: RESOURCE_TYPE_AI_OPERATOR_ROLLBACK,
              conditions: condition,
            })),
            {
              id: 'gone',
              resourceRef: 'none',
              resourceType: RESOURCE_TYPE_AI_OPERATOR_ROLLBACK,
              conditions: conditions[0],
            },
          ],
        })
        .expect(200);
      expect(
        body.items.map(({ result }: { result: string }) => result),
      ).toEqual(['ALLOW', 'DENY', 'ALLOW', 'DENY', 'DENY']);
    } finally {
      await backend.stop();
    }
  });
});
