import { EscalationReason } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Decision } from '../decision';
import { EffectOutcome } from '../effect';
import { mergeKey, openPullRequestKey } from '../effectKeys';
import { Observation } from '../observation';
import { Policy } from '../policy';
import { Rollback, RollbackState } from '../rollback';
import { known, unknown } from '../verdict';
import {
  approvalFact,
  ciNow,
  commit,
  CORRELATION_ID,
  degradedReading,
  degradedRecord,
  HOUR,
  humanCommand,
  manifestNow,
  MERGE,
  observationAt,
  OTHER,
  OURS,
  POLICY,
  pullRequestNow,
  PULL_REQUEST,
  recordWith,
  rollbackIn,
  searchOf,
  SECOND,
  STATES,
  T0,
  TARGET,
  THEIRS,
  SOURCE,
} from '../__testUtils__/fixtures';
import { deadlineOf } from './deadline';
import { decide } from './decide';
import { TransitionId, TRANSITIONS } from './transitions';

interface Given {
  state: RollbackState;
  /** Seconds after the state was entered. */
  after?: number;
  observed?: (now: number) => Partial<Observation>;
  outcomes?: Record<string, EffectOutcome>;
  policy?: Policy;
  rollback?: Partial<Rollback>;
}

function look({
  state,
  after = 10,
  observed,
  outcomes = {},
  policy = POLICY,
  rollback,
}: Given): Decision {
  const now = T0 + after * SECOND;
  return decide(
    rollbackIn(state, rollback),
    { ...observationAt(now, observed?.(now)), outcomes },
    now,
    policy,
  );
}

function kinds({ effects }: Decision): string[] {
  return effects.map(effect =>
    effect.kind === 'publish_event' ? effect.name : effect.kind,
  );
}

const production = { environment: 'production' } as const;
const OPEN = openPullRequestKey(rollbackIn(STATES.opening()), 1);
const MERGING = mergeKey(rollbackIn(STATES.merging()), 1);

function health(
  name: Parameters<typeof recordWith>[0],
  sinceSeconds = 0,
  revision?: string,
) {
  return (now: number) => ({
    application: recordWith(name, now, {
      since: now - sinceSeconds * SECOND,
      ...(revision ? { revision } : {}),
    }),
    freshHealth: known(
      { health: name, revision: revision ?? degradedReading().revision },
      now,
    ),
  });
}

const lost = () => ({
  pullRequest: unknown<never>('502', T0),
  ci: unknown<never>('502', T0),
  openPullRequests: unknown<never>('502', T0),
});

function pr(overrides: Parameters<typeof pullRequestNow>[0]) {
  return (now: number) => ({
    pullRequest: known(pullRequestNow(overrides), now),
  });
}

function ci(state: Parameters<typeof ciNow>[0]) {
  return (now: number) => ({ ci: known(ciNow(state), now) });
}

function streak(count: number) {
  return (now: number) => ({
    application: degradedRecord(now, { streak: count }),
  });
}

function openOutcome(outcome: object): Record<string, EffectOutcome> {
  return { [OPEN]: { kind: 'open_pull_request', ...outcome } as EffectOutcome };
}

function mergeOutcome(outcome: object): Record<string, EffectOutcome> {
  return {
    [MERGING]: { kind: 'merge_pull_request', ...outcome } as EffectOutcome,
  };
}

function says(command: 'APPROVE' | 'ABORT' | 'MANUAL' | 'RESET') {
  return (now: number) => ({ commands: [humanCommand(command, { at: now })] });
}

const refused = { result: 'refused', because: 'GitHub: 405', headMoved: false };
const found = (now: number) => ({
  candidates: known(searchOf([commit(TARGET)]), now),
});
const noneFound = (now: number) => ({
  candidates: known(
    searchOf([commit(TARGET, { ci: known('failure', now) })]),
    now,
  ),
});
const pendingFound = (now: number) => ({
  candidates: known(
    searchOf([commit(TARGET, { ci: known('pending', now) })]),
    now,
  ),
});
const merged = STATES.merged();
const mergedAndSeenHealthy =
  merged.name === 'RollbackMerged'
    ? { ...merged, healthyAtTargetAt: T0 + 20 * SECOND }
    : merged;

