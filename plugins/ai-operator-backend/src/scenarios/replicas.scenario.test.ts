import { openScenario, Scenario } from './__testUtils__/scenario';
import { eventsOf, inClone, moves, REPOSITORY } from './__testUtils__/look';

jest.setTimeout(180_000);

const POSTGRES =
  process.env.BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING;

/** The whole loop with two operators at the same work on one PostgreSQL. */
async function rollBackWithTwo(postgres: string): Promise<Scenario> {
  const scenario = await openScenario({
    start: '10:29:20',
    ci: { durationMs: 20_000 },
    argo: { pollIntervalMs: 10_000 },
    postgres,
    replicas: 2,
  });
  await scenario.operator.beat();
  await scenario.runUntil('10:29:25');
  await scenario.world.control.deployBad({ service: 'payment-service' });
  await scenario.runUntil('10:34:00');
  return scenario;
}

describe('two replicas on PostgreSQL', () => {
  if (POSTGRES === undefined) {
    // eslint-disable-next-line jest/expect-expect, jest/no-disabled-tests -- there is nothing to run it on, and the title says why
    it.skip('BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING is not set', () => {});
    return;
  }

  let scenario: Scenario;

  beforeAll(async () => {
    scenario = await rollBackWithTwo(POSTGRES);
  });

  afterAll(async () => {
    await scenario.close();
  });

  it('go through each state once', async () => {
    const all = await moves(scenario);
    expect(all.map(move => move.slice('10:30:00 '.length))).toEqual([
      'Idle -> DegradationDetected',
      'DegradationDetected -> CandidateResolved',
      'CandidateResolved -> PRCreated',
      'PRCreated -> AwaitingMergeApproval',
      'AwaitingMergeApproval -> RollbackMerged',
      'RollbackMerged -> RollbackComplete',
      'RollbackComplete -> Idle',
    ]);
  });

  it('publish each event once', () => {
    const names = eventsOf(scenario).map(event => event.slice(9));
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('health.restored');
  });

  it('open one pull request and merge it once', async () => {
    expect(
      scenario.world.github.pulls(REPOSITORY).map(({ number }) => number),
    ).toContain(42);
    const subjects = await inClone(scenario, 'staging', git =>
      git('log', '--format=%s'),
    );
    expect(
      subjects.split('\n').filter(subject => subject.startsWith('Rollback:')),
    ).toHaveLength(1);
  });

  it('leave no work behind', async () => {
    const { knex } = scenario.db;
    await expect(knex('outbox').whereNull('finished_at')).resolves.toHaveLength(
      0,
    );
    await expect(
      knex('rollbacks').whereNot('state', 'Idle'),
    ).resolves.toHaveLength(0);
  });
});
