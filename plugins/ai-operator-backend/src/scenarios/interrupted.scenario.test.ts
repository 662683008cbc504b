import { getApplicationRecord } from '../persistence';
import { Death, openScenario, Scenario } from './__testUtils__/scenario';
import {
  auditOf,
  eventsOf,
  inClone,
  moves,
  payloadOf,
  REPOSITORY,
} from './__testUtils__/look';

jest.setTimeout(180_000);

const ID = '00000000-0000-4000-8000-000000000001';
const SERVICE = { service: 'payment-service' };
const KEY = {
  instance: 'staging',
  namespace: 'argocd',
  name: 'payment-service',
};

function open(): Promise<Scenario> {
  return openScenario({
    start: '10:29:20',
    ci: { durationMs: 20_000 },
    argo: { pollIntervalMs: 10_000 },
  });
}

describe('a streak', () => {
  let scenario: Scenario;

  beforeEach(async () => {
    scenario = await open();
    await scenario.operator.beat();
    await scenario.runUntil('10:29:25');
    await scenario.world.control.deployBad(SERVICE);
  });

  afterEach(async () => {
    await scenario.close();
  });

  it('survives a restart between two checks: confirmed at the same second', async () => {
    await scenario.runUntil('10:30:12');
    await scenario.restart();
    await scenario.runUntil('10:30:20');
    expect(eventsOf(scenario)).toContain('10:30:20 degradation.confirmed');
  });

  it('neither grows nor ends while Argo CD does not answer', async () => {
    await scenario.runUntil('10:30:12');
    scenario.world.control.fault({
      system: 'argocd',
      kind: 'status',
      status: 503,
    });
    await scenario.runUntil('10:31:05');
    await expect(getApplicationRecord(scenario.db, KEY)).resolves.toMatchObject(
      { streak: 2, lastCheck: { health: 'NotMeasured' } },
    );
    expect(eventsOf(scenario)).toEqual(['10:30:00 degradation.detected']);
    expect(
      scenario.logger
        .at('error')
        .filter(text => text.includes('3 times in a row')),
    ).toHaveLength(2);

    scenario.world.control.clearFaults();
    await scenario.runUntil('10:32:30');
    expect(
      eventsOf(scenario).filter(text => text.includes('degradation.confirmed')),
    ).toHaveLength(1);
    await expect(moves(scenario).then(all => all.slice(0, 2))).resolves.toEqual(
      [
        '10:30:00 Idle -> DegradationDetected',
        expect.stringContaining('DegradationDetected -> CandidateResolved'),
      ],
    );
  });
});

describe('GitHub that fails for a while', () => {
  it('delays the rollback and changes nothing else', async () => {
    const scenario = await open();
    try {
      await scenario.operator.beat();
      await scenario.runUntil('10:29:25');
      await scenario.world.control.deployBad(SERVICE);
      await scenario.runUntil('10:30:15');
      scenario.world.control.fault({
        system: 'github',
        kind: 'status',
        status: 502,
      });
      await scenario.runUntil('10:31:05');
      await expect(moves(scenario)).resolves.toHaveLength(1);
      scenario.world.control.clearFaults();
      await scenario.runUntil('10:33:30');
      await expect(moves(scenario)).resolves.toContainEqual(
        expect.stringContaining('AwaitingMergeApproval -> RollbackMerged'),
      );
      // One failed look is told, not every one of the outage.
      const failures = (await auditOf(scenario, ID)).filter(
        ({ mcpCall }) => mcpCall?.result === 'failure',
      );
      expect(failures.length).toBeGreaterThan(0);
      expect(failures.length).toBeLessThan(4);
    } finally {
      await scenario.close();
    }
  });
});