/** Every move of the table that the world can cause, and its reason where it aborts. */
const MOVES: Array<[string, Given, TransitionId, EscalationReason?]> = [
  [
    'not degraded before the third check',
    { state: STATES.detected(), observed: health('Healthy') },
    'transient',
  ],
  [
    'Progressing before the third check',
    { state: STATES.detected(), observed: health('Progressing') },
    'transient',
  ],
  [
    'another revision before the third check',
    {
      state: STATES.detected(),
      observed: now => ({
        application: degradedRecord(now, { streak: 1, revision: OTHER }),
        freshHealth: undefined,
      }),
    },
    'superseded',
  ],
  [
    'five attempts today',
    { state: STATES.detected(), observed: () => ({ attemptsToday: 5 }) },
    'too_many_attempts',
    'TOO_MANY_ATTEMPTS',
  ],
  [
    'a stable revision',
    { state: STATES.searching(), observed: found },
    'candidate_resolved',
  ],
  [
    'no stable revision',
    { state: STATES.searching(), observed: noneFound },
    'no_stable_candidate',
    'NO_STABLE_CANDIDATE',
  ],
  [
    'nothing decided in 120 s',
    { state: STATES.searching(), after: 120, observed: pendingFound },
    'no_stable_candidate',
    'NO_STABLE_CANDIDATE',
  ],
  [
    'no answer in 120 s',
    {
      state: STATES.searching(),
      after: 120,
      observed: () => ({ candidates: unknown('502', T0) }),
    },
    'no_stable_candidate',
    'NO_STABLE_CANDIDATE',
  ],
  [
    'no repository in 120 s',
    {
      state: STATES.searching(),
      after: 120,
      observed: now => ({
        application: degradedRecord(now, {
          source: unknown('no GitHub URL', now),
        }),
      }),
    },
    'source_unresolved',
    'VALIDATION',
  ],
  [
    'Healthy for 60 s while searching',
    { state: STATES.searching(), after: 60, observed: health('Healthy', 60) },
    'health_restored',
  ],
  [
    'Healthy for 60 s with a candidate',
    { state: STATES.resolved(), after: 60, observed: health('Healthy', 60) },
    'health_restored',
  ],
  [
    'Progressing for 600 s',
    {
      state: STATES.resolved(),
      after: 600,
      observed: health('Progressing', 600),
    },
    'no_longer_degraded',
  ],
  [
    'another revision with a candidate',
    { state: STATES.resolved(), observed: health('Progressing', 0, OTHER) },
    'superseded',
  ],
  [
    'the pull request is open',
    {
      state: STATES.opening(),
      outcomes: openOutcome({ result: 'opened', pullRequest: PULL_REQUEST }),
    },
    'pull_request_opened',
  ],
  [
    'the pull request is open although it is Healthy again',
    {
      state: STATES.opening(),
      observed: health('Healthy', 90),
      outcomes: openOutcome({ result: 'opened', pullRequest: PULL_REQUEST }),
    },
    'pull_request_opened',
  ],
  [
    'not allowed to open it',
    {
      state: STATES.opening(),
      outcomes: openOutcome({ result: 'permission_denied', because: '403' }),
    },
    'pull_request_impossible',
    'PERMISSION_DENIED',
  ],
  [
    'GitHub calls it invalid',
    {
      state: STATES.opening(),
      outcomes: openOutcome({ result: 'invalid', because: '422' }),
    },
    'pull_request_impossible',
    'VALIDATION',
  ],
  [
    'all retries used up',
    {
      state: STATES.opening(),
      outcomes: openOutcome({ result: 'failed', because: '502' }),
    },
    'pull_request_impossible',
    'PR_NOT_OPENED',
  ],
  [
    'no outcome in 240 s',
    { state: STATES.opening(), after: 240 },
    'pull_request_impossible',
    'PR_NOT_OPENED',
  ],
  [
    'a manifest that does not parse',
    {
      state: STATES.resolved(),
      observed: now => ({
        manifest: known(manifestNow({ content: 'kind: [' }), now),
      }),
    },
    'pull_request_impossible',
    'VALIDATION',
  ],
  [
    'the file names another revision for 120 s',
    {
      state: STATES.resolved(),
      after: 120,
      observed: now => ({
        manifest: known(
          manifestNow({
            content: manifestNow().content.replace(/def456\w+/, OTHER),
          }),
          now,
        ),
      }),
    },
    'pull_request_impossible',
    'VALIDATION',
  ],
  [
    'another pull request open for 120 s (RB-10)',
    {
      state: STATES.resolved(),
      after: 120,
      observed: now => ({ openPullRequests: known([THEIRS], now) }),
    },
    'pull_request_impossible',
    'CONFLICT',
  ],
  [
    'GitHub unreachable for 120 s',
    {
      state: STATES.resolved(),
      after: 120,
      observed: now => ({ manifest: unknown('502', now) }),
    },
    'pull_request_impossible',
    'PR_NOT_OPENED',
  ],
  [
    'a senior maintainer aborts',
    { state: STATES.prCreated(), observed: says('ABORT') },
    'aborted_by_human',
    'ABORTED_BY_HUMAN',
  ],
  [
    'a senior maintainer takes over',
    { state: STATES.merged(), observed: says('MANUAL') },
    'taken_over',
    'MANUAL_TAKEOVER',
  ],
  [
    'a senior maintainer approves what a person was asked about',
    {
      state: STATES.review(),
      observed: now => ({ approvals: known([approvalFact({ at: now })], now) }),
    },
    'person_approved',
  ],
  [
    'a senior maintainer resets',
    { state: STATES.aborted(), observed: says('RESET') },
    'reset',
  ],
  [
    'Healthy for 60 s after a take-over',
    {
      state: STATES.takenOver(),
      after: 90,
      observed: health('Healthy', 60),
    },
    'handed_back',
  ],
  [
    'production with the hold label',
    {
      state: STATES.awaitingMerge(),
      observed: pr({ labels: ['do-not-merge/hold'] }),
      rollback: production,
    },
    'person_needed',
  ],
  ['CI success', { state: STATES.prCreated() }, 'ci_succeeded'],
  [
    'CI success in production',
    { state: STATES.prCreated(), rollback: production },
    'ci_succeeded',
  ],
  [
    'CI failure',
    { state: STATES.prCreated(), observed: ci('failure') },
    'ci_failed',
    'CI_FAILURE',
  ],
  [
    'CI pending for 300 s',
    { state: STATES.prCreated(), after: 300, observed: ci('pending') },
    'ci_timed_out',
    'CI_TIMEOUT',
  ],
  [
    'CI unreadable for 300 s',
    { state: STATES.prCreated(), after: 300, observed: lost },
    'ci_timed_out',
    'CI_TIMEOUT',
  ],
  ...(['prCreated', 'awaitingMerge', 'review'] as const).flatMap(
    (name): typeof MOVES => [
      [
        `${name}: Healthy again`,
        { state: STATES[name](), observed: health('Healthy') },
        'restored_before_merge',
      ],
      [
        `${name}: closed by somebody`,
        {
          state: STATES[name](),
          observed: pr({ state: 'closed', endedBy: 'alice' }),
        },
        'closed_by_human',
        'PR_CLOSED',
      ],
      [
        `${name}: closed by somebody and Healthy`,
        {
          state: STATES[name](),
          observed: now => ({
            ...health('Healthy')(now),
            ...pr({ state: 'closed' })(now),
          }),
        },
        'restored_before_merge',
      ],
      [
        `${name}: merged by somebody`,
        {
          state: STATES[name](),
          observed: pr({ state: 'merged', mergeSha: MERGE, endedBy: 'alice' }),
        },
        'merged_by_human',
      ],
      [
        `${name}: merged, and Argo CD already runs the target`,
        {
          state: STATES[name](),
          observed: now => ({
            ...health('Healthy', 0, TARGET)(now),
            ...pr({ state: 'merged', mergeSha: MERGE })(now),
          }),
        },
        'merged_by_human',
      ],
      [
        `${name}: another revision was deployed`,
        { state: STATES[name](), observed: health('Progressing', 0, OTHER) },
        'superseded',
      ],
    ],
  ),
  [
    'merged',
    {
      state: STATES.merging(),
      outcomes: mergeOutcome({
        result: 'merged',
        mergeSha: MERGE,
        mergedBy: 'operator',
      }),
    },
    'merged_by_operator',
  ],
  [
    'merged by a person a moment before us',
    {
      state: STATES.merging(),
      outcomes: mergeOutcome({
        result: 'merged',
        mergeSha: MERGE,
        mergedBy: 'human',
      }),
    },
    'merged_by_human',
  ],
  [
    'merged, its answer lost',
    {
      state: STATES.merging(),
      outcomes: mergeOutcome({ result: 'failed', because: 'timeout' }),
      observed: pr({ state: 'merged', mergeSha: MERGE }),
    },
    'merged_by_operator',
  ],
  [
    'not allowed to merge',
    {
      state: STATES.merging(),
      outcomes: mergeOutcome({ result: 'permission_denied', because: '403' }),
    },
    'person_needed',
  ],
  [
    'no outcome of a merge',
    { state: STATES.merging(), after: 300 },
    'person_needed',
  ],
  [
    'I5 broken',
    {
      state: STATES.awaitingMerge(),
      policy: {
        ...POLICY,
        candidates: { ...POLICY.candidates, minUptime: 0.999 },
      },
    },
    'invariant_broken',
    'INVARIANT_BROKEN',
  ],
  [
    'I6 broken',
    { state: STATES.awaitingMerge(), observed: ci('failure') },
    'invariant_broken',
    'INVARIANT_BROKEN',
  ],
  [
    'I6 broken in production',
    {
      state: STATES.awaitingMerge(),
      observed: ci('failure'),
      rollback: production,
    },
    'invariant_broken',
    'INVARIANT_BROKEN',
  ],
  [
    'I3 broken',
    {
      state: STATES.awaitingMerge(),
      observed: now => ({
        freshHealth: known(
          degradedReading({
            replicas: known({ available: 3, desired: 3 }, now),
          }),
          now,
        ),
      }),
    },
    'person_needed',
  ],
  [
    'I7 broken',
    {
      state: STATES.awaitingMerge(),
      observed: now => ({ openPullRequests: known([OURS, THEIRS], now) }),
    },
    'person_needed',
  ],
  [
    'I8 broken',
    {
      state: STATES.awaitingMerge(),
      observed: pr({ mergeableState: 'dirty' }),
    },
    'person_needed',
  ],
  [
    'the hold label',
    {
      state: STATES.awaitingMerge(),
      observed: pr({ labels: ['do-not-merge/hold'] }),
    },
    'person_needed',
  ],
  [
    'somebody pushed',
    { state: STATES.awaitingMerge(), observed: pr({ headSha: OTHER }) },
    'person_needed',
  ],
  [
    'mode propose',
    {
      state: STATES.awaitingMerge(),
      policy: {
        ...POLICY,
        modes: { staging: 'propose', production: 'propose' },
      },
    },
    'person_needed',
  ],
  [
    'production, 3600 s',
    { state: STATES.awaitingMerge(), after: 3600, rollback: production },
    'approval_timed_out',
    'APPROVAL_TIMEOUT',
  ],
  [
    'nobody decided for 240 min',
    { state: STATES.review(), after: 240 * 60 },
    'review_timed_out',
    'REVIEW_TIMEOUT',
  ],
  [
    'Healthy at the target for 60 s',
    {
      state: STATES.merged(),
      after: 90,
      observed: health('Healthy', 60, TARGET),
    },
    'recovered',
  ],
  [
    'degraded after Healthy at the target',
    {
      state: mergedAndSeenHealthy,
      after: 40,
      observed: now => ({
        application: degradedRecord(now, { streak: 1, revision: TARGET }),
      }),
    },
    'degraded_again',
    'NEW_DEGRADATION',
  ],
  [
    'not recovered in 600 s',
    { state: STATES.merged(), after: 600 },
    'not_recovered',
    'NOT_RECOVERED',
  ],
  [
    'Healthy, but the target was never deployed',
    { state: STATES.merged(), after: 600, observed: health('Healthy', 500) },
    'not_recovered',
    'NOT_RECOVERED',
  ],
  ['complete for 60 s', { state: STATES.complete(), after: 60 }, 'archived'],
  ...(
    [
      'detected',
      'searching',
      'resolved',
      'opening',
      'prCreated',
      'awaitingMerge',
      'merging',
      'review',
      'merged',
    ] as const
  ).flatMap((name): typeof MOVES => [
    [
      `${name}: older than 24 h`,
      { state: STATES[name](), after: 24 * 3600 },
      'stale',
      'STALE_STATE',
    ],
    [
      `${name}: gone for 300 s`,
      {
        state: { ...STATES[name](), goneSince: T0 },
        after: 300,
        observed: () => ({ application: undefined }),
      },
      'application_gone',
      'APPLICATION_GONE',
    ],
  ]),
];

