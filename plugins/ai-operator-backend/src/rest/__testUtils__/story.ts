import { INVARIANT_IDS } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Rollback, VerdictSet } from '../../core';
import {
  claimRollbacks,
  commitRollback,
  CommitRollbackOptions,
  Database,
} from '../../persistence';
import {
  aCheck,
  aKey,
  anAudit,
  openOne,
  SHA,
  states,
  T0,
  tick,
} from '../../persistence/__testUtils__/fixtures';

export const VERDICTS: VerdictSet = {
  evaluatedAt: T0 + 180_000,
  headSha: SHA.head,
  invariants: INVARIANT_IDS.map(id => ({
    id,
    result: 'holds',
    because: `${id} was looked at`,
    evidence: [{ label: 'Replicas', value: '1 of 3' }],
  })),
  guards: [
    { id: 'mode', result: 'holds', because: 'mode is auto', evidence: [] },
  ],
};

/** Commits a decision about one rollback, as the processor would. */
export async function decideFor(
  db: Database,
  { correlationId }: Pick<Rollback, 'correlationId'>,
  state: Rollback['state'],
  options: Partial<CommitRollbackOptions> & {
    evidence?: Partial<CommitRollbackOptions['after']>;
  } = {},
): Promise<void> {
  const { evidence, ...rest } = options;
  const claimed = await claimRollbacks(db, {
    now: Number.MAX_SAFE_INTEGER,
    limit: 1_000,
    holder: 'test',
    // Already over, so that the next call may claim them all again.
    leaseMs: -1,
  });
  const item = claimed.find(c => c.rollback.correlationId === correlationId);
  if (!item) {
    throw new Error(`${correlationId} is not open`);
  }
  const ended = state.name === 'Idle' || state.name === 'Abort';
  const before = item.rollback;
  await commitRollback(db, {
    before,
    ticket: item.ticket,
    after: { state, ...evidence },
    wakeAt: ended ? undefined : state.enteredAt + 10_000,
    now: state.enteredAt,
    audit: [],
    effects: [],
    transition:
      state.name === before.state.name
        ? undefined
        : {
            from: before.state.name,
            to: state.name,
            because: `on to ${state.name}`,
          },
    ...rest,
  });
}

/** The customer's example 2 up to the merge decision: every part of a rollback has something to show. */
export async function payment(db: Database): Promise<Rollback> {
  const rollback = await openOne(db, 'payment-service');
  const { correlationId } = rollback;
  await tick(db, {
    now: T0 + 20_000,
    checks: [0, 10_000, 20_000].map((offset, n) => ({
      key: aKey('payment-service'),
      check: aCheck({
        at: T0 + offset,
        health: 'Degraded',
        streak: n + 1,
        replicas: { known: true, value: { available: 1, desired: 3 }, at: T0 },
      }),
    })),
  });
  await decideFor(db, rollback, states(T0 + 40_000).candidateResolved, {
    evidence: {
      candidates: {
        searchedAt: T0 + 40_000,
        rows: [
          {
            sha: SHA.good,
            message: 'Fix payment processing bug',
            author: 'Jane Doe',
            committedAt: T0 - 86_400_000,
            ci: 'success',
            uptime: 0.998,
            verdict: 'resolved',
            because: 'CI succeeded and it was up 99.8 % of the time',
          },
        ],
      },
    },
    audit: [
      anAudit({
        correlationId,
        timestamp: T0 + 39_000,
        actionType: 'MCP_CALL',
        reasoning: 'github.listCommits answered in 120 ms.',
        mcpCall: {
          name: 'github.listCommits',
          parameters: { repository: 'my-org/payment-service' },
          result: 'success',
          durationMs: 119.6,
          retryCount: 1,
        },
      }),
      anAudit({
        correlationId,
        timestamp: T0 + 40_000,
        fsmState: {
          before: 'DegradationDetected',
          after: 'CandidateResolved',
        },
      }),
    ],
  });
  await decideFor(db, rollback, states(T0 + 50_000).prCreated);
  await decideFor(db, rollback, states(T0 + 180_000).awaitingMerge, {
    evidence: {
      verdicts: VERDICTS,
      ci: {
        observedAt: T0 + 180_000,
        headSha: SHA.head,
        checks: [{ name: 'test', required: true, state: 'success' }],
      },
    },
    audit: [
      anAudit({
        correlationId,
        timestamp: T0 + 180_000,
        actionType: 'INVARIANT_CHECK',
        reasoning: 'All 8 invariants hold and no guard holds back.',
        invariantsChecked: VERDICTS.invariants.map(
          ({ id, result, because }) => ({ id, result, because }),
        ),
      }),
    ],
  });
  return rollback;
}
