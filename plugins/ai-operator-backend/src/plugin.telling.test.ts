import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  TestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import request from 'supertest';
import plugin from './index';
import { createDatabase, migrationsDirectory } from './persistence';
import { awaitingDecision } from './rest/__testUtils__/situations';
import {
  recordingLogger,
  RecordingLogger,
} from './scenarios/__testUtils__/recordingLogger';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const TOKEN = `ghp_${'a1B2'.repeat(9)}`;

const ENTITIES: Entity[] = [
  {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'User',
    metadata: { name: 'alice', namespace: 'default' },
    spec: {},
  },
  {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Group',
    metadata: { name: 'seniors', namespace: 'default' },
    spec: {},
    relations: [{ type: 'hasMember', targetRef: 'user:default/alice' }],
  },
];

/** The plugin as adopters install it, with Backstage's own auditor and a log that can be read. */
describe('what the assembled backend says', () => {
  let logger: RecordingLogger;
  let backend: TestBackend;
  let correlationId: string;
  let breakDatabase: () => Promise<unknown>;

  beforeEach(async () => {
    logger = recordingLogger();
    const knex = await databases.init('SQLITE_3');
    await knex.migrate.latest({ directory: migrationsDirectory() });
    ({ correlationId } = await awaitingDecision(createDatabase(knex)));
    // As knex quotes what it was to write, so do databases.
    breakDatabase = () =>
      knex.raw(
        `CREATE TRIGGER broken BEFORE INSERT ON commands BEGIN SELECT RAISE(ABORT, 'no room for commands of ${TOKEN}'); END`,
      );
    backend = await startTestBackend({
      features: [
        plugin,
        catalogServiceMock.factory({ entities: ENTITIES }),
        mockServices.database.mock({ getClient: async () => knex }).factory,
        mockServices.auditor.factory(),
        createServiceFactory({
          service: coreServices.rootLogger,
          deps: {},
          factory: () => logger,
        }),
        createServiceFactory({
          service: coreServices.logger,
          deps: { root: coreServices.rootLogger },
          factory: ({ root }) => root.child({ plugin: 'ai-operator' }),
        }),
        mockServices.rootConfig.factory({
          data: {
            aiOperator: {
              roles: {
                seniorMaintainer: { groups: ['group:default/seniors'] },
              },
            },
          },
        }),
      ],
    });
  });

  afterEach(async () => {
    await backend.stop();
  });

  function abort(authorization: string) {
    return request(backend.server)
      .post(`/api/ai-operator/v1/rollbacks/${correlationId}/abort`)
      .set('authorization', authorization)
      .send({ reason: 'Jane Doe asked for it' });
  }

  const audited = () =>
    logger.entries
      .filter(({ fields }) => fields.isAuditEvent)
      .map(({ level, message, fields }) => ({ level, message, ...fields }));

  it("is in Backstage's audit log, under the name of whoever did it", async () => {
    await abort(mockCredentials.user.header('user:default/alice')).expect(202);
    await abort(mockCredentials.user.header('user:default/dave')).expect(403);
    await abort(mockCredentials.service.header()).expect(403);
    const by = (actorId: string, status: string) =>
      expect.objectContaining({
        level: 'info',
        message: 'ai-operator.rollback-decide',
        severityLevel: 'medium',
        status,
        actor: expect.objectContaining({ actorId }),
        request: {
          method: 'POST',
          url: `/api/ai-operator/v1/rollbacks/${correlationId}/abort`,
        },
        meta: expect.objectContaining({ command: 'ABORT', correlationId }),
      });
    expect(audited()).toEqual([
      by('user:default/alice', 'initiated'),
      by('user:default/alice', 'succeeded'),
      by('user:default/dave', 'initiated'),
      by('user:default/dave', 'failed'),
      by('external:test-service', 'initiated'),
      by('external:test-service', 'failed'),
    ]);
    expect(audited()[1]).toMatchObject({
      meta: {
        application: expect.stringContaining('payment-service'),
        environment: 'production',
      },
    });
    expect(JSON.stringify(logger.entries)).not.toContain('Jane Doe');
  });

  it('is never a credential, whatever an error quotes', async () => {
    await breakDatabase();
    await request(backend.server)
      .post(`/api/ai-operator/v1/rollbacks/${correlationId}/abort`)
      .set('authorization', mockCredentials.user.header('user:default/alice'))
      .send({ reason: `because ${TOKEN}` })
      .expect(500);
    const line = logger.entries.find(
      ({ level, fields }) => level === 'error' && fields.component === 'rest',
    );
    expect(line).toMatchObject({
      message: expect.stringContaining('/abort failed'),
      fields: { component: 'rest', correlationId },
      causes: [expect.stringContaining('commands')],
    });
    expect(JSON.stringify(logger.entries)).not.toContain(TOKEN);
  });
});