it.each(MOVES)('%s', (...testCase) => {
  const [, given, transition, reason] = testCase;
  const decision = look(given);
  expect(decision.transition).toBe(transition);
  expect(decision.because).toMatch(/\w{3}/);
  expect(kinds(decision).pop()).toBe('fsm.state_transition');
  // The same decision taken again names the same effects.
  expect(look(given)).toEqual(decision);
  expect({
    reason: decision.next.name === 'Abort' ? decision.next.reason : undefined,
    event: kinds(decision).includes('abort'),
  }).toEqual({ reason, event: reason !== undefined });
});

it.each(MOVES.filter(([, , , reason]) => reason))(
  'tells a person: %s',
  (...testCase) => {
    const [, given, , reason] = testCase;
    const decision = look(given);
    expect(decision.escalation).toMatchObject({ reason });
    expect(kinds(decision)).toEqual(
      expect.arrayContaining(['escalate', 'notify']),
    );
    // An aborted rollback is still looked at: for its reset, and for the pager.
    expect(decision.wakeAt).toBe(T0 + (given.after ?? 10) * SECOND);
  },
);

it('covers every move of the table but the opening one', () => {
  const { degradation_detected: _, ...others } = TRANSITIONS;
  expect([...new Set(MOVES.map(([, , id]) => id))].sort()).toEqual(
    Object.keys(others).sort(),
  );
});

