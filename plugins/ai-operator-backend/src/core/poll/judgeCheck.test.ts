import { ApplicationRecord, HealthReading, Replicas } from '../application';
import { known, unknown } from '../verdict';
import {
  CORRELATION_ID,
  CURRENT,
  degradedReading,
  degradedRecord,
  KEY,
  OTHER,
  POLICY,
  recordWith,
  SECOND,
  SOURCE,
  T0,
} from '../__testUtils__/fixtures';
import { ApplicationFacts, judgeCheck } from './judgeCheck';
import { openRollback } from './openRollback';

const FACTS: ApplicationFacts = {
  key: KEY,
  project: 'default',
  environment: 'staging',
  source: known(SOURCE, T0),
  destination: {},
};

function check(
  previous: ApplicationRecord | undefined,
  reading: Partial<HealthReading>,
  now = T0 + 10 * SECOND,
  facts: Partial<ApplicationFacts> = {},
) {
  return judgeCheck(
    previous,
    { ...FACTS, ...facts },
    { revision: CURRENT, ...reading } as HealthReading,
    now,
    POLICY,
  );
}

const once = degradedRecord(T0, {
  streak: 1,
  streakSince: T0,
  openRollback: CORRELATION_ID,
});

describe('streak', () => {
  it.each<[string, Partial<HealthReading>, number, number]>([
    ['degraded with a shortage adds', degradedReading(), 10, 2],
    ['a little early adds', degradedReading(), 8, 2],
    ['a repeated look within the interval does not', degradedReading(), 7.9, 1],
    ['the same moment does not', degradedReading(), 0, 1],
    ['a clock set back does not', degradedReading(), -60, 1],
    ['a late check adds one, not many', degradedReading(), 600, 2],
    ['not measured keeps', { health: 'NotMeasured' }, 10, 1],
    ['Healthy resets', { health: 'Healthy' }, 10, 0],
    ['Progressing resets', { health: 'Progressing' }, 10, 0],
    ['Suspended resets', { health: 'Suspended' }, 10, 0],
    ['Missing resets', { health: 'Missing' }, 10, 0],
    ['Unknown resets', { health: 'Unknown' }, 10, 0],
    [
      'scaled to zero is no degradation',
      degradedReading({ replicas: known({ available: 0, desired: 0 }, T0) }),
      10,
      0,
    ],
    [
      'all replicas available is no degradation',
      degradedReading({ replicas: known({ available: 3, desired: 3 }, T0) }),
      10,
      0,
    ],
    [
      'unreadable replicas continue',
      degradedReading({ replicas: unknown('403', T0) }),
      10,
      2,
    ],
    [
      'replicas nobody asked for continue',
      degradedReading({ replicas: undefined }),
      10,
      2,
    ],
    [
      'another revision begins anew',
      degradedReading({ revision: OTHER }),
      10,
      1,
    ],
    [
      'another revision with unreadable replicas begins nothing',
      degradedReading({ revision: OTHER, replicas: unknown('403', T0) }),
      10,
      0,
    ],
    [
      'a revision Argo CD leaves out is the same one',
      degradedReading({ revision: undefined }),
      10,
      2,
    ],
  ])('%s', (_name, reading, seconds, streak) => {
    expect(check(once, reading, T0 + seconds * SECOND).record.streak).toBe(
      streak,
    );
  });

  it('never starts while replicas cannot be read', () => {
    const judged = check(recordWith('Healthy', T0), {
      ...degradedReading({ replicas: unknown('403', T0) }),
    });
    expect(judged.record.streak).toBe(0);
    expect(judged.openRollback).toBe(false);
  });

  it('counts three checks across a check that could not measure', () => {
    let record = check(undefined, degradedReading(), T0).record;
    record = check(record, { health: 'NotMeasured' }, T0 + 10 * SECOND).record;
    record = check(record, degradedReading(), T0 + 20 * SECOND).record;
    record = check(record, degradedReading(), T0 + 30 * SECOND).record;
    expect(record.streak).toBe(3);
    expect(record.streakSince).toBe(T0);
  });

  it('does not count looks every second three times as fast', () => {
    let record = check(undefined, degradedReading(), T0).record;
    for (let second = 1; second <= 15; second += 1) {
      record = check(record, degradedReading(), T0 + second * SECOND).record;
    }
    expect(record.streak).toBe(2);
  });
});

describe('healthySince', () => {
  const healthy = recordWith('Healthy', T0, { since: T0 - 50 * SECOND });
  it.each<[string, Partial<HealthReading>, number | undefined]>([
    [
      'Healthy at the same revision goes on',
      { health: 'Healthy' },
      T0 - 50 * SECOND,
    ],
    ['not measured keeps it', { health: 'NotMeasured' }, T0 - 50 * SECOND],
    [
      'another revision begins anew',
      { health: 'Healthy', revision: OTHER },
      T0 + 10 * SECOND,
    ],
    ['Progressing ends it', { health: 'Progressing' }, undefined],
    ['Degraded ends it', degradedReading(), undefined],
  ])('%s', (_name, reading, since) => {
    expect(check(healthy, reading).record.healthySince).toBe(since);
  });
});