/** SPEC §16: a replica killed at any instruction loses nothing and duplicates nothing. */
describe('an operator whose process dies', () => {
  /** Ids that were made up but never committed are gone with the process. */
  async function latest({ db }: Scenario): Promise<string> {
    const rows = await db.knex('rollbacks').select('correlation_id');
    expect(rows).toHaveLength(1);
    return rows[0].correlation_id;
  }

  async function playWith(death: (commit: number) => Death) {
    const scenario = await openScenario({
      start: '10:29:20',
      ci: { durationMs: 20_000 },
      argo: { pollIntervalMs: 10_000 },
      instances: ['staging'],
      aiOperator: {
        timing: { restorationConfirmation: '20s', completeArchive: '10s' },
      },
    });
    try {
      await scenario.operator.beat();
      await scenario.runUntil('10:29:25');
      await scenario.world.control.deployBad(SERVICE);
      let deaths = 0;
      // One that dies of every commit would look for ever, and die of that.
      scenario.beatsAtStart = false;
      scenario.death = commit => {
        const answer = death(commit);
        deaths += answer === undefined ? 0 : 1;
        return answer;
      };
      await scenario.surviveUntil('10:35:00');
      const merges = await inClone(scenario, 'staging', git =>
        git('log', '--format=%s', '--grep=^Rollback: payment-service'),
      );
      return {
        deaths,
        pulls: scenario.world.github
          .pulls(REPOSITORY)
          .filter(({ labels }) => labels.includes('ai-operator'))
          .map(({ number, merged }) => ({ number, merged })),
        merges: merges.split('\n').filter(line => line !== ''),
        moves: (await moves(scenario)).map(text =>
          text.slice('10:30:00 '.length),
        ),
        events: eventsOf(scenario).map(text => text.slice('10:30:00 '.length)),
        told: scenario.events,
        completed: payloadOf(scenario, 'merge.completed')?.mergedBy,
        audited: (await auditOf(scenario, await latest(scenario)))
          .filter(({ actionType }) => actionType === 'FSM_TRANSITION')
          .map(({ fsmState }) => `${fsmState?.before} -> ${fsmState?.after}`),
      };
    } finally {
      await scenario.close();
    }
  }

  const MOVES = [
    'Idle -> DegradationDetected',
    'DegradationDetected -> CandidateResolved',
    'CandidateResolved -> PRCreated',
    'PRCreated -> AwaitingMergeApproval',
    'AwaitingMergeApproval -> RollbackMerged',
    'RollbackMerged -> RollbackComplete',
    'RollbackComplete -> Idle',
  ];
  const EVENTS = [
    'degradation.detected',
    'degradation.confirmed',
    'candidate.resolved',
    'pr.created',
    'merge.completed',
    'health.restored',
  ];

  it('right after every single commit: one pull request, one merge, every event once', async () => {
    const played = await playWith(() => 'after commit');
    expect(played).toMatchObject({
      pulls: [{ number: 42, merged: true }],
      moves: MOVES,
      audited: MOVES,
      events: EVENTS,
      completed: 'operator',
    });
    expect(played.merges).toHaveLength(1);
    expect(played.deaths).toBeGreaterThan(30);
  });

  it.each([1, 2])(
    'at random, before and after commits, what was done outside included: nothing is done twice (%i)',
    async seed => {
      const random = sequence(seed);
      const played = await playWith(() => {
        const chance = random();
        if (chance < 0.3) {
          return 'before commit';
        }
        return chance < 0.5 ? 'after commit' : undefined;
      });
      expect(played).toMatchObject({
        pulls: [{ number: 42, merged: true }],
        moves: MOVES,
        audited: MOVES,
        completed: 'operator',
      });
      expect(played.merges).toHaveLength(1);
      // Told but not noted means told again: at least once, and in order.
      expect([...new Set(played.events)]).toEqual(EVENTS);
      const byId = new Map(played.told.map(event => [event.id, event]));
      expect(byId.size).toBe(EVENTS.length + MOVES.length);
      for (const event of played.told) {
        expect(event).toEqual(byId.get(event.id));
      }
      expect(played.deaths).toBeGreaterThan(30);
    },
  );
});

/** Numbers between 0 and 1 that look random and are the same in every run (mulberry32). */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) % 2 ** 32;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