const STAYS: Array<[string, Given]> = [
  ['one check', { state: STATES.detected(), observed: streak(1) }],
  ['two checks', { state: STATES.detected(), observed: streak(2) }],
  [
    'two checks and one not measured',
    {
      state: STATES.detected(),
      observed: now => ({
        application: degradedRecord(now, {
          streak: 2,
          lastCheck: { health: 'NotMeasured', at: now, streak: 0 },
        }),
      }),
    },
  ],
  ['three checks only confirm', { state: STATES.detected() }],
  [
    'the search waits for its answer',
    { state: STATES.searching(), after: 119 },
  ],
  [
    'CI of the only candidate runs',
    { state: STATES.searching(), after: 119, observed: pendingFound },
  ],
  [
    'nothing is given up while Healthy',
    {
      state: STATES.searching(),
      after: 130,
      observed: now => ({ ...health('Healthy', 20)(now), ...noneFound(now) }),
    },
  ],
  [
    'Healthy for 59 s',
    { state: STATES.resolved(), after: 60, observed: health('Healthy', 59) },
  ],
  [
    'Healthy for 60 s, the last check not measured',
    {
      state: STATES.resolved(),
      after: 60,
      observed: now => ({
        application: recordWith('Healthy', now, {
          since: now - 60 * SECOND,
          lastCheck: { health: 'NotMeasured', at: now, streak: 0 },
        }),
      }),
    },
  ],
  [
    'no pull request while Progressing',
    { state: STATES.resolved(), observed: health('Progressing') },
  ],
  [
    'no pull request while the fresh look is Healthy',
    {
      state: STATES.resolved(),
      observed: now => ({ freshHealth: known({ health: 'Healthy' }, now) }),
    },
  ],
  [
    'another pull request is open (RB-10)',
    {
      state: STATES.resolved(),
      after: 119,
      observed: now => ({ openPullRequests: known([THEIRS], now) }),
    },
  ],
  [
    'the outcome of the pull request is waited for',
    { state: STATES.opening(), after: 239, observed: health('Healthy', 120) },
  ],
  [
    'CI runs',
    { state: STATES.prCreated(), after: 299, observed: ci('pending') },
  ],
  [
    'GitHub cannot be reached',
    { state: STATES.prCreated(), after: 299, observed: lost },
  ],
  [
    'a Healthy that is only remembered',
    {
      state: STATES.prCreated(),
      observed: now => ({
        application: recordWith('Healthy', now),
        freshHealth: unknown('502', now),
        ...ci('pending')(now),
      }),
    },
  ],
  [
    'Healthy at the target while GitHub cannot be read: it may be merged',
    {
      state: STATES.prCreated(),
      observed: now => ({ ...health('Healthy', 0, TARGET)(now), ...lost() }),
    },
  ],
  [
    'a Healthy look that is too old',
    {
      state: STATES.prCreated(),
      observed: now => ({
        freshHealth: known({ health: 'Healthy' }, now - 31 * SECOND),
        ...ci('pending')(now),
      }),
    },
  ],
  [
    'I2 Progressing waits',
    {
      state: STATES.awaitingMerge(),
      observed: now => ({
        freshHealth: known(degradedReading({ health: 'Progressing' }), now),
      }),
    },
  ],
  ['I4 is rebuilt', { state: STATES.awaitingMerge(), observed: streak(2) }],
  [
    'GitHub computes',
    {
      state: STATES.awaitingMerge(),
      observed: pr({ mergeableState: 'unknown' }),
    },
  ],
  [
    'a merge is under way, whatever health says',
    { state: STATES.merging(), observed: health('Healthy') },
  ],
  [
    'production waits',
    { state: STATES.awaitingMerge(), after: 3599, rollback: production },
  ],
  [
    'a person is waited for although all holds',
    { state: STATES.review(), after: 240 * 60 - 1 },
  ],
  [
    'Healthy at the target for 59 s',
    {
      state: STATES.merged(),
      after: 90,
      observed: health('Healthy', 59, TARGET),
    },
  ],
  [
    'Healthy at the old revision',
    { state: STATES.merged(), after: 90, observed: health('Healthy', 60) },
  ],
  [
    'Healthy before the merge does not count',
    {
      state: STATES.merged(),
      after: 30,
      observed: health('Healthy', 600, TARGET),
    },
  ],
  [
    'the fresh look does not agree',
    {
      state: STATES.merged(),
      after: 90,
      observed: now => ({
        ...health('Healthy', 60, TARGET)(now),
        freshHealth: known({ health: 'Progressing', revision: TARGET }, now),
      }),
    },
  ],
  [
    'Healthy just in time is confirmed',
    {
      state: STATES.merged(),
      after: 610,
      observed: health('Healthy', 20, TARGET),
    },
  ],
  ['still degraded from before', { state: STATES.merged(), after: 599 }],
  ['complete for 59 s', { state: STATES.complete(), after: 59 }],
  [
    'gone for a moment',
    { state: STATES.prCreated(), observed: () => ({ application: undefined }) },
  ],
  [
    'gone for 299 s',
    {
      state: { ...STATES.merged(), goneSince: T0 },
      after: 299,
      observed: () => ({ application: undefined }),
    },
  ],
];

