import { GuardId } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Observation } from '../observation';
import { FreezeWindow } from '../people';
import { Policy } from '../policy';
import { Rollback } from '../rollback';
import { known, unknown, Verdict } from '../verdict';
import {
  observationAt,
  OTHER,
  POLICY,
  pullRequestNow,
  rollbackIn,
  SECOND,
  STATES,
  T0,
} from '../__testUtils__/fixtures';
import { isFrozen } from './freeze';
import { GUARDS } from './index';

const awaiting = rollbackIn(STATES.awaitingMerge());

function mode(staging: Policy['modes']['staging']): Policy {
  return { ...POLICY, modes: { ...POLICY.modes, staging } };
}

function labels(...list: string[]) {
  return { pullRequest: known(pullRequestNow({ labels: list }), T0) };
}

const production: Rollback = { ...awaiting, environment: 'production' };
const PAUSE = {
  id: 'p',
  reason: 'drill',
  by: 'user:default/erin',
  at: T0 - SECOND,
};

function freeze(overrides: object): Policy {
  return {
    ...POLICY,
    freezes: [
      {
        kind: 'once',
        reason: 'Black Friday',
        from: T0,
        until: T0 + SECOND,
        ...overrides,
      },
    ],
  };
}

function merges(count: number) {
  return { lastHour: { pullRequests: 0, merges: count } };
}

function budget(remaining: number, resetAt = T0 + SECOND) {
  return { githubBudget: { limit: 5_000, remaining, resetAt } };
}

function trail(waitedMs: number | undefined, problem?: string) {
  return {
    auditTrail: {
      sinks: ['Elasticsearch at https://logs.example.com'],
      problem,
      ...(waitedMs === undefined ? {} : { waitingSince: T0 - waitedMs }),
    },
  };
}

const trailNotNeeded: Policy = {
  ...POLICY,
  auditTrail: { ...POLICY.auditTrail, requiredInProduction: false },
};

const noAnswer = { pullRequest: unknown<never>('502', T0) };
const old = { pullRequest: known(pullRequestNow(), T0 - 31 * SECOND) };

it.each<
  [
    GuardId,
    Verdict['result'],
    string,
    Partial<Observation>,
    { policy?: Policy; rollback?: Rollback },
  ]
