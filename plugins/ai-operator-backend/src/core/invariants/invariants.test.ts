import { InvariantId } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Observation } from '../observation';
import { Rollback } from '../rollback';
import { known, unknown, Verdict } from '../verdict';
import {
  ciNow,
  degradedReading,
  degradedRecord,
  OTHER,
  OURS,
  POLICY,
  pullRequestNow,
  RESOLVED,
  rollbackIn,
  SECOND,
  STATES,
  T0,
  THEIRS,
  observationAt,
} from '../__testUtils__/fixtures';
import { INVARIANTS } from './index';

const awaiting = rollbackIn(STATES.awaitingMerge());
const withoutPullRequest = rollbackIn(STATES.resolved());
const noTarget = rollbackIn(STATES.searching());

function withTarget(target: Partial<typeof RESOLVED>): Rollback {
  const state = STATES.awaitingMerge();
  if (state.name !== 'AwaitingMergeApproval') {
    throw new Error('unexpected');
  }
  return rollbackIn({ ...state, target: { ...RESOLVED, ...target } });
}

function fresh(reading: Parameters<typeof degradedReading>[0], at = T0) {
  return { freshHealth: known(degradedReading(reading, at), at) };
}

function pr(overrides: Parameters<typeof pullRequestNow>[0]) {
  return { pullRequest: known(pullRequestNow(overrides), T0) };
}

const tooOld = T0 - 31 * SECOND;
const justInTime = T0 - 30 * SECOND;

type Case = [
  InvariantId,
  Verdict['result'],
  string,
  Partial<Observation>,
  Rollback?,
];

