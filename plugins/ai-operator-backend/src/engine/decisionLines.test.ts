import { RollbackStateName } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Decision, Rollback, RollbackState } from '../core';
import {
  Transition,
  TransitionId,
  TRANSITIONS,
} from '../core/decide/transitions';
import { rollbackIn, STATES, T0 } from '../core/__testUtils__/fixtures';
import { LogLevel } from '../logging';
import { decisionLines, failedCallLines } from './decisionLines';

const STATE_OF: Record<RollbackStateName, RollbackState> = {
  DegradationDetected: STATES.searching(),
  CandidateResolved: STATES.resolved(),
  PRCreated: STATES.prCreated(),
  AwaitingMergeApproval: STATES.awaitingMerge(),
  AwaitingHumanReview: STATES.review(),
  RollbackMerged: STATES.merged(),
  RollbackComplete: STATES.complete(),
  Abort: STATES.aborted(),
  Idle: {
    name: 'Idle',
    enteredAt: T0,
    outcome: 'health_restored',
    because: 'it is Healthy',
  },
};

/** How loud each move is when nobody is asked anything. */
const LEVELS: Record<Exclude<LogLevel, 'debug'>, TransitionId[]> = {
  info: [
    'degradation_detected',
    'transient',
    'candidate_resolved',
    'health_restored',
    'no_longer_degraded',
    'pull_request_opened',
    'ci_succeeded',
    'merged_by_operator',
    'merged_by_human',
    'restored_before_merge',
    'person_approved',
    'reset',
    'handed_back',
    'superseded',
    'recovered',
    'archived',
  ],
  warn: ['closed_by_human', 'person_needed', 'aborted_by_human', 'taken_over'],
  error: [
    'no_stable_candidate',
    'too_many_attempts',
    'source_unresolved',
    'pull_request_impossible',
    'ci_failed',
    'ci_timed_out',
    'invariant_broken',
    'approval_timed_out',
    'review_timed_out',
    'degraded_again',
    'not_recovered',
    'stale',
    'application_gone',
  ],
};

const ROWS = Object.entries(LEVELS).flatMap(([level, transitions]) =>
  transitions.map(transition => ({ level, transition })),
);

const ASKED: NonNullable<Decision['escalation']> = {
  reason: 'PERMISSION_DENIED',
  because: 'alice has to approve',
  recommendedAction: 'Look at it.',
  at: T0,
  firstAt: T0,
};

function decided(next: RollbackState, more: Partial<Decision> = {}): Decision {
  return {
    next,
    because: 'it is so',
    effects: [],
    wakeAt: T0 + 5_000,
    ...more,
  };
}

function moved(transition: TransitionId, more: Partial<Decision> = {}) {
  const { from, to }: Transition = TRANSITIONS[transition];
  return decisionLines(
    rollbackIn(STATE_OF[from[0]]),
    decided(STATE_OF[to], { transition, ...more }),
    T0,
  );
}

function verdicts(
  results: Record<string, 'holds' | 'broken' | 'unknown'>,
  approval?: 'holds' | 'broken',
) {
  return {
    evaluatedAt: T0,
    invariants: Object.entries(results).map(([id, result]) => ({
      id,
      result,
      because: 'of the evidence',
      evidence: [],
    })),
    guards: [],
    ...(approval
      ? { approval: { result: approval, because: '', evidence: [] } }
      : {}),
  } as unknown as NonNullable<Rollback['verdicts']>;
}

