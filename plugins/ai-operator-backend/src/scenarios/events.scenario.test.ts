import { OperatorEvent } from '@ai-operator/backstage-plugin-ai-operator-common';
import { openScenario, Scenario } from './__testUtils__/scenario';
import { eventsOf, moves, toldOf } from './__testUtils__/look';

jest.setTimeout(120_000);

const SERVICE = { service: 'payment-service' };

/** A staging rollback up to its pull request, which takes until 10:30:20. */
const TOLD = [
  'degradation.detected',
  'Idle -> DegradationDetected',
  'degradation.confirmed',
  'candidate.resolved',
  'DegradationDetected -> CandidateResolved',
  'pr.created',
  'CandidateResolved -> PRCreated',
];

describe('events are published', () => {
  let scenario: Scenario;

  beforeEach(async () => {
    scenario = await openScenario({
      start: '10:29:20',
      instances: ['staging'],
      ci: { durationMs: 1_000_000 },
      argo: { pollIntervalMs: 24 * 3_600_000 },
      publishTimeoutMs: 50,
    });
    await scenario.operator.beat();
    await scenario.runUntil('10:29:25');
    await scenario.world.control.deployBad(SERVICE);
  });

  afterEach(async () => {
    await scenario.close();
  });

  const told = () => toldOf(scenario).map(text => text.slice(9));

  it('only once it is committed what they tell', async () => {
    const uncommitted: OperatorEvent[] = [];
    scenario.onEvent = async event => {
      const { correlationId, payload } = event;
      if ('transition' in payload) {
        const rows = await scenario.db
          .knex('transitions')
          .where({ correlation_id: correlationId, to_state: payload.to });
        uncommitted.push(...(rows.length === 0 ? [event] : []));
      }
    };
    // The first time the move to PRCreated is all written, and not committed.
    let died = false;
    scenario.death = (_commit, words) => {
      const dies = !died && words.includes('moved:CandidateResolved');
      died ||= dies;
      return dies ? 'before commit' : undefined;
    };
    await scenario.surviveUntil('10:30:40');
    expect(died).toBe(true);
    expect(uncommitted).toEqual([]);
    expect(told()).toEqual(TOLD);
  });

  it('again with the same id by whoever comes after a process that died before it could note it', async () => {
    let died = false;
    scenario.deathAfter = (_write, words) => {
      const dies = !died && words === 'event pr.created';
      died ||= dies;
      return dies;
    };
    await scenario.surviveUntil('10:30:40');
    const created = scenario.events.filter(({ type }) => type === 'pr.created');
    expect(created).toHaveLength(2);
    expect(created[1]).toEqual(created[0]);
    expect([...new Set(told())]).toEqual(TOLD);
  });

  it('until they are taken, in order; what is done does not wait for that', async () => {
    let taken = false;
    const given: string[] = [];
    scenario.onEvent = async ({ id }) => {
      if (!taken) {
        throw new Error('events backend: 503');
      }
      given.push(id);
    };
    await scenario.runUntil('10:30:40');
    // Nothing but the first has been offered, and the pull request is open.
    expect([...new Set(eventsOf(scenario))]).toEqual([
      '10:30:00 degradation.detected',
    ]);
    await expect(moves(scenario)).resolves.toContain(
      '10:30:20 CandidateResolved -> PRCreated',
    );
    taken = true;
    scenario.events.length = 0;
    await scenario.runUntil('10:32:00');
    expect(told()).toEqual(TOLD);
    expect(new Set(given).size).toBe(TOLD.length);
  });

  it('past a subscriber that never comes back, which keeps being asked', async () => {
    let comesBack = false;
    scenario.onEvent = ({ type }) =>
      type === 'degradation.detected' && !comesBack
        ? new Promise(() => {})
        : Promise.resolve();
    await scenario.runUntil('10:30:40');
    await expect(moves(scenario)).resolves.toContain(
      '10:30:20 CandidateResolved -> PRCreated',
    );
    const [stuck, ...others] = TOLD;
    const first = told();
    expect(first.slice(0, 4)).toEqual([stuck, stuck, stuck, stuck]);
    expect(first.filter(name => name !== stuck)).toEqual(others);
    comesBack = true;
    await scenario.runUntil('10:32:00');
    const ids = scenario.events
      .filter(({ type }) => type === stuck)
      .map(({ id }) => id);
    expect(new Set(ids).size).toBe(1);
    const waiting = await scenario.db
      .knex('outbox')
      .where({ kind: 'publish_event' })
      .whereNull('finished_at');
    expect(waiting).toEqual([]);
  });
});
