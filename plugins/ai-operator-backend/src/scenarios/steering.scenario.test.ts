import { mockCredentials } from '@backstage/backend-test-utils';
import { JsonObject } from '@backstage/types';
import request from 'supertest';
import { userRef } from './__testUtils__/company';
import { moves, restRollback } from './__testUtils__/look';
import { inPortal } from './__testUtils__/people';
import { openScenario, Scenario } from './__testUtils__/scenario';

jest.setTimeout(180_000);

const ID = '00000000-0000-4000-8000-000000000001';
const SERVICE = { service: 'payment-service' };

async function degraded(aiOperator: JsonObject = {}): Promise<Scenario> {
  const scenario = await openScenario({
    start: '10:29:20',
    ci: { durationMs: 20_000 },
    argo: { pollIntervalMs: 10_000 },
    aiOperator,
  });
  await scenario.operator.beat();
  await scenario.runUntil('10:29:25');
  await scenario.world.control.deployBad(SERVICE);
  return scenario;
}

async function setPause(
  { rest }: Scenario,
  login: string,
  body: { paused: boolean; reason: string; until?: number },
) {
  return request(rest)
    .put('/v1/pause')
    .set('authorization', mockCredentials.user.header(userRef(login)))
    .send(body);
}

async function states(scenario: Scenario): Promise<string[]> {
  return (await moves(scenario)).map(move => move.slice(9));
}

describe('while somebody has paused everything', () => {
  it('nothing is opened and nothing given up; resumed, it goes on', async () => {
    const scenario = await degraded();
    try {
      const refused = await setPause(scenario, 'dave', {
        paused: true,
        reason: 'drill',
      });
      expect(refused.status).toBe(403);
      const paused = await setPause(scenario, 'alice', {
        paused: true,
        reason: 'moving the cluster',
      });
      expect(paused.status).toBe(200);
      await scenario.runUntil('10:45:00');
      expect(await states(scenario)).toEqual(['Idle -> DegradationDetected']);
      const resumed = await setPause(scenario, 'alice', {
        paused: false,
        reason: 'moved',
      });
      expect(resumed.status).toBe(200);
      await scenario.runUntil('10:47:00');
      expect(await states(scenario)).toContain(
        'AwaitingMergeApproval -> RollbackMerged',
      );
    } finally {
      await scenario.close();
    }
  });

  it('a pull request that is open already waits for a person, and an end by itself suffices', async () => {
    const scenario = await degraded();
    try {
      await scenario.runUntil('10:30:30');
      await setPause(scenario, 'erin', {
        paused: true,
        reason: 'drill',
        until: scenario.clock.now() + 60_000,
      });
      await scenario.runUntil('10:31:10');
      await expect(restRollback(scenario, ID)).resolves.toMatchObject({
        state: 'AwaitingHumanReview',
      });
      // The pause is over; the person who was asked still decides.
      await scenario.runUntil('10:32:00');
      await expect(restRollback(scenario, ID)).resolves.toMatchObject({
        state: 'AwaitingHumanReview',
      });
      await inPortal(scenario, 'alice', 'approve', ID);
      await scenario.runUntil('10:32:20');
      expect(await states(scenario)).toEqual(
        expect.arrayContaining([
          'AwaitingHumanReview -> AwaitingMergeApproval',
          'AwaitingMergeApproval -> RollbackMerged',
        ]),
      );
    } finally {
      await scenario.close();
    }
  });
});

it.each<[string, JsonObject]>([
  [
    'a freeze window',
    {
      freezes: [
        {
          reason: 'end of the quarter',
          from: '2026-02-27T00:00:00Z',
          until: '2026-02-28T00:00:00Z',
        },
      ],
    },
  ],
  [
    'mode propose',
    {
      environments: {
        staging: { mode: 'propose', branch: 'staging' },
        production: { mode: 'propose', branch: 'main' },
      },
    },
  ],
])(
  '%s puts a staging rollback before a person, whose APPROVE lets it be merged',
  async (_name, aiOperator) => {
    const scenario = await degraded(aiOperator);
    try {
      await scenario.runUntil('10:31:30');
      const asked = await restRollback(scenario, ID);
      expect(asked.state).toBe('AwaitingHumanReview');
      const refused = await inPortal(scenario, 'bob', 'approve', ID);
      expect(refused.status).toBe(403);
      expect(refused.body.error.message).toContain(
        'approving a staging rollback needs the role senior maintainer; you are approver',
      );
      const accepted = await inPortal(scenario, 'alice', 'approve', ID, {
        expectedVersion: asked.version,
      });
      expect(accepted.status).toBe(202);
      await scenario.runUntil('10:32:00');
      expect(await states(scenario)).toContain(
        'AwaitingMergeApproval -> RollbackMerged',
      );
    } finally {
      await scenario.close();
    }
  },
);