>([
  ['mode', 'holds', 'auto', {}, {}],
  ['mode', 'broken', 'propose', {}, { policy: mode('propose') }],
  ['mode', 'broken', 'observe', {}, { policy: mode('observe') }],
  [
    'mode',
    'holds',
    'production: the approval is a verdict of its own',
    {},
    { rollback: production },
  ],
  [
    'mode',
    'broken',
    'production that is only observed',
    {},
    {
      rollback: production,
      policy: { ...POLICY, modes: { staging: 'auto', production: 'observe' } },
    },
  ],
  ['pause', 'holds', 'nobody paused', {}, {}],
  ['pause', 'broken', 'until somebody resumes', { pauses: [PAUSE] }, {}],
  [
    'pause',
    'broken',
    'until in a moment',
    { pauses: [{ ...PAUSE, until: T0 + 1 }] },
    {},
  ],
  ['pause', 'holds', 'over by now', { pauses: [{ ...PAUSE, until: T0 }] }, {}],
  ['freeze', 'holds', 'no window', {}, {}],
  ['freeze', 'broken', 'from this moment', {}, { policy: freeze({}) }],
  ['freeze', 'holds', 'over', {}, { policy: freeze({ until: T0 }) }],
  ['freeze', 'holds', 'not yet', {}, { policy: freeze({ from: T0 + 1 }) }],
  [
    'freeze',
    'holds',
    'of another environment',
    {},
    { policy: freeze({ environments: ['production'] }) },
  ],
  [
    'freeze',
    'broken',
    'of this environment',
    {},
    { policy: freeze({ environments: ['staging'] }) },
  ],
  ['merge_quota', 'holds', 'four of five', merges(4), {}],
  ['merge_quota', 'broken', 'five of five', merges(5), {}],
  ['github_budget', 'holds', 'GitHub told none', {}, {}],
  ['github_budget', 'holds', 'exactly at the mark', budget(100), {}],
  ['github_budget', 'unknown', 'below the mark', budget(99), {}],
  ['github_budget', 'holds', 'renewed meanwhile', budget(0, T0), {}],
  ['audit_trail', 'holds', 'shipped nowhere', {}, { rollback: production }],
  [
    'audit_trail',
    'holds',
    'nothing waits',
    trail(undefined),
    { rollback: production },
  ],
  [
    'audit_trail',
    'holds',
    'a record waits, not for long',
    trail(60 * SECOND - 1),
    { rollback: production },
  ],
  [
    'audit_trail',
    'unknown',
    'a record waits for as long as it may',
    trail(60 * SECOND),
    { rollback: production },
  ],
  [
    'audit_trail',
    'holds',
    'production does not need it',
    trail(60 * SECOND),
    { rollback: production, policy: trailNotNeeded },
  ],
  ['audit_trail', 'holds', 'staging never needs it', trail(60 * SECOND), {}],
  ['hold_label', 'holds', 'no such label', {}, {}],
  ['hold_label', 'broken', 'set', labels('do-not-merge/hold'), {}],
  ['hold_label', 'broken', 'in other case', labels('Do-Not-Merge/Hold'), {}],
  [
    'hold_label',
    'holds',
    'a label that only begins so',
    labels('do-not-merge/hold-2'),
    {},
  ],
  ['hold_label', 'unknown', 'no answer', noAnswer, {}],
  ['hold_label', 'unknown', '31 s old', old, {}],
  ['own_commits_only', 'holds', 'our head', {}, {}],
  [
    'own_commits_only',
    'broken',
    'somebody pushed',
    { pullRequest: known(pullRequestNow({ headSha: OTHER }), T0) },
    {},
  ],
  ['own_commits_only', 'unknown', 'no answer', noAnswer, {}],
  ['own_commits_only', 'unknown', '31 s old', old, {}],
  [
    'own_commits_only',
    'unknown',
    'no pull request',
    {},
    { rollback: rollbackIn(STATES.resolved()) },
  ],
])('%s %s: %s', (id, result, _name, observed, { policy, rollback }) => {
  const guard = GUARDS.find(candidate => candidate.id === id);
  const verdict = guard?.judge(
    rollback ?? awaiting,
    observationAt(T0, observed),
    T0,
    policy ?? POLICY,
  );
  expect(verdict?.result).toBe(result);
  expect(verdict?.because).not.toBe('');
});

it.each<[string, Rollback, Policy, string]>([
  [
    'production',
    production,
    POLICY,
    'Records of the audit trail wait since 10:28:00 UTC to be shipped to Elasticsearch at https://logs.example.com (connection refused): nothing is merged in production before they are there',
  ],
  [
    'production that does not need it',
    production,
    trailNotNeeded,
    '(connection refused); by configuration production does not wait for them',
  ],
  [
    'staging',
    awaiting,
    POLICY,
    '(connection refused); only production waits for them',
  ],
])(
  'audit_trail in %s says what waits, why and since when',
  (_name, ...given) => {
    const [rollback, policy, expected] = given;
    const guard = GUARDS.find(({ id }) => id === 'audit_trail');
    const seen = observationAt(T0, trail(120 * SECOND, 'connection refused'));
    expect(guard?.judge(rollback, seen, T0, policy).because).toContain(
      expected,
    );
  },
);

describe('a weekly freeze', () => {
  /** Friday 16:00 to Monday 07:00 in Berlin; minute 0 is Monday 00:00. */
  const weekend: FreezeWindow = {
    kind: 'weekly',
    reason: 'weekend',
    fromMinute: 4 * 1440 + 16 * 60,
    untilMinute: 7 * 1440 + 7 * 60,
    timeZone: 'Europe/Berlin',
  };

  it.each<[string, boolean]>([
    ['2026-02-27T14:59:59Z', false],
    ['2026-02-27T15:00:00Z', true],
    ['2026-03-01T23:59:00Z', true],
    ['2026-03-02T05:59:59Z', true],
    ['2026-03-02T06:00:00Z', false],
    // Summer time begins on 29 March: 16:00 in Berlin is 14:00 UTC then.
    ['2026-04-03T13:59:59Z', false],
    ['2026-04-03T14:00:00Z', true],
  ])('%s: %s', (time, expected) => {
    expect(isFrozen(weekend, Date.parse(time))).toBe(expected);
  });
});

it('no guard that is broken is answerable but those a person may decide', () => {
  expect(
    GUARDS.filter(({ answerable }) => answerable).map(({ id }) => id),
  ).toEqual(['mode', 'freeze', 'merge_quota']);
});