it.each(STAYS)('does not move: %s', (_name, given) => {
  const decision = look(given);
  const now = T0 + (given.after ?? 10) * SECOND;
  expect(decision.transition).toBeUndefined();
  expect(decision.next.name).toBe(given.state.name);
  expect(decision.wakeAt).toBeGreaterThanOrEqual(now);
  expect(decision.wakeAt).toBeLessThanOrEqual(now + 30 * SECOND);
  const deadline = deadlineOf(
    rollbackIn(decision.next, given.rollback),
    POLICY,
  );
  expect(deadline?.at).toBeGreaterThan(T0);
  expect(kinds(decision)).not.toContain('escalate');
});

describe('the queue', () => {
  const confirmed = (total: number, aheadInQueue: number) =>
    look({
      state: { ...STATES.detected(), confirmedAt: T0 } as RollbackState,
      observed: () => ({ activeRollbacks: { total, aheadInQueue } }),
    });

  it.each([
    [0, 0, true],
    [9, 0, true],
    [10, 0, false],
    [11, 0, false],
    [9, 1, false],
    [8, 1, true],
    [5, 4, true],
    [5, 5, false],
  ])('%d under way, %d ahead: begins %s', (total, ahead, begins) => {
    const decision = confirmed(total, ahead);
    expect(decision.next).toMatchObject({ confirmedAt: T0 });
    expect('searchStartedAt' in decision.next).toBe(begins);
  });

  it('stands in the queue before it takes a place, so that others see it', () => {
    // Several that are confirmed in one beat would each find the last place free.
    const decision = look({ state: STATES.detected() });
    expect(kinds(decision)).toEqual(['degradation.confirmed']);
    expect(decision.next).toMatchObject({ confirmedAt: T0 + 10 * SECOND });
    expect('searchStartedAt' in decision.next).toBe(false);
    expect(decision.wakeAt).toBe(T0 + 10 * SECOND);
  });

  it('starts the 120 s when a place is free, not when it was confirmed', () => {
    const state = { ...STATES.detected(), confirmedAt: T0 } as RollbackState;
    const decision = look({ state, after: 1000 });
    expect(kinds(decision)).toEqual([]);
    expect(decision.next).toMatchObject({
      confirmedAt: T0,
      searchStartedAt: T0 + 1000 * SECOND,
    });
    expect(deadlineOf(rollbackIn(decision.next), POLICY)?.at).toBe(
      T0 + 1120 * SECOND,
    );
  });
});