describe('decisionLines', () => {
  it('has a level for every move there is', () => {
    expect(ROWS.map(({ transition }) => transition).sort()).toEqual(
      Object.keys(TRANSITIONS).sort(),
    );
  });

  it.each(ROWS)(
    'tells $transition in one line of level $level',
    ({ level, transition }) => {
      const { from, to }: Transition = TRANSITIONS[transition];
      const lines = moved(transition);
      expect(lines).toEqual([
        {
          level,
          message: `payment-service (staging): ${from[0]} -> ${to}: it is so`,
          about: expect.objectContaining({
            correlationId: expect.any(String),
            environment: 'staging',
          }),
          fields: {
            transition,
            from: from[0],
            to,
            ...(to === 'Abort' ? { reason: 'CI_FAILURE' } : {}),
          },
        },
      ]);
    },
  );

  it.each(ROWS)(
    'tells $transition at least as a warning when people are asked with it',
    ({ level, transition }) => {
      expect(moved(transition, { escalation: ASKED })).toEqual([
        expect.objectContaining({
          level: level === 'error' ? 'error' : 'warn',
        }),
      ]);
    },
  );

  it('tells nothing of a look that found everything as it was', () => {
    for (const state of Object.values(STATE_OF)) {
      const before = rollbackIn(state, {
        verdicts: verdicts({ I6_ci_success: 'broken' }),
        escalation: { ...ASKED, at: T0 - 60_000 },
      });
      expect(
        decisionLines(
          before,
          decided(state, {
            verdicts: verdicts({ I6_ci_success: 'broken' }),
            escalation: before.escalation,
          }),
          T0,
        ),
      ).toEqual([]);
    }
  });

  it('tells when a degradation is confirmed, once', () => {
    const confirmed = {
      ...STATES.detected(),
      confirmedAt: T0,
    } as RollbackState;
    const lines = decisionLines(
      rollbackIn(STATES.detected()),
      decided(confirmed, { because: 'The degradation is confirmed' }),
      T0,
    );
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ['info', 'payment-service (staging): The degradation is confirmed'],
    ]);
    expect(
      decisionLines(rollbackIn(confirmed), decided(confirmed), T0),
    ).toEqual([]);
  });

  it('warns of invariants that have become broken, and of no other', () => {
    const before = rollbackIn(STATES.awaitingMerge(), {
      verdicts: verdicts({
        I2_health_degraded: 'holds',
        I6_ci_success: 'broken',
        I7_no_conflicts: 'holds',
      }),
    });
    const lines = decisionLines(
      before,
      decided(before.state, {
        verdicts: verdicts({
          I2_health_degraded: 'broken',
          I6_ci_success: 'broken',
          I7_no_conflicts: 'unknown',
        }),
      }),
      T0,
    );
    expect(lines).toMatchObject([
      {
        level: 'warn',
        message:
          'payment-service (staging): I2_health_degraded is broken: of the evidence',
        fields: { invariants: ['I2_health_degraded'] },
      },
    ]);
  });

  it('is calm about I1 in production, and about branch protection until somebody approves', () => {
    const before = rollbackIn(STATES.awaitingMerge(), {
      environment: 'production',
    });
    expect(
      decisionLines(
        before,
        decided(before.state, {
          verdicts: verdicts(
            { I1_environment: 'broken', I8_branch_protection: 'broken' },
            'broken',
          ),
        }),
        T0,
      ),
    ).toEqual([]);
    expect(
      decisionLines(
        before,
        decided(before.state, {
          verdicts: verdicts(
            { I1_environment: 'broken', I8_branch_protection: 'broken' },
            'holds',
          ),
        }),
        T0,
      ),
    ).toMatchObject([{ fields: { invariants: ['I8_branch_protection'] } }]);
  });

  it('warns when people are asked anew without a move', () => {
    const before = rollbackIn(STATES.review());
    expect(
      decisionLines(before, decided(before.state, { escalation: ASKED }), T0),
    ).toMatchObject([
      {
        level: 'warn',
        message:
          'payment-service (staging): people are asked: alice has to approve',
      },
    ]);
  });
});

describe('failedCallLines', () => {
  it('names the call, its code and what the other side said', () => {
    expect(
      failedCallLines(rollbackIn(STATES.review()), [
        {
          name: 'github.getPullRequestStatus',
          parameters: {},
          result: 'failure',
          response: 'GitHub answered 503',
          errorCode: 'UNAVAILABLE',
          startedAt: T0,
          durationMs: 1,
          retryCount: 3,
        },
      ]),
    ).toMatchObject([
      {
        level: 'warn',
        message:
          'payment-service (staging): github.getPullRequestStatus failed with UNAVAILABLE: GitHub answered 503',
        fields: {
          call: 'github.getPullRequestStatus',
          errorCode: 'UNAVAILABLE',
        },
      },
    ]);
  });
});
