import {
  mockCredentials,
  mockServices,
  TestDatabases,
} from '@backstage/backend-test-utils';
import {
  Environment,
  ENVIRONMENTS,
  HUMAN_COMMANDS,
  HumanCommandName,
  RESOURCE_TYPE_AI_OPERATOR_ROLLBACK,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { isResourcePermission } from '@backstage/plugin-permission-common';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { Rollback } from '../core';
import {
  createRollbackConditionalDecision,
  isAllowedFor,
  rollbackConditions,
  RollbackResource,
} from '../permissions';
import { getRollback, listCommands } from '../persistence';
import { states } from '../persistence/__testUtils__/fixtures';
import { PortError } from '../ports';
import { nobodyKnows } from './__testUtils__/people';
import { aComponent, As, startServer, T0 } from './__testUtils__/server';
import { aborted, awaitingDecision, PATHS } from './__testUtils__/situations';
import { decideFor } from './__testUtils__/story';
import { loadRollbackResources } from './rollbackResources';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

const DOING: Record<HumanCommandName, string> = {
  APPROVE: 'approving',
  ABORT: 'aborting',
  MANUAL: 'taking over',
  RESET: 'resetting',
};

/** Who has another role or none, and how they are described to themselves. */
const OTHERS: Array<[who: As, described: string]> = [
  ['user:default/bob', 'you are approver'],
  ['user:default/dave', 'you are developer'],
  ['user:default/erin', 'you are admin'],
  ['user:default/stranger', 'you have no role in AI Operator'],
];

const PERMISSIONS: Record<HumanCommandName, string> = {
  APPROVE: 'ai-operator.rollback.approve',
  ABORT: 'ai-operator.rollback.abort',
  MANUAL: 'ai-operator.rollback.take-over',
  RESET: 'ai-operator.rollback.reset',
};

async function prepare(
  command: HumanCommandName,
  environment: Environment,
  options: Parameters<typeof startServer>[1] = {},
) {
  const server = await startServer(databases, options);
  const situation = command === 'RESET' ? aborted : awaitingDecision;
  const { correlationId } = await situation(server.db, environment);
  const path = PATHS[command](correlationId);
  return {
    ...server,
    correlationId,
    ask: (as: As, body: object = { reason: 'I looked' }) =>
      server.send('post', path, body, as),
  };
}

/** That nothing but one audited refusal came of an attempt. */
async function expectRefused(
  { db, correlationId, told, wake }: Awaited<ReturnType<typeof prepare>>,
  actor: string,
  command: string,
  code: string,
  sentence: string,
) {
  const records = await told();
  expect(records).toHaveLength(1);
  expect(records[0]).toMatchObject({
    level: 'WARN',
    actionType: 'HUMAN_COMMAND',
    correlationId,
    actor,
    reasoning: sentence.endsWith('.') ? sentence : `${sentence}.`,
    metadata: {
      command,
      door: 'portal',
      refused: code,
      application: 'main/argocd/payment-service',
    },
  });
  await expect(listCommands(db, { correlationId })).resolves.toEqual([]);
  const rollback = await getRollback(db, { correlationId });
  expect(rollback?.steering).toBe(2);
  expect(wake).not.toHaveBeenCalled();
}

describe.each(ENVIRONMENTS)('the role table in %s', environment => {
  describe.each(HUMAN_COMMANDS)('%s', command => {
    it('by a senior maintainer is recorded', async () => {
      const server = await prepare(command, environment);
      const response = await server.ask('user:default/alice');
      expect(response.status).toBe(202);
      const records = await server.told();
      expect(records).toMatchObject([
        {
          level: 'INFO',
          actor: 'user:default/alice',
          metadata: { command, door: 'portal' },
        },
      ]);
      expect(records[0].metadata).not.toHaveProperty('refused');
    });

    it.each(OTHERS)('by %s is refused', async (who, described) => {
      const server = await prepare(command, environment);
      const response = await server.ask(who);
      const sentence = `${DOING[command]} a ${environment} rollback needs the role senior maintainer; ${described}`;
      expect(response.status).toBe(403);
      expect(response.body.error).toEqual({
        name: 'NotAllowedError',
        code: 'ROLE_NEEDED',
        message: sentence,
      });
      await expectRefused(server, who, command, 'ROLE_NEEDED', sentence);
    });
  });
});

describe.each(HUMAN_COMMANDS)('who never gives %s', command => {
  it('services, whatever they may do otherwise', async () => {
    const server = await prepare(command, 'production');
    const response = await server.ask('service');
    expect(response.status).toBe(403);
    expect(response.body.error).toMatchObject({
      code: 'PERSON_NEEDED',
      message: 'Service principals never decide: sign in as a person.',
    });
    await expectRefused(
      server,
      'service:external:test-service',
      command,
      'PERSON_NEEDED',
      'Service principals never decide: sign in as a person.',
    );
  });

  it('nobody who is not signed in', async () => {
    const server = await prepare(command, 'production');
    const response = await server.ask('nobody');
    expect(response.status).toBe(401);
    await expect(server.told()).resolves.toEqual([]);
  });

  it('a senior maintainer whom the permission policy does not let', async () => {
    const denied = PERMISSIONS[command];
    const server = await prepare(command, 'production', {
      policy: ({ permission }) => permission.name !== denied,
    });
    const response = await server.ask('user:default/alice');
    const sentence = `The permission policy does not let you do this: permission ${denied} is needed. Ask whoever keeps the policy.`;
    expect(response.status).toBe(403);
    expect(response.body.error).toEqual({
      name: 'NotAllowedError',
      code: 'NOT_ALLOWED',
      message: sentence,
    });
    await expectRefused(
      server,
      'user:default/alice',
      command,
      'NOT_ALLOWED',
      sentence,
    );
  });

  it('a senior maintainer who may not even look', async () => {
    const server = await prepare(command, 'production', {
      policy: ({ permission }) => permission.name !== 'ai-operator.read',
    });
    const response = await server.ask('user:default/alice');
    expect(response.status).toBe(403);
    expect(response.body.error).toMatchObject({
      code: 'NOT_ALLOWED',
      message: expect.stringContaining('ai-operator.read'),
    });
    await expect(server.told()).resolves.toHaveLength(1);
  });

  it('anybody while nobody can say which roles they have', async () => {
    const people = nobodyKnows(
      new PortError(
        'UNAVAILABLE',
        'GitHub team my-org/leads could not be read.',
      ),
    );
    const server = await prepare(command, 'production', { people });
    const response = await server.ask('user:default/alice');
    const sentence =
      'Which roles you have could not be looked up, and without knowing nothing is decided: GitHub team my-org/leads could not be read. Try again in a moment.';
    expect(response.status).toBe(503);
    expect(response.body.error).toMatchObject({
      code: 'PEOPLE_UNAVAILABLE',
      message: sentence,
    });
    await expectRefused(
      server,
      'user:default/alice',
      command,
      'PEOPLE_UNAVAILABLE',
      sentence,
    );
  });
});

describe('the permission policy', () => {
  it('can tell rollbacks apart by environment and by owner of the entity', async () => {
    const own = aComponent('cart', { 'argocd/app-name': 'cart' });
    own.relations = [{ type: 'ownedBy', targetRef: 'group:default/carts' }];
    const entities = [
      own,
      aComponent('payment', { 'argocd/app-name': 'payment-service' }),
    ];
    const load: {
      resource: (ref: string) => Promise<RollbackResource | undefined>;
    } = { resource: async () => undefined };
    const server = await startServer(databases, {
      entities,
      policy: async ({ permission, resourceRef }) => {
        if (
          !isResourcePermission(permission, RESOURCE_TYPE_AI_OPERATOR_ROLLBACK)
        ) {
          return true;
        }
        const resource = await load.resource(String(resourceRef));
        const decision = createRollbackConditionalDecision(permission, {
          anyOf: [
            rollbackConditions.isInEnvironment({ environments: ['staging'] }),
            rollbackConditions.isEntityOwner({
              claims: ['group:default/carts'],
            }),
          ],
        });
        return resource !== undefined && isAllowedFor(decision, resource);
      },
    });
    const { db, deps, send } = server;
    load.resource = async ref => {
      const [resource] = await loadRollbackResources(
        {
          db,
          entities: { ...deps.entities, refresh: async () => {} },
          catalog: catalogServiceMock({ entities }),
          auth: mockServices.auth(),
        },
        [ref],
      );
      return resource;
    };
    const abort = async (rollback: Rollback) =>
      (
        await send(
          'post',
          PATHS.ABORT(rollback.correlationId),
          { reason: 'no' },
          'user:default/alice',
        )
      ).status;
    const staging = await awaitingDecision(db, 'staging');
    await expect(abort(staging)).resolves.toBe(202);
    await decideFor(db, staging, states(T0 + 5_000).idle);
    await expect(
      abort(await awaitingDecision(db, 'production', 'cart')),
    ).resolves.toBe(202);
    await expect(abort(await awaitingDecision(db, 'production'))).resolves.toBe(
      403,
    );
  });

  it('does not help a developer when it allows everything', async () => {
    const server = await prepare('APPROVE', 'production', {
      policy: () => true,
    });
    const { body } = await server.ask('user:default/dave').expect(403);
    expect(body.error.code).toBe('ROLE_NEEDED');
  });

  it('takes back what an answer shows as allowed', async () => {
    const { db, get } = await startServer(databases, {
      policy: ({ permission }) =>
        permission.name !== 'ai-operator.rollback.abort',
    });
    const { correlationId } = await awaitingDecision(db);
    const { body } = await get(
      `/v1/rollbacks/${correlationId}`,
      'user:default/alice',
    ).expect(200);
    expect(body.allowedActions).toMatchObject([
      { action: 'APPROVE', allowed: true },
      {
        action: 'ABORT',
        allowed: false,
        because: expect.stringContaining(
          'The permission policy does not let you',
        ),
      },
      { action: 'MANUAL', allowed: true },
      { action: 'RESET', allowed: false },
    ]);
  });
});

describe('a service in the name of a person', () => {
  async function through(command: HumanCommandName) {
    const server = await prepare(command, 'production', {
      deps: {
        httpAuth: {
          credentials: async () =>
            // The overloads of the service narrow by `allow`; a person is always allowed here.
            mockCredentials.user('user:default/alice', {
              actor: { subject: 'plugin:mcp-actions' },
            }) as never,
        },
      },
    });
    return { server, response: await server.ask('user:default/alice') };
  }

  it('does not approve', async () => {
    const { server, response } = await through('APPROVE');
    expect(response.status).toBe(403);
    await expectRefused(
      server,
      'user:default/alice',
      'APPROVE',
      'PERSON_NEEDED',
      'People approve themselves: plugin:mcp-actions speaks in your name here.',
    );
  });

  it('may abort with the rights of the person, and is named', async () => {
    const { server, response } = await through('ABORT');
    expect(response.status).toBe(202);
    await expect(server.told()).resolves.toMatchObject([
      {
        actor: 'user:default/alice',
        metadata: { through: 'plugin:mcp-actions' },
      },
    ]);
  });
});