describe('a rollback', () => {
  const free = recordWith('Healthy', T0, { openRollback: undefined });

  it('begins with the first degraded check, not before', () => {
    expect(check(free, { health: 'Progressing' }).openRollback).toBe(false);
    const judged = check(free, degradedReading());
    expect(judged.openRollback).toBe(true);
    const opened = openRollback(judged.record, CORRELATION_ID, T0, POLICY);
    expect(opened.rollback).toMatchObject({
      correlationId: CORRELATION_ID,
      currentRevision: CURRENT,
      openedAt: T0,
      state: { name: 'DegradationDetected', enteredAt: T0 },
    });
    expect(
      opened.effects.map(effect =>
        effect.kind === 'publish_event' ? effect.name : effect.kind,
      ),
    ).toEqual(['degradation.detected', 'fsm.state_transition']);
  });

  it.each<
    [
      string,
      Partial<ApplicationRecord>,
      Partial<ApplicationFacts>,
      RegExp | undefined,
    ]
  >([
    ['one is open', { openRollback: 'x' }, {}, undefined],
    ['the last was aborted', { lockedBy: 'x' }, {}, /reset/],
    [
      'the environment is not known',
      {},
      { environment: undefined },
      /environment/,
    ],
  ])('does not begin while %s', (_name, before, facts, because) => {
    const judged = check(
      { ...free, ...before },
      degradedReading(),
      T0 + 10 * SECOND,
      facts,
    );
    expect(judged.openRollback).toBe(false);
    expect(judged.refusedBecause ?? '').toMatch(because ?? /^$/);
  });

  it('does not begin without a revision to go back from', () => {
    const judged = check(
      { ...free, revision: undefined },
      degradedReading({ revision: undefined }),
    );
    expect(judged).toMatchObject({
      openRollback: false,
      refusedBecause: expect.stringContaining('revision'),
    });
    expect(() => openRollback(judged.record, 'x', T0, POLICY)).toThrow(
      /revision/,
    );
  });
});

describe('alerts', () => {
  it('tells a production degradation at once and urgently (AC-06)', () => {
    const before = recordWith('Healthy', T0, { openRollback: undefined });
    const judged = check(before, degradedReading(), T0 + 10 * SECOND, {
      environment: 'production',
    });
    expect(judged.alert).toMatchObject({ kind: 'degraded', urgent: true });
    expect(
      check(judged.record, degradedReading(), T0 + 20 * SECOND, {
        environment: 'production',
      }).alert,
    ).toBeUndefined();
  });

  it.each([
    ['unreadable replicas', unknown<Replicas>('403', T0), '403'],
    [
      'all replicas available',
      known({ available: 3, desired: 3 }, T0),
      '3 of 3 replicas',
    ],
  ])(
    'tells once of a Degraded that no rollback follows: %s (AC-02)',
    (_name, replicas, told) => {
      const before = recordWith('Healthy', T0, { openRollback: undefined });
      const judged = check(before, { health: 'Degraded', replicas });
      expect(judged).toMatchObject({
        openRollback: false,
        alert: { kind: 'degraded', because: expect.stringContaining(told) },
      });
      expect(
        check(judged.record, { health: 'Degraded', replicas }, T0 + 20 * SECOND)
          .alert,
      ).toBeUndefined();
    },
  );

  it('says nothing about what was scaled to zero on purpose', () => {
    const before = recordWith('Healthy', T0, { openRollback: undefined });
    expect(
      check(before, {
        health: 'Degraded',
        replicas: known({ available: 0, desired: 0 }, T0),
      }).alert,
    ).toBeUndefined();
  });

  it.each(['Missing', 'Unknown'] as const)(
    'asks a person once when %s persists, and opens no rollback',
    health => {
      let previous: ApplicationRecord | undefined;
      const alerts = [];
      for (let index = 0; index < 5; index += 1) {
        const judged = check(previous, { health }, T0 + index * 10 * SECOND);
        expect(judged.openRollback).toBe(false);
        alerts.push(judged.alert?.kind);
        previous = judged.record;
      }
      expect(alerts).toEqual([
        undefined,
        undefined,
        health.toLowerCase(),
        undefined,
        undefined,
      ]);
    },
  );

  it('begins to count anew when Missing turns into Unknown', () => {
    let { record } = check(undefined, { health: 'Missing' }, T0);
    ({ record } = check(record, { health: 'Missing' }, T0 + 10 * SECOND));
    const judged = check(record, { health: 'Unknown' }, T0 + 20 * SECOND);
    expect(judged.alert).toBeUndefined();
    expect(judged.record.unclear).toMatchObject({
      health: 'Unknown',
      checks: 1,
    });
  });
});

describe('notable checks', () => {
  const healthy = recordWith('Healthy', T0, { openRollback: undefined });
  it.each<
    [string, Partial<HealthReading>, Partial<ApplicationRecord>, boolean]
  >([
    ['nothing changed', { health: 'Healthy' }, {}, false],
    ['another health', { health: 'Progressing' }, {}, true],
    ['another revision', { health: 'Healthy', revision: OTHER }, {}, true],
    ['a rollback watches', { health: 'Healthy' }, { openRollback: 'x' }, true],
    ['degraded', degradedReading(), {}, true],
  ])('%s', (_name, reading, before, notable) => {
    expect(check({ ...healthy, ...before }, reading).notable).toBe(notable);
  });

  it('counts the first sight', () => {
    expect(check(undefined, { health: 'Healthy' }).notable).toBe(true);
  });
});
