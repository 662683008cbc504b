import { ESCALATION_REASONS } from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  approvalFact,
  CORRELATION_ID,
  degradedReading,
  degradedRecord,
  MINUTE,
  observationAt,
  POLICY,
  recordWith,
  rollbackIn,
  SECOND,
  STATES,
  T0,
} from '../__testUtils__/fixtures';
import { evaluate } from '../evaluate';
import { known, unknown } from '../verdict';
import { clockTime, duration, percent } from '../time';
import { explainApplication, explainRollback } from './explain';
import { reasonWords, recommendedAction } from './recommendedAction';

it.each([
  ['detected', /3 consecutive degraded checks confirm it\.$/],
  ['searching', /looks for an older revision.*At 10:32:00 UTC/],
  ['resolved', /abc123d was stable.*being planned.*At 10:32:00 UTC/],
  ['opening', /being opened.*At 10:34:00 UTC/],
  [
    'prCreated',
    /#42 goes back to abc123d.*waits for CI.*At 10:35:00 UTC .*CI did not finish/,
  ],
  ['awaitingMerge', /not merged yet.*At 10:35:00 UTC a person is asked/],
  ['merging', /merge was asked for/],
  ['review', /A person has to decide about #42: May this be merged\?/],
  ['merged', /#42 is merged.*At 10:40:00 UTC/],
  ['complete', /Rolled back to abc123d; Healthy since 10:29:00 UTC/],
] as const)(
  '%s: what it thinks, what it waits for, until when',
  (name, text) => {
    const sentence = explainRollback(
      rollbackIn(STATES[name]()),
      T0 + 5 * SECOND,
      POLICY,
    );
    expect(sentence).toMatch(text);
    expect(sentence).not.toMatch(/undefined|NaN/);
  },
);

it('says what an approved merge waits for', () => {
  const rollback = rollbackIn(STATES.awaitingMerge(), {
    environment: 'production',
  });
  const observation = observationAt(T0, {
    approvals: known([approvalFact()], T0),
    auditTrail: { sinks: ['a file'], waitingSince: T0 - 90 * SECOND },
  });
  const sentence = explainRollback(
    { ...rollback, verdicts: evaluate(rollback, observation, T0, POLICY) },
    T0,
    POLICY,
  );
  expect(sentence).toContain(
    'it is approved, but not merged yet (7 of 8 invariants hold): Records of the audit trail wait since 10:28:30 UTC to be shipped to a file: nothing is merged in production before they are there.',
  );
});

it('tells a tired person what to do about an abort, whatever its reason', () => {
  for (const reason of ESCALATION_REASONS) {
    const sentence = explainRollback(
      rollbackIn({
        name: 'Abort',
        enteredAt: T0,
        reason,
        because: 'It went wrong',
      }),
      T0,
      POLICY,
    );
    expect(sentence).toContain('It went wrong');
    expect(sentence).toContain(recommendedAction(reason));
    expect(reasonWords(reason)).toMatch(/^[A-Z][\w ]+$/);
  }
});

it('ends a reason that is made of sentences with one full stop', () => {
  const because = 'The file names another revision. Look why it does not.';
  const sentence = explainRollback(
    rollbackIn({
      name: 'Abort',
      enteredAt: T0,
      reason: 'VALIDATION',
      because,
    }),
    T0,
    POLICY,
  );
  expect(sentence).toContain(`${because} Mend`);
});

it('says that production waits for people, not for the operator', () => {
  const waiting = {
    ...rollbackIn(STATES.awaitingMerge()),
    environment: 'production' as const,
  };
  expect(explainRollback(waiting, T0, POLICY)).toContain(
    'waits for a senior maintainer to approve it',
  );
});

it.each([
  ['Healthy', recordWith('Healthy', T0), /Nothing to do/],
  ['Missing', recordWith('Missing', T0), /a person has to look/],
  [
    'not measured',
    {
      ...recordWith('NotMeasured', T0),
      lastCheck: {
        health: 'NotMeasured',
        because: 'timeout',
        at: T0,
        streak: 0,
      },
    },
    /timeout.*neither as degraded nor as healthy/,
  ],
  [
    'scaled down',
    {
      ...recordWith('Degraded', T0),
      lastCheck: {
        ...degradedReading({
          replicas: known({ available: 0, desired: 0 }, T0),
        }),
        at: T0,
        streak: 0,
      },
    },
    /scaled to zero/,
  ],
  [
    'all available',
    {
      ...recordWith('Degraded', T0),
      lastCheck: {
        ...degradedReading({
          replicas: known({ available: 3, desired: 3 }, T0),
        }),
        at: T0,
        streak: 0,
      },
    },
    /would not help/,
  ],
  [
    'unreadable replicas',
    {
      ...recordWith('Degraded', T0),
      lastCheck: {
        ...degradedReading({ replicas: unknown('403', T0) }),
        at: T0,
        streak: 0,
      },
    },
    /no degradation begins/,
  ],
  [
    'no environment',
    degradedRecord(T0, { environment: undefined }),
    /environment/,
  ],
  [
    'no source',
    degradedRecord(T0, { source: unknown('not on GitHub', T0) }),
    /cannot roll it back: not on GitHub/,
  ],
] as const)(
  'explains an application without a rollback: %s',
  (_name, record, text) => {
    expect(explainApplication(record, undefined, T0, POLICY)).toMatch(text);
  },
);

it('explains an application by its rollback, and by the lock that an abort leaves', () => {
  expect(
    explainApplication(
      degradedRecord(),
      rollbackIn(STATES.prCreated()),
      T0,
      POLICY,
    ),
  ).toMatch(/#42/);
  const aborted = rollbackIn({
    name: 'Abort',
    enteredAt: T0,
    reason: 'CI_FAILURE',
    because: 'CI failed',
  });
  const sentence = explainApplication(
    recordWith('Healthy', T0),
    aborted,
    T0,
    POLICY,
  );
  expect(sentence).toMatch(/^Healthy.*Aborted: CI failed.*reset/);
  expect(sentence).not.toContain(CORRELATION_ID);
});

it('speaks of times and shares as people do, and never rounds up', () => {
  expect(clockTime(T0, T0 + MINUTE)).toBe('10:30:00 UTC');
  expect(clockTime(T0, T0 + 24 * 60 * MINUTE)).toBe('2026-02-27 10:30:00 UTC');
  expect(
    [
      0, 999, 59_000, 60_000, 90_000, 120_000, 300_000, 3_600_000, 7_300_000,
      86_400_000, -5,
    ].map(duration),
  ).toEqual([
    '0 seconds',
    '0 seconds',
    '59 seconds',
    '60 seconds',
    '90 seconds',
    '2 minutes',
    '5 minutes',
    '1 hour',
    '2 hours',
    '24 hours',
    '0 seconds',
  ]);
  expect([0.99, 0.98999, 0.998, 1, 0.9999].map(percent)).toEqual([
    '99.0 %',
    '98.9 %',
    '99.8 %',
    '100.0 %',
    '99.9 %',
  ]);
});