const CASES: Case[] = [
  ['I1_environment', 'holds', 'staging', {}],
  [
    'I1_environment',
    'broken',
    'production',
    {},
    { ...awaiting, environment: 'production' },
  ],

  [
    'I1_environment',
    'broken',
    'moved to production meanwhile',
    { application: degradedRecord(T0, { environment: 'production' }) },
  ],
  [
    'I1_environment',
    'broken',
    'label taken away meanwhile',
    { application: degradedRecord(T0, { environment: undefined }) },
  ],
  ['I1_environment', 'unknown', 'no longer listed', { application: undefined }],

  ['I2_health_degraded', 'holds', 'Degraded', {}],
  ['I2_health_degraded', 'broken', 'Healthy', fresh({ health: 'Healthy' })],
  [
    'I2_health_degraded',
    'broken',
    'Progressing',
    fresh({ health: 'Progressing' }),
  ],
  [
    'I2_health_degraded',
    'unknown',
    'NotMeasured',
    fresh({ health: 'NotMeasured' }),
  ],
  [
    'I2_health_degraded',
    'unknown',
    'no answer',
    { freshHealth: unknown('502', T0) },
  ],
  ['I2_health_degraded', 'unknown', 'never asked', { freshHealth: undefined }],
  ['I2_health_degraded', 'holds', '30 s old', fresh({}, justInTime)],
  ['I2_health_degraded', 'unknown', '31 s old', fresh({}, tooOld)],

  ['I3_replica_shortage', 'holds', '1 of 3', {}],
  [
    'I3_replica_shortage',
    'holds',
    '2 of 3',
    fresh({ replicas: known({ available: 2, desired: 3 }, T0) }),
  ],
  [
    'I3_replica_shortage',
    'broken',
    '3 of 3',
    fresh({ replicas: known({ available: 3, desired: 3 }, T0) }),
  ],
  [
    'I3_replica_shortage',
    'broken',
    '4 of 3',
    fresh({ replicas: known({ available: 4, desired: 3 }, T0) }),
  ],
  [
    'I3_replica_shortage',
    'broken',
    'scaled to zero',
    fresh({ replicas: known({ available: 0, desired: 0 }, T0) }),
  ],
  [
    'I3_replica_shortage',
    'unknown',
    'unreadable',
    fresh({ replicas: unknown('403', T0) }),
  ],
  [
    'I3_replica_shortage',
    'unknown',
    'not asked',
    fresh({ replicas: undefined }),
  ],
  [
    'I3_replica_shortage',
    'unknown',
    'replicas 31 s old',
    fresh({ replicas: known({ available: 1, desired: 3 }, tooOld) }),
  ],
  [
    'I3_replica_shortage',
    'unknown',
    'no answer',
    { freshHealth: unknown('502', T0) },
  ],

  ['I4_persistence', 'holds', '3 checks', {}],
  [
    'I4_persistence',
    'broken',
    '2 checks',
    { application: degradedRecord(T0, { streak: 2 }) },
  ],
  [
    'I4_persistence',
    'broken',
    'of another revision',
    { application: degradedRecord(T0, { revision: OTHER }) },
  ],
  ['I4_persistence', 'unknown', 'gone', { application: undefined }],

  ['I5_stable_previous', 'holds', '99.8 %', {}],
  [
    'I5_stable_previous',
    'holds',
    'exactly 99 %',
    {},
    withTarget({ uptime: known(0.99, T0) }),
  ],
  [
    'I5_stable_previous',
    'broken',
    '98.99 %',
    {},
    withTarget({ uptime: known(0.9899, T0) }),
  ],
  [
    'I5_stable_previous',
    'holds',
    'metrics unavailable, CI passed',
    {},
    withTarget({ uptime: unknown('no Prometheus', T0) }),
  ],
  ['I5_stable_previous', 'unknown', 'no target', {}, noTarget],

  [
    'I6_ci_success',
    'holds',
    'all required succeeded, an optional one failed',
    {},
  ],
  [
    'I6_ci_success',
    'broken',
    'a required one failed',
    { ci: known(ciNow('failure'), T0) },
  ],
  ['I6_ci_success', 'unknown', 'pending', { ci: known(ciNow('pending'), T0) }],
  [
    'I6_ci_success',
    'unknown',
    'a required one is missing',
    { ci: known(ciNow('missing'), T0) },
  ],
  [
    'I6_ci_success',
    'unknown',
    'nothing required, nothing reported',
    { ci: known(ciNow('success', { checks: [] }), T0) },
  ],
  [
    'I6_ci_success',
    'holds',
    'nothing required, all that reported succeeded',
    {
      ci: known(
        ciNow('success', {
          checks: [{ name: 'a', required: false, state: 'success' }],
        }),
        T0,
      ),
    },
  ],
  [
    'I6_ci_success',
    'broken',
    'nothing required, one failed',
    {
      ci: known(
        ciNow('success', {
          checks: [{ name: 'a', required: false, state: 'failure' }],
        }),
        T0,
      ),
    },
  ],
  [
    'I6_ci_success',
    'unknown',
    'of another head',
    { ci: known(ciNow('success', { headSha: OTHER }), T0) },
  ],
  ['I6_ci_success', 'unknown', 'no answer', { ci: unknown('502', T0) }],
  ['I6_ci_success', 'unknown', '31 s old', { ci: known(ciNow(), tooOld) }],
  ['I6_ci_success', 'unknown', 'no pull request', {}, withoutPullRequest],

  ['I7_no_conflicts', 'holds', 'only ours', {}],
  [
    'I7_no_conflicts',
    'broken',
    'another one too',
    { openPullRequests: known([OURS, THEIRS], T0) },
  ],
  [
    'I7_no_conflicts',
    'broken',
    'only another one',
    { openPullRequests: known([THEIRS], T0) },
  ],
  [
    'I7_no_conflicts',
    'unknown',
    'ours not listed',
    { openPullRequests: known([], T0) },
  ],
  [
    'I7_no_conflicts',
    'unknown',
    'no answer',
    { openPullRequests: unknown('502', T0) },
  ],
  [
    'I7_no_conflicts',
    'holds',
    'none before ours is open',
    { openPullRequests: known([], T0) },
    withoutPullRequest,
  ],
  ['I7_no_conflicts', 'holds', 'ours to be adopted', {}, withoutPullRequest],
  [
    'I7_no_conflicts',
    'broken',
    'another one before ours is open',
    { openPullRequests: known([THEIRS], T0) },
    withoutPullRequest,
  ],

  [
    'I8_branch_protection',
    'broken',
    'an objection where no review is demanded',
    pr({ blockers: ['A reviewer requested changes'] }),
  ],
  ['I8_branch_protection', 'holds', 'clean', {}],
  [
    'I8_branch_protection',
    'holds',
    'has_hooks',
    pr({ mergeableState: 'has_hooks' }),
  ],
  [
    'I8_branch_protection',
    'holds',
    'unstable',
    pr({ mergeableState: 'unstable' }),
  ],
  [
    'I8_branch_protection',
    'unknown',
    'still computed',
    pr({ mergeableState: 'unknown' }),
  ],
  ['I8_branch_protection', 'broken', 'dirty', pr({ mergeableState: 'dirty' })],
  [
    'I8_branch_protection',
    'broken',
    'behind',
    pr({ mergeableState: 'behind' }),
  ],
  ['I8_branch_protection', 'broken', 'draft', pr({ mergeableState: 'draft' })],
  [
    'I8_branch_protection',
    'broken',
    'blocked with green checks',
    pr({ mergeableState: 'blocked' }),
  ],
  [
    'I8_branch_protection',
    'unknown',
    'blocked while checks run',
    { ...pr({ mergeableState: 'blocked' }), ci: known(ciNow('pending'), T0) },
  ],
  [
    'I8_branch_protection',
    'unknown',
    'blocked and CI unreadable',
    { ...pr({ mergeableState: 'blocked' }), ci: unknown('502', T0) },
  ],
  [
    'I8_branch_protection',
    'broken',
    'a review is demanded',
    pr({ approvals: { have: 0, need: 1 } }),
  ],
  ['I8_branch_protection', 'broken', 'merge queue', pr({ mergeQueue: true })],
  ['I8_branch_protection', 'broken', 'closed', pr({ state: 'closed' })],
  [
    'I8_branch_protection',
    'unknown',
    '31 s old',
    { pullRequest: known(pullRequestNow(), tooOld) },
  ],
  [
    'I8_branch_protection',
    'unknown',
    'no pull request',
    {},
    withoutPullRequest,
  ],
];

it.each(CASES)('%s %s: %s', (...testCase: Case) => {
  const [id, result, , observed, rollback] = testCase;
  const invariant = INVARIANTS.find(candidate => candidate.id === id);
  const verdict = invariant?.judge(
    rollback ?? awaiting,
    observationAt(T0, observed),
    T0,
    POLICY,
  );
  expect(verdict?.result).toBe(result);
  expect(verdict?.because).toMatch(/^[^\n]{10,}$/);
});

it('has all eight in order, each tested in all three ways it can turn out', () => {
  expect(INVARIANTS.map(({ id }) => id.slice(0, 2))).toEqual([
    'I1',
    'I2',
    'I3',
    'I4',
    'I5',
    'I6',
    'I7',
    'I8',
  ]);
  for (const { id } of INVARIANTS) {
    const results = new Set(
      CASES.filter(([caseId]) => caseId === id).map(([, result]) => result),
    );
    // Whether an application is in staging is always known.
    expect(results.size).toBe(3);
  }
});
