import { DatabaseFacts, Fact, fact, noFact } from '../facts';
import { judgeDatabase } from './database';
import {
  judgeConfiguration,
  judgeLoops,
  judgePauses,
  judgeSurvey,
  OperatorExpectations,
} from './operator';

const NOW = Date.UTC(2026, 1, 27, 10, 30);
const SECOND = 1_000;
const MINUTE = 60_000;

function facts(change: Partial<DatabaseFacts> = {}): DatabaseFacts {
  return {
    dialect: 'postgres',
    roundTripMs: 3,
    clock: { theirs: NOW, precision: 1, before: NOW, after: NOW },
    due: {
      rollbacks: { count: 0 },
      effects: { count: 0 },
      issues: { count: 0 },
    },
    polling: [
      { instance: 'staging', lastTickAt: NOW - 4 * SECOND, lastOkAt: NOW },
    ],
    ...change,
  };
}

const EXPECTED: OperatorExpectations = {
  instances: ['staging'],
  isHalted: false,
  healthCheckInterval: 10 * SECOND,
  instanceBackoffMax: 5 * MINUTE,
  now: NOW,
};

describe('the database', () => {
  const statuses = (given: Fact<DatabaseFacts>, isProduction = true) =>
    Object.fromEntries(
      judgeDatabase(given, isProduction).map(({ id, status }) => [id, status]),
    );
  const OK = {
    'database/connection': 'ok',
    'database/dialect': 'ok',
    'database/clock': 'ok',
  };

  it.each<[string, Partial<DatabaseFacts>, boolean, Record<string, string>]>([
    ['as it should be', {}, true, {}],
    ['at 100 ms', { roundTripMs: 100 }, true, {}],
    ['slow', { roundTripMs: 101 }, true, { 'database/connection': 'warning' }],
    [
      'too slow',
      { roundTripMs: 1_001 },
      true,
      { 'database/connection': 'problem' },
    ],
    [
      'SQLite in production',
      { dialect: 'sqlite' },
      true,
      { 'database/dialect': 'warning' },
    ],
    ['SQLite in development', { dialect: 'sqlite' }, false, {}],
    [
      'with another time',
      { clock: { ...facts().clock, theirs: NOW + 31 * SECOND } },
      true,
      { 'database/clock': 'problem' },
    ],
  ])('%s', (_name, change, isProduction, expected) => {
    expect(statuses(fact(facts(change)), isProduction)).toEqual({
      ...OK,
      ...expected,
    });
  });

  it('that is not there is one problem, not three', () => {
    expect(statuses(noFact('unreachable', 'why'))).toEqual({
      'database/connection': 'problem',
    });
    expect(statuses(noFact('silent', 'why'))).toEqual({
      'database/connection': 'unknown',
    });
  });
});

describe('the loops', () => {
  const statuses = (
    given: Fact<DatabaseFacts>,
    expected: Partial<OperatorExpectations> = {},
  ) =>
    Object.fromEntries(
      judgeLoops(given, { ...EXPECTED, ...expected }).map(({ id, status }) => [
        id,
        status,
      ]),
    );
  const OK = {
    'operator/rollbacks': 'ok',
    'operator/outbox': 'ok',
    'operator/issues': 'ok',
    'operator/staging/poll': 'ok',
  };
  const lateBy = (ms: number) => ({
    ...facts().due,
    effects: { count: 2, oldestDueAt: NOW - ms },
  });
  const lookedAt = (
    ago: number,
    change: Partial<DatabaseFacts['polling'][number]> = {},
  ) => ({
    polling: [{ instance: 'staging', lastTickAt: NOW - ago, ...change }],
  });

  it.each<[string, Partial<DatabaseFacts>, Record<string, string>]>([
    ['all run', {}, {}],
    ['work is due, not for long', { due: lateBy(MINUTE) }, {}],
    [
      'work waits',
      { due: lateBy(MINUTE + 1) },
      { 'operator/outbox': 'warning' },
    ],
    [
      'work waits too long',
      { due: lateBy(5 * MINUTE + 1) },
      { 'operator/outbox': 'problem' },
    ],
    [
      'nobody looked yet',
      { polling: [] },
      { 'operator/staging/poll': 'problem' },
    ],
    ['a look is 30 s old', lookedAt(30 * SECOND), {}],
    [
      'a look is older',
      lookedAt(30 * SECOND + 1),
      { 'operator/staging/poll': 'warning' },
    ],
    [
      'nobody looks any more',
      lookedAt(2 * MINUTE + 1),
      { 'operator/staging/poll': 'problem' },
    ],
    [
      'looks fail and are rarer',
      lookedAt(5 * MINUTE, { problem: 'ECONNREFUSED' }),
      { 'operator/staging/poll': 'warning' },
    ],
    [
      'looks failed and stopped',
      lookedAt(8 * MINUTE, { problem: 'ECONNREFUSED' }),
      { 'operator/staging/poll': 'problem' },
    ],
  ])('%s', (_name, change, expected) => {
    expect(statuses(fact(facts(change)))).toEqual({ ...OK, ...expected });
  });

  it('are not known without the database, and do not run with a fatal mistake', () => {
    expect(new Set(Object.values(statuses(noFact('silent', 'why'))))).toEqual(
      new Set(['unknown']),
    );
    expect(
      new Set(Object.values(statuses(fact(facts()), { isHalted: true }))),
    ).toEqual(new Set(['problem']));
  });
});

describe('the configuration', () => {
  it.each([
    ['fatal', 'problem'],
    ['degraded', 'warning'],
  ] as const)('%s is a %s', (severity, status) => {
    expect(
      judgeConfiguration([
        { severity, key: 'aiOperator.x', because: 'Bad', howToMend: 'Mend' },
      ]),
    ).toMatchObject([{ id: 'config/aiOperator.x/mistake', status }]);
  });

  it('without mistakes is ok', () => {
    expect(judgeConfiguration([])).toMatchObject([{ status: 'ok' }]);
  });
});

describe('pauses', () => {
  const pause = {
    id: '1',
    reason: 'Maintenance',
    by: 'user:default/alice',
    at: NOW - MINUTE,
  };

  it('in force are warnings that say who, why and until when', () => {
    const findings = judgePauses(
      fact([
        pause,
        {
          ...pause,
          id: '2',
          application: {
            instance: 'staging',
            namespace: 'argocd',
            name: 'pay',
          },
          until: NOW + MINUTE,
        },
      ]),
      NOW,
    );
    expect(findings).toMatchObject([
      {
        id: 'operator/pause',
        status: 'warning',
        because:
          'Everything is paused since 10:29:00 UTC by user:default/alice, until somebody resumes it: Maintenance.',
      },
      {
        id: 'operator/staging/argocd/pay/pause',
        status: 'warning',
        because: expect.stringContaining('until 10:31:00 UTC: Maintenance'),
      },
    ]);
  });

  it('may be none, or not known', () => {
    expect(judgePauses(fact([]), NOW)).toMatchObject([{ status: 'ok' }]);
    expect(judgePauses(noFact('silent', 'why'), NOW)).toMatchObject([
      { status: 'unknown' },
    ]);
  });
});

it('says when it is not known what to look at', () => {
  expect(judgeSurvey(fact(undefined))).toEqual([]);
  expect(judgeSurvey(noFact('silent', 'why'))).toMatchObject([
    { id: 'operator/applications', status: 'unknown' },
  ]);
});