describe('the pull request', () => {
  it('is asked for once, with the exact change on the head that was read', () => {
    const decision = look({ state: STATES.resolved() });
    expect(decision.effects).toHaveLength(1);
    expect(decision.effects[0]).toMatchObject({
      key: `${CORRELATION_ID}/open_pull_request/1`,
      kind: 'open_pull_request',
      headBranch: 'rollback/payment-service-abc123d',
      title: 'Rollback: payment-service to abc123d (degraded in staging)',
      labels: ['ai-operator', 'rollback', 'staging'],
      change: { files: [{ path: SOURCE.manifestPath }] },
    });
    const again = look({ state: decision.next, after: 15 });
    expect(again.effects).toEqual([]);
  });

  it('is planned once more on a moved base, then given up as CONFLICT', () => {
    const conflict = {
      kind: 'open_pull_request',
      result: 'conflict',
      because: 'The branch moved',
    } as const;
    const first = look({
      state: STATES.opening(),
      outcomes: openOutcome(conflict),
    });
    expect(first.next).toMatchObject({
      name: 'CandidateResolved',
      prAttempt: 2,
      change: undefined,
    });
    const second = look({ state: first.next, outcomes: openOutcome(conflict) });
    const key = `${CORRELATION_ID}/open_pull_request/2`;
    expect(second.effects[0].key).toBe(key);
    const third = look({
      state: second.next,
      outcomes: { ...openOutcome(conflict), [key]: conflict },
    });
    expect(third.next).toMatchObject({ name: 'Abort', reason: 'CONFLICT' });
  });

  it('is only thought of in mode observe, until the application is Healthy or the day is over', () => {
    const policy: Policy = {
      ...POLICY,
      modes: { staging: 'observe', production: 'observe' },
    };
    const outcomes = openOutcome({
      result: 'dry_run',
      because: 'would have opened it',
    });
    const first = look({ state: STATES.opening(), outcomes, policy });
    expect(first.next).toMatchObject({
      name: 'CandidateResolved',
      dryRun: { because: 'would have opened it' },
    });
    const later = look({ state: first.next, outcomes, policy, after: 3600 });
    expect(later).toMatchObject({
      next: { name: 'CandidateResolved' },
      effects: [],
    });
    expect(
      look({
        state: first.next,
        outcomes,
        policy,
        after: 3600,
        observed: health('Healthy', 60),
      }).transition,
    ).toBe('health_restored');
    expect(
      look({ state: first.next, outcomes, policy, after: 86400 }).transition,
    ).toBe('stale');
    expect(
      look({ state: first.next, outcomes, after: 3600 }).next,
    ).toMatchObject({ prAttempt: 2, change: undefined });
  });
});

