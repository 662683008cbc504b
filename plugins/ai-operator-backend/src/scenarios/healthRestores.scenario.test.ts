import { openScenario, Scenario } from './__testUtils__/scenario';
import {
  askGitHub,
  auditOf,
  eventsOf,
  inClone,
  moves,
  payloadOf,
  REPOSITORY,
  restRollback,
  toldOf,
} from './__testUtils__/look';

jest.setTimeout(180_000);

const ID = '00000000-0000-4000-8000-000000000001';
const SERVICE = { service: 'payment-service' };

describe('health that comes back by itself', () => {
  let scenario: Scenario;

  beforeEach(async () => {
    scenario = await openScenario({
      start: '10:29:20',
      ci: { durationMs: 160_000 },
      argo: { pollIntervalMs: 24 * 3_600_000 },
    });
    await scenario.operator.beat();
    await scenario.runUntil('10:29:25');
  });

  afterEach(async () => {
    await scenario.close();
  });

  /** Seed §9.5. */
  it('example 4: before the merge closes the pull request and merges nothing', async () => {
    await scenario.world.control.deployBad(SERVICE);
    await scenario.runUntil('10:32:58');
    const before = await inClone(scenario, 'staging', git =>
      git('log', '-3', '--format=%H'),
    );
    // Health is Healthy again in the very second in which CI completes.
    scenario.world.control.heal({ ...SERVICE, recoverMs: 1_000 });
    await scenario.runUntil('10:33:20');

    await expect(moves(scenario)).resolves.toEqual([
      '10:30:00 Idle -> DegradationDetected',
      '10:30:20 DegradationDetected -> CandidateResolved',
      '10:30:20 CandidateResolved -> PRCreated',
      '10:33:00 PRCreated -> Idle',
    ]);
    const comments = await askGitHub<Array<{ body: string }>>(
      scenario,
      `/repos/${REPOSITORY}/issues/42/comments`,
    );
    expect(
      comments.map(({ body }) => body.replace(/<!--.*?-->/gs, '').trim()),
    ).toEqual(['Health restored before merge, rollback no longer needed']);
    const pull = await askGitHub<{ state: string; merged: boolean }>(
      scenario,
      `/repos/${REPOSITORY}/pulls/42`,
    );
    expect(pull).toMatchObject({ state: 'closed', merged: false });
    await expect(
      inClone(scenario, 'staging', git => git('log', '-3', '--format=%H')),
    ).resolves.toEqual(before);
    await expect(restRollback(scenario, ID)).resolves.toMatchObject({
      state: 'Idle',
      outcome: 'health_restored',
    });
    expect(toldOf(scenario)).toEqual([
      '10:30:00 degradation.detected',
      '10:30:00 Idle -> DegradationDetected',
      '10:30:20 degradation.confirmed',
      '10:30:20 candidate.resolved',
      '10:30:20 DegradationDetected -> CandidateResolved',
      '10:30:20 pr.created',
      '10:30:20 CandidateResolved -> PRCreated',
      '10:33:00 merge.skipped',
      '10:33:00 PRCreated -> Idle',
    ]);
    expect(payloadOf(scenario, 'merge.skipped')).toMatchObject({
      number: 42,
      reason: 'health_restored',
    });
    expect(
      (await auditOf(scenario, ID)).filter(
        ({ actionType }) => actionType === 'ESCALATION',
      ),
    ).toEqual([]);
  });

  it('after one or two degraded checks leaves no trace outside', async () => {
    await scenario.world.control.deployBad(SERVICE);
    await scenario.runUntil('10:30:12');
    scenario.world.control.heal({ ...SERVICE, recoverMs: 1_000 });
    await scenario.runUntil('10:32:00');

    await expect(moves(scenario)).resolves.toEqual([
      '10:30:00 Idle -> DegradationDetected',
      '10:30:20 DegradationDetected -> Idle',
    ]);
    expect(eventsOf(scenario)).toEqual(['10:30:00 degradation.detected']);
    expect(scenario.world.github.pulls(REPOSITORY)).toEqual(
      expect.not.arrayContaining([
        expect.objectContaining({
          labels: expect.arrayContaining(['rollback']),
        }),
      ]),
    );
    await expect(restRollback(scenario, ID)).resolves.toMatchObject({
      outcome: 'transient',
    });
    const calls = (await auditOf(scenario, ID)).flatMap(
      ({ mcpCall }) => mcpCall?.name ?? [],
    );
    expect(calls.filter(name => name.startsWith('github.'))).toEqual([]);
  });

  it('and goes again begins a new degradation each time: flapping never adds up', async () => {
    await scenario.world.control.deployBad(SERVICE);
    await scenario.runUntil('10:30:12');
    scenario.world.control.heal({ ...SERVICE, recoverMs: 1_000 });
    await scenario.runUntil('10:30:25');
    scenario.world.control.flap({
      ...SERVICE,
      available: 1,
      downMs: 15_000,
      upMs: 15_000,
      times: 6,
    });
    await scenario.runUntil('10:34:00');
    const seen = await moves(scenario);
    expect(seen.length).toBeGreaterThan(4);
    expect(
      seen.filter(move => !/Idle -> Degr|Degr.* -> Idle/.test(move)),
    ).toEqual([]);
    expect(scenario.events.map(({ type }) => type)).not.toContain(
      'degradation.confirmed',
    );
  });
});