describe('the merge', () => {
  it('is asked for together with the success of CI when all eight hold', () => {
    const decision = look({ state: STATES.prCreated() });
    expect(kinds(decision)).toEqual([
      'merge_pull_request',
      'fsm.state_transition',
    ]);
    expect(decision.effects[0]).toMatchObject({
      key: `${CORRELATION_ID}/merge_pull_request/1`,
      number: 42,
      headSha: PULL_REQUEST.headSha,
      baseBranch: PULL_REQUEST.baseBranch,
      holdLabel: POLICY.holdLabel,
      commitTitle: `${PULL_REQUEST.title} (#42)`,
    });
    expect(decision.verdicts).toMatchObject({
      headSha: PULL_REQUEST.headSha,
      evaluatedAt: T0 + 10 * SECOND,
    });
  });

  it('is left to the next look when something else has to happen first', () => {
    const decision = look({
      state: STATES.prCreated(),
      observed: pr({ labels: ['do-not-merge/hold'] }),
    });
    expect(decision).toMatchObject({
      transition: 'ci_succeeded',
      wakeAt: T0 + 10 * SECOND,
    });
    expect(kinds(decision)).toEqual(['fsm.state_transition']);
  });

  it.each([
    ['refused', refused],
    ['the head moved', { ...refused, headMoved: true }],
    ['not wanted any more', { result: 'not_wanted', because: 'too old' }],
    ['failed', { result: 'failed', because: '502' }],
  ])(
    'is tried anew after it was %s, with a key of its own',
    (_name, outcome) => {
      const decision = look({
        state: STATES.merging(),
        outcomes: mergeOutcome(outcome),
      });
      expect(decision.effects.map(({ key }) => key)).toEqual([
        `${CORRELATION_ID}/merge_pull_request/2`,
      ]);
    },
  );

  it('is handed to a person after the second definite refusal, or the fifth attempt', () => {
    const asked = (attempts: number) =>
      ({ ...STATES.merging(), mergeAttempt: attempts } as RollbackState);
    const outcomes = (outcome: object, count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `${CORRELATION_ID}/merge_pull_request/${index + 1}`,
          { kind: 'merge_pull_request', ...outcome } as EffectOutcome,
        ]),
      );
    expect(
      look({ state: asked(2), outcomes: outcomes(refused, 2) }).transition,
    ).toBe('person_needed');
    const moved = { ...refused, headMoved: true };
    expect(
      look({ state: asked(4), outcomes: outcomes(moved, 4) }).transition,
    ).toBeUndefined();
    expect(
      look({ state: asked(5), outcomes: outcomes(moved, 5) }).transition,
    ).toBe('person_needed');
  });

  it('waits 300 s for what may clear by itself, then asks a person', () => {
    const waiting = look({
      state: STATES.awaitingMerge(),
      observed: pr({ mergeableState: 'unknown' }),
    });
    expect(waiting.next).toMatchObject({ inconclusiveSince: T0 + 10 * SECOND });
    const at = (after: number) =>
      look({
        state: waiting.next,
        after,
        observed: pr({ mergeableState: 'unknown' }),
      }).transition;
    expect(at(309)).toBeUndefined();
    expect(at(310)).toBe('person_needed');
    expect(look({ state: waiting.next, after: 309 }).effects).toHaveLength(1);
  });

  it('tells which invariants were violated', () => {
    const decision = look({
      state: STATES.awaitingMerge(),
      observed: now => ({ openPullRequests: known([OURS, THEIRS], now) }),
    });
    expect(kinds(decision)).toEqual([
      'merge.invariant_violation',
      'escalate',
      'notify',
      'fsm.state_transition',
    ]);
    expect(decision.effects[0]).toMatchObject({
      payload: { invariants: [{ id: 'I7_no_conflicts' }] },
    });
  });
});

describe('what becomes of our pull request', () => {
  const closes = (given: Given) =>
    kinds(look(given)).includes('close_pull_request');

  it('is closed with the words of AC-07 when health is restored', () => {
    const decision = look({
      state: STATES.awaitingMerge(),
      observed: health('Healthy'),
    });
    expect(kinds(decision)).toEqual([
      'close_pull_request',
      'merge.skipped',
      'fsm.state_transition',
    ]);
    expect(decision.effects[0]).toMatchObject({
      number: 42,
      comment: 'Health restored before merge, rollback no longer needed',
      deleteBranch: PULL_REQUEST.headBranch,
    });
    expect(decision.next).toMatchObject({
      name: 'Idle',
      outcome: 'health_restored',
    });
  });

  it('keeps a branch to which somebody else has pushed', () => {
    const decision = look({
      state: STATES.awaitingMerge(),
      observed: now => ({
        ...health('Healthy')(now),
        ...pr({ headSha: OTHER })(now),
      }),
    });
    expect(decision.effects[0]).not.toHaveProperty('deleteBranch');
  });

  it.each<[string, boolean, Given]>([
    [
      'stays open for the person who reads the CI failure',
      false,
      { state: STATES.prCreated(), observed: ci('failure') },
    ],
    [
      'stays open when CI hangs',
      false,
      { state: STATES.prCreated(), after: 300, observed: ci('pending') },
    ],
    [
      'stays open when the approval came too late',
      false,
      { state: STATES.awaitingMerge(), after: 3600, rollback: production },
    ],
    [
      'is closed when nobody answers the question',
      true,
      { state: STATES.review(), after: 14400 },
    ],
    [
      'is closed when it is a day old',
      true,
      { state: STATES.review(), after: 86400 },
    ],
    [
      'is closed when its target is not proven',
      true,
      {
        state: STATES.awaitingMerge(),
        policy: {
          ...POLICY,
          candidates: { ...POLICY.candidates, minUptime: 1 },
        },
      },
    ],
    [
      'is closed when another revision runs',
      true,
      { state: STATES.review(), observed: health('Progressing', 0, OTHER) },
    ],
  ])('%s', (_name, expected, given) => {
    expect(closes(given)).toBe(expected);
  });
});

describe('escalations', () => {
  it.each<[Given, string]>([
    [
      { state: STATES.prCreated(), rollback: production },
      '[URGENT] AI Operator Escalation: payment-service - Degraded',
    ],
    [
      { state: STATES.prCreated(), observed: ci('failure') },
      '[URGENT] AI Operator Escalation: payment-service - CI Failure on Rollback PR',
    ],
    [
      { state: STATES.searching(), observed: noneFound },
      '[URGENT] AI Operator Escalation: payment-service - No Stable Candidate',
    ],
  ])('carry the title of the worked examples', (given, title) => {
    const effect = look(given).effects.find(({ kind }) => kind === 'escalate');
    expect(effect).toMatchObject({
      title,
      labels: [
        'ai-operator',
        'escalation',
        'urgent',
        given.rollback?.environment ?? 'staging',
      ],
      repository: SOURCE.repository,
    });
  });

  it('tell why, what, which invariants, what to do and where to look', () => {
    const decision = look({
      state: STATES.prCreated(),
      observed: ci('failure'),
      policy: { ...POLICY, escalationRepository: 'my-org/incidents' },
    });
    const effect = decision.effects.find(({ kind }) => kind === 'escalate');
    expect(effect).toMatchObject({ repository: 'my-org/incidents' });
    const body = effect?.kind === 'escalate' ? effect.body : '';
    expect(body.match(/^## .*/gm)).toEqual([
      '## Why',
      '## Context',
      '## Invariants',
      '## Recommended action',
      '## What you can do',
      '## Audit',
    ]);
    expect(body).toContain('1 of 2 required checks failed: test');
    expect(body).toMatch(/\| I6 \| .* \| ❌ broken \|/);
    expect(body).toContain(CORRELATION_ID);
    expect(body).not.toMatch(/undefined|null|NaN/);
  });
});

it('publishes the events of the worked example in its order', () => {
  const events: string[] = [];
  let state = STATES.detected();
  const step = (given: Omit<Given, 'state'>) => {
    const decision = look({ state, ...given });
    events.push(
      ...kinds(decision).filter(
        kind => kind.includes('.') && kind !== 'fsm.state_transition',
      ),
    );
    state = decision.next;
  };
  step({ after: 10, observed: streak(2) });
  step({ after: 20 });
  step({ after: 20 });
  step({ after: 21, observed: found });
  step({ after: 22 });
  step({
    after: 24,
    outcomes: openOutcome({ result: 'opened', pullRequest: PULL_REQUEST }),
  });
  step({ after: 180 });
  step({
    after: 182,
    outcomes: mergeOutcome({
      result: 'merged',
      mergeSha: MERGE,
      mergedBy: 'operator',
    }),
  });
  step({ after: 330, observed: health('Healthy', 0, TARGET) });
  step({ after: 390, observed: health('Healthy', 60, TARGET) });
  expect(state.name).toBe('RollbackComplete');
  expect(events).toEqual([
    'degradation.confirmed',
    'candidate.resolved',
    'pr.created',
    'merge.completed',
    'health.restored',
  ]);
});

it('forgets that an application was gone once it is listed again', () => {
  const decision = look({
    state: { ...STATES.prCreated(), goneSince: T0 },
    observed: ci('pending'),
  });
  expect(decision.next.goneSince).toBeUndefined();
});

it('does nothing after the end', () => {
  const state = {
    name: 'Idle',
    enteredAt: T0,
    outcome: 'completed',
    because: 'x',
  } as const;
  expect(look({ state, after: (30 * HOUR) / SECOND })).toMatchObject({
    next: state,
    effects: [],
    wakeAt: undefined,
  });
  expect(deadlineOf(rollbackIn(state), POLICY)).toBeUndefined();
});
