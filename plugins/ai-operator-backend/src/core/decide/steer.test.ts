import { Decision } from '../decision';
import { Effect, EffectOutcome } from '../effect';
import { mergeKey, openPullRequestKey } from '../effectKeys';
import { Observation } from '../observation';
import { Policy } from '../policy';
import { Rollback, RollbackState } from '../rollback';
import { known, unknown } from '../verdict';
import {
  ALICE,
  approvalFact,
  CORRELATION_ID,
  degradedReading,
  HEAD,
  HOUR,
  humanCommand,
  MERGE,
  MINUTE,
  observationAt,
  OTHER,
  OURS,
  POLICY,
  PULL_REQUEST,
  pullRequestNow,
  recordWith,
  rollbackIn,
  SECOND,
  STATES,
  T0,
  TARGET,
  THEIRS,
} from '../__testUtils__/fixtures';
import { decide } from './decide';
import { questionsFor } from './questions';

const PRODUCTION = { environment: 'production' } as const;
const BOB = { entityRef: 'user:default/bob', login: 'bob' };

interface Given {
  state: RollbackState;
  now?: number;
  observed?: Partial<Observation>;
  rollback?: Partial<Rollback>;
  policy?: Partial<Policy>;
}

function look({
  state,
  now = T0 + 10 * SECOND,
  observed,
  rollback,
  policy,
}: Given): Decision {
  return decide(
    rollbackIn(state, rollback),
    observationAt(now, observed),
    now,
    { ...POLICY, ...policy },
  );
}

function effectsOf<K extends Effect['kind']>(
  { effects }: Decision,
  kind: K,
): Array<Extract<Effect, { kind: K }>> {
  return effects.filter(
    (effect): effect is Extract<Effect, { kind: K }> => effect.kind === kind,
  );
}

function approvedAt(now: number, overrides = {}) {
  return { approvals: known([approvalFact({ at: now, ...overrides })], now) };
}

describe('commands', () => {
  it.each([
    'detected',
    'searching',
    'resolved',
    'prCreated',
    'awaitingMerge',
    'review',
  ] as const)('ABORT ends %s, and the person is told', name => {
    const decision = look({
      state: STATES[name](),
      observed: {
        commands: [
          humanCommand('ABORT', {
            id: 'issue:7',
            source: 'issue',
            comment: {
              repository: 'my-org/ops',
              issueNumber: 3,
              id: 7,
              updatedAt: T0,
            },
          }),
        ],
      },
    });
    expect(decision.next).toMatchObject({
      name: 'Abort',
      reason: 'ABORTED_BY_HUMAN',
      by: ALICE,
      because:
        'alice aborted the rollback on the escalation issue: we know what it is',
    });
    expect(decision.answers).toEqual([
      expect.objectContaining({ id: 'issue:7', result: 'accepted' }),
    ]);
    expect(effectsOf(decision, 'answer_comment')).toEqual([
      expect.objectContaining({
        key: `${CORRELATION_ID}/answer_comment/7`,
        repository: 'my-org/ops',
        issueNumber: 3,
        commentId: 7,
        reaction: '+1',
      }),
    ]);
    expect(effectsOf(decision, 'close_pull_request')).toHaveLength(
      ['prCreated', 'awaitingMerge', 'review'].includes(name) ? 1 : 0,
    );
  });

  it('MANUAL works while the application is not listed, and when it is a day old', () => {
    for (const given of [
      { observed: { application: undefined } },
      { now: T0 + 25 * HOUR },
    ]) {
      expect(
        look({
          state: STATES.prCreated(),
          ...given,
          observed: {
            ...given.observed,
            commands: [humanCommand('MANUAL')],
          },
        }).next,
      ).toMatchObject({ name: 'Abort', reason: 'MANUAL_TAKEOVER' });
    }
  });

  it('of two commands in one look the first one counts, the other is told that it came too late', () => {
    const decision = look({
      state: STATES.awaitingMerge(),
      observed: {
        commands: [
          humanCommand('ABORT', { id: 'portal:1' }),
          humanCommand('MANUAL', { id: 'portal:2', person: BOB }),
        ],
      },
    });
    expect(decision.next).toMatchObject({ reason: 'ABORTED_BY_HUMAN' });
    expect(decision.answers).toEqual([
      expect.objectContaining({ id: 'portal:1', result: 'accepted' }),
      expect.objectContaining({
        id: 'portal:2',
        result: 'refused',
        because: expect.stringContaining('The rollback ended first: alice'),
      }),
    ]);
  });

  it('the pull request merged by somebody goes before an ABORT of the same moment', () => {
    const decision = look({
      state: STATES.awaitingMerge(),
      observed: {
        commands: [humanCommand('ABORT')],
        pullRequest: known(
          pullRequestNow({ state: 'merged', mergeSha: MERGE, endedBy: 'erin' }),
          T0 + 10 * SECOND,
        ),
      },
    });
    expect(decision.next.name).toBe('RollbackMerged');
    expect(decision.answers).toBeUndefined();
    const after = look({
      state: STATES.merged(),
      observed: { commands: [humanCommand('ABORT')] },
    });
    expect(after.next.name).toBe('RollbackMerged');
    expect(after.answers).toEqual([
      expect.objectContaining({
        result: 'refused',
        because: expect.stringContaining('#42 is merged already'),
      }),
    ]);
  });

  it('wait for a merge or a pull request that is on its way, then count', () => {
    const merging = (outcomes: Record<string, EffectOutcome>) =>
      look({
        state: STATES.merging(),
        observed: { commands: [humanCommand('ABORT')], outcomes },
      });
    const waiting = merging({});
    expect(waiting.next.name).toBe('AwaitingMergeApproval');
    expect(waiting.answers).toBeUndefined();
    const key = mergeKey(rollbackIn(STATES.merging()), 1);
    expect(
      merging({
        [key]: {
          kind: 'merge_pull_request',
          result: 'not_wanted',
          because: 'alice has said ABORT',
        },
      }).next,
    ).toMatchObject({ reason: 'ABORTED_BY_HUMAN' });

    const opening = (outcomes: Record<string, EffectOutcome>) =>
      look({
        state: STATES.opening(),
        observed: { commands: [humanCommand('MANUAL')], outcomes },
      });
    expect(opening({}).answers).toBeUndefined();
    const openKey = openPullRequestKey(rollbackIn(STATES.opening()), 1);
    expect(
      opening({
        [openKey]: {
          kind: 'open_pull_request',
          result: 'opened',
          pullRequest: PULL_REQUEST,
        },
      }).next.name,
    ).toBe('PRCreated');
    expect(
      opening({
        [openKey]: {
          kind: 'open_pull_request',
          result: 'not_wanted',
          because: 'alice has said MANUAL',
        },
      }).next,
    ).toMatchObject({ reason: 'MANUAL_TAKEOVER' });
  });

  it('that mean nothing here are refused with the reason', () => {
    const refusal = (state: RollbackState, name: 'APPROVE' | 'RESET') =>
      look({ state, observed: { commands: [humanCommand(name)] } }).answers;
    expect(refusal(STATES.awaitingMerge(), 'APPROVE')).toEqual([
      expect.objectContaining({
        result: 'refused',
        because: expect.stringContaining('In staging the operator merges'),
      }),
    ]);
    expect(refusal(STATES.review(), 'RESET')).toEqual([
      expect.objectContaining({ result: 'refused' }),
    ]);
    expect(refusal(STATES.detected(), 'APPROVE')).toEqual([
      expect.objectContaining({
        result: 'refused',
        because: 'There is no pull request to approve yet',
      }),
    ]);
  });
});

describe('production', () => {
  const at = T0 + 10 * SECOND;
  const awaiting = (observed: Partial<Observation>, policy?: Partial<Policy>) =>
    look({
      state: STATES.awaitingMerge(),
      rollback: PRODUCTION,
      now: at,
      observed: {
        application: recordWith('Degraded', at, {
          environment: 'production',
          streak: 3,
        }),
        ...observed,
      },
      policy,
    });
  const merges = (decision: Decision) =>
    effectsOf(decision, 'merge_pull_request').length;

  it('is merged with the approval of a senior maintainer, which the commit names', () => {
    const decision = awaiting(approvedAt(at));
    expect(merges(decision)).toBe(1);
    const [effect] = effectsOf(decision, 'merge_pull_request');
    expect(effect).toMatchObject({ headSha: HEAD, number: 42 });
    expect(effect.commitMessage).toContain(
      'Approval: alice approved fedcba9 by a review on GitHub at 10:30:10 UTC',
    );
    expect(decision.verdicts?.approval?.result).toBe('holds');
  });

  it.each<[string, Partial<Observation>]>([
    ['nobody', { approvals: known([], at) }],
    ['an answer nobody has', { approvals: unknown('502', at) }],
    ['an approver', approvedAt(at, { roles: known(['approver'], at) })],
    ['a person who lost the role', approvedAt(at, { roles: known([], at) })],
    [
      'somebody whose role is not known',
      approvedAt(at, { roles: unknown('catalog down', at) }),
    ],
    ['a bot', approvedAt(at, { isBot: true })],
    ['the author', approvedAt(at, { isAuthor: true })],
    ['an approval of an older commit', approvedAt(at, { headSha: OTHER })],
    ['a review that was dismissed', approvedAt(at, { decision: 'withdrawn' })],
    [
      'roles looked up long ago',
      approvedAt(at, { roles: known(['senior_maintainer'], at - 31 * SECOND) }),
    ],
    [
      'an approval in the portal, taken back on GitHub',
      {
        approvals: known(
          [
            approvalFact({ source: 'portal', at: at - 5 * SECOND }),
            approvalFact({ decision: 'withdrawn', at }),
          ],
          at,
        ),
      },
    ],
    [
      'an approval and a broken replica check',
      {
        ...approvedAt(at),
        freshHealth: known(degradedReading({ health: 'Progressing' }, at), at),
      },
    ],
    [
      'an approval while GitHub demands a review',
      {
        ...approvedAt(at),
        pullRequest: known(
          pullRequestNow({
            mergeableState: 'blocked',
            approvals: { have: 0, need: 1 },
          }),
          at,
        ),
      },
    ],
  ])('is not merged with %s', (_name, observed) => {
    const decision = awaiting(observed);
    expect(merges(decision)).toBe(0);
    expect(decision.next.name).toBe('AwaitingMergeApproval');
  });

  it('says what GitHub still demands when the approval did not come from there', () => {
    expect(
      awaiting({
        ...approvedAt(at, { source: 'portal' }),
        pullRequest: known(
          pullRequestNow({
            mergeableState: 'blocked',
            approvals: { have: 0, need: 1 },
          }),
          at,
        ),
      }).because,
    ).toBe(
      'alice approved fedcba9 in the portal at 10:30:10 UTC; not merged yet: GitHub demands 1 approving review, there are 0',
    );
  });

  it('somebody else approving makes up for an approver’s approval', () => {
    expect(
      merges(
        awaiting({
          approvals: known(
            [
              approvalFact({ person: BOB, roles: known(['approver'], at) }),
              approvalFact({ at }),
            ],
            at,
          ),
        }),
      ),
    ).toBe(1);
  });

  it('asks a person about what an approval cannot mend', () => {
    const decision = awaiting({
      ...approvedAt(at),
      openPullRequests: known([OURS, THEIRS], at),
    });
    expect(decision.transition).toBe('person_needed');
    expect(merges(decision)).toBe(0);
  });

  it('aborts at its deadline even when it is approved but not mergeable', () => {
    const now = T0 + HOUR;
    const decision = look({
      state: STATES.awaitingMerge(),
      rollback: PRODUCTION,
      now,
      observed: {
        ...approvedAt(now),
        pullRequest: known(
          pullRequestNow({ approvals: { have: 0, need: 2 } }),
          now,
        ),
      },
    });
    expect(decision.next).toMatchObject({
      reason: 'APPROVAL_TIMEOUT',
      because: '#42 was approved, but could not be merged in time',
    });
  });
});

describe('a person who was asked', () => {
  const asked = T0;
  const now = T0 + 60 * SECOND;
  const freeze = {
    freezes: [
      {
        kind: 'once' as const,
        from: T0 - HOUR,
        until: T0 + HOUR,
        reason: 'Black Friday',
      },
    ],
  };
  const review = (
    heldBy: Extract<RollbackState, { name: 'AwaitingHumanReview' }>['heldBy'],
    observed: Partial<Observation>,
    policy?: Partial<Policy>,
  ) =>
    look({
      state: {
        ...STATES.review(asked),
        heldBy,
      } as RollbackState,
      now,
      observed,
      policy,
    });

  it('answers the guards asked about, and the merge goes on past them', () => {
    const resumed = review(['freeze'], approvedAt(now), freeze);
    expect(resumed.transition).toBe('person_approved');
    expect(resumed.next).toMatchObject({
      answered: { guards: ['freeze'], by: ALICE, since: asked, at: now },
      mergeAttempt: 0,
      earlierAttempts: 0,
    });
    const merging = look({
      state: resumed.next,
      now,
      observed: approvedAt(now),
      policy: freeze,
    });
    expect(effectsOf(merging, 'merge_pull_request')).toHaveLength(1);
  });

  it('is looked at again before the merge, for an answer may be taken back', () => {
    const { next } = review(['freeze'], approvedAt(now), freeze);
    expect(questionsFor(rollbackIn(next), POLICY)).toContain('approvals');

    const takenBack = look({
      state: next,
      now,
      observed: approvedAt(now, { decision: 'withdrawn' }),
      policy: freeze,
    });
    expect(effectsOf(takenBack, 'merge_pull_request')).toEqual([]);
    expect(takenBack.next).toMatchObject({
      name: 'AwaitingHumanReview',
      heldBy: ['freeze'],
      question: expect.stringMatching(
        /^Frozen: Black Friday .*alice has withdrawn the approval$/,
      ),
    });
  });

  it('whose answer cannot be looked at is neither merged past nor asked at once', () => {
    const { next } = review(['freeze'], approvedAt(now), freeze);
    const unseen = look({
      state: next,
      now,
      observed: { approvals: unknown('502', now) },
      policy: freeze,
    });
    expect(effectsOf(unseen, 'merge_pull_request')).toEqual([]);
    expect(unseen.next).toMatchObject({
      name: 'AwaitingMergeApproval',
      inconclusiveSince: now,
    });
    expect(unseen.because).toMatch(/^Not merged yet: Frozen: .*502/);
  });

  it('whose answer was taken back does not stop what no guard holds back any more', () => {
    const { next } = review(['freeze'], approvedAt(now), freeze);
    const thawed = look({
      state: next,
      now,
      observed: { approvals: known([], now) },
    });
    expect(effectsOf(thawed, 'merge_pull_request')).toHaveLength(1);
  });

  it('is asked again about a guard that was not part of the question', () => {
    const resumed = review([], approvedAt(now), freeze);
    expect(resumed.transition).toBe('person_approved');
    const again = look({ state: resumed.next, now, policy: freeze });
    expect(again.next).toMatchObject({
      name: 'AwaitingHumanReview',
      heldBy: ['freeze'],
      question: 'Frozen: Black Friday (until 11:30:00 UTC)',
    });
  });

  it.each<[string, Partial<Observation>]>([
    [
      'the hold label',
      {
        pullRequest: known(
          pullRequestNow({ labels: ['do-not-merge/hold'] }),
          now,
        ),
      },
    ],
    [
      'a pause',
      {
        pauses: [{ id: 'p', reason: 'drill', by: 'user:default/erin', at: T0 }],
      },
    ],
    ['a broken invariant', { openPullRequests: known([OURS, THEIRS], now) }],
    ['an unknown invariant', { openPullRequests: unknown('502', now) }],
  ])('cannot approve past %s', (_name, observed) => {
    const decision = review(['hold_label', 'pause'], {
      ...approvedAt(now),
      ...observed,
    });
    expect(decision.transition).toBeUndefined();
    expect(decision.because).toMatch(/^alice approved .*; not merged yet: /);
  });

  it('is not answered by an approval from before the question', () => {
    expect(review([], approvedAt(asked - 1)).transition).toBeUndefined();
  });

  it('whose APPROVE is pending is told that it is recorded', () => {
    const decision = review([], {
      ...approvedAt(now, { source: 'issue' }),
      commands: [humanCommand('APPROVE', { at: now })],
    });
    expect(decision.transition).toBe('person_approved');
    expect(decision.answers).toEqual([
      expect.objectContaining({ result: 'accepted' }),
    ]);
  });

  it('does not have refusals from before held against the next merge', () => {
    const outcomes = Object.fromEntries(
      [1, 2].map(attempt => [
        mergeKey(rollbackIn(STATES.review()), attempt),
        {
          kind: 'merge_pull_request',
          result: 'refused',
          because: '405',
          headMoved: false,
        } as EffectOutcome,
      ]),
    );
    const resumed = review([], { ...approvedAt(now), outcomes });
    expect(resumed.next).toMatchObject({ mergeAttempt: 2, earlierAttempts: 2 });
    const merging = look({ state: resumed.next, now, observed: { outcomes } });
    expect(effectsOf(merging, 'merge_pull_request')).toEqual([
      expect.objectContaining({
        key: mergeKey(rollbackIn(STATES.review()), 3),
      }),
    ]);
  });
});

describe('an escalation nobody answers', () => {
  const escalation = {
    reason: 'NEEDS_HUMAN_REVIEW' as const,
    because: 'I7: #43 is open too',
    recommendedAction: 'Decide.',
    at: T0,
    firstAt: T0,
  };

  it.each(['review', 'aborted'] as const)(
    'calls the pager once after 60 minutes: %s',
    name => {
      const given = (now: number, pagedAt?: number) =>
        look({
          state: STATES[name](T0),
          now,
          rollback: { escalation: { ...escalation, pagedAt } },
        });
      expect(effectsOf(given(T0 + HOUR - 1), 'page')).toEqual([]);
      const due = given(T0 + HOUR);
      expect(effectsOf(due, 'page')).toEqual([
        expect.objectContaining({
          key: `${CORRELATION_ID}/page`,
          summary:
            'payment-service (staging) is degraded and nobody has answered AI Operator for 1 hour',
          link: `https://portal.example.com/ai-operator/rollbacks/${CORRELATION_ID}`,
        }),
      ]);
      expect(due.escalation).toMatchObject({ pagedAt: T0 + HOUR, at: T0 });
      expect(effectsOf(given(T0 + 2 * HOUR, T0 + HOUR), 'page')).toEqual([]);
    },
  );

  it.each<[string, Given]>([
    ['taken over', { state: STATES.takenOver() }],
    [
      'Healthy meanwhile',
      {
        state: STATES.aborted(),
        observed: { application: recordWith('Healthy', T0 + HOUR) },
      },
    ],
    [
      'approved',
      {
        state: STATES.review(),
        observed: {
          ...approvedAt(T0 + HOUR),
          openPullRequests: known([OURS, THEIRS], T0 + HOUR),
        },
      },
    ],
  ])('calls nobody when it is %s', (_name, given) => {
    expect(
      effectsOf(
        look({ ...given, now: T0 + HOUR, rollback: { escalation } }),
        'page',
      ),
    ).toEqual([]);
  });
});

it('a production rollback nobody approves wakes somebody up while there is still time', () => {
  const escalation = {
    reason: 'NEEDS_APPROVAL' as const,
    because: 'CI succeeded',
    recommendedAction: 'Approve it.',
    at: T0,
    firstAt: T0,
  };
  const given = (observed: Partial<Observation> = {}) =>
    look({
      state: STATES.awaitingMerge(T0),
      now: T0 + 20 * MINUTE,
      rollback: { ...PRODUCTION, escalation },
      policy: {
        timing: { ...POLICY.timing, escalationPage: 20 * MINUTE },
      },
      observed,
    });
  expect(effectsOf(given(), 'page')).toHaveLength(1);
  expect(effectsOf(given(approvedAt(T0 + 20 * MINUTE)), 'page')).toEqual([]);
});

describe('an aborted rollback', () => {
  const escalation = {
    reason: 'CI_FAILURE' as const,
    because: 'x',
    recommendedAction: 'y',
    at: T0,
    firstAt: T0,
    pagedAt: T0 + HOUR,
  };

  it('is looked at every 30 seconds, archived after 24 hours with a word to people, and stays locked', () => {
    const early = look({
      state: STATES.aborted(),
      rollback: { escalation },
      now: T0 + MINUTE,
    });
    expect(early.wakeAt).toBe(T0 + MINUTE + 30 * SECOND);
    const archived = look({
      state: STATES.aborted(),
      rollback: { escalation },
      now: T0 + 24 * HOUR,
    });
    expect(archived.next).toMatchObject({
      name: 'Abort',
      archivedAt: T0 + 24 * HOUR,
    });
    expect(effectsOf(archived, 'notify')).toHaveLength(1);
    const later = look({
      state: archived.next,
      rollback: { escalation },
      now: T0 + 25 * HOUR,
    });
    expect(later).toMatchObject({ effects: [], wakeAt: undefined });
    expect(later.next.name).toBe('Abort');
  });

  it('is reset at any age: the issue is closed, people are told, what was left open is closed', () => {
    const decision = look({
      state: { ...STATES.aborted(), archivedAt: T0 } as RollbackState,
      rollback: { escalation },
      now: T0 + 72 * HOUR,
      observed: {
        commands: [humanCommand('RESET', { reason: 'fixed forward' })],
      },
    });
    expect(decision.next).toMatchObject({
      name: 'Idle',
      outcome: 'reset',
      because: 'alice reset it: fixed forward',
    });
    expect(decision.effects.map(({ kind }) => kind)).toEqual([
      'close_pull_request',
      'close_issue',
      'notify',
      'publish_event',
    ]);
    expect(decision.wakeAt).toBeUndefined();
  });

  it('after a take-over waits for 60 seconds of Healthy, for ever if need be', () => {
    const at = (now: number, since: number, archivedAt?: number) =>
      look({
        state: { ...STATES.takenOver(), archivedAt } as RollbackState,
        now,
        observed: { application: recordWith('Healthy', now, { since }) },
      });
    expect(at(T0 + 59 * SECOND, T0).next.name).toBe('Abort');
    expect(at(T0 + 60 * SECOND, T0).next).toMatchObject({
      name: 'Idle',
      outcome: 'health_restored',
      because:
        'Healthy again for 60 seconds after alice took over: the operator watches again',
    });
    const archived = look({
      state: { ...STATES.takenOver(), archivedAt: T0 } as RollbackState,
      now: T0 + 30 * HOUR,
    });
    expect(archived.wakeAt).toBe(T0 + 30 * HOUR + 10 * MINUTE);
  });

  it('for any other reason is not freed by health', () => {
    const now = T0 + HOUR;
    expect(
      look({
        state: STATES.aborted(),
        now,
        observed: { application: recordWith('Healthy', now, { since: T0 }) },
      }).next.name,
    ).toBe('Abort');
  });
});

describe('a pause', () => {
  const paused = {
    pauses: [
      {
        id: 'p1',
        reason: 'database migration',
        by: 'user:default/erin',
        at: T0,
        until: T0 + 8 * HOUR,
      },
    ],
  };

  it('keeps the search from beginning and the pull request from opening, without giving up', () => {
    for (const now of [T0 + MINUTE, T0 + 7 * HOUR]) {
      const waiting = look({
        state: {
          name: 'DegradationDetected',
          enteredAt: T0,
          confirmedAt: T0,
        },
        now,
        observed: paused,
      });
      expect(waiting.next).not.toHaveProperty('searchStartedAt');
      expect(waiting.because).toContain(
        'erin paused everything until 18:30:00 UTC: database migration',
      );
    }
    const held = look({ state: STATES.resolved(), observed: paused });
    expect(held.next).toMatchObject({ pausedAt: T0 + 10 * SECOND });
    const later = look({
      state: held.next,
      now: T0 + 7 * HOUR,
      observed: paused,
    });
    expect(later.transition).toBeUndefined();
    const resumed = look({ state: later.next, now: T0 + 7 * HOUR });
    expect(resumed.next).toMatchObject({ enteredAt: T0 + 7 * HOUR });
    expect(resumed.next).not.toMatchObject({ pausedAt: expect.anything() });
    expect(
      effectsOf(
        look({ state: resumed.next, now: T0 + 7 * HOUR }),
        'open_pull_request',
      ),
    ).toHaveLength(1);
  });

  it('puts a pull request that waits for its merge before a person', () => {
    expect(
      look({ state: STATES.awaitingMerge(), observed: paused }).next,
    ).toMatchObject({ name: 'AwaitingHumanReview', heldBy: ['pause'] });
  });

  it('that is over holds nothing back', () => {
    const over = { pauses: [{ ...paused.pauses[0], until: T0 + 10 * SECOND }] };
    expect(
      effectsOf(
        look({ state: STATES.awaitingMerge(), observed: over }),
        'merge_pull_request',
      ),
    ).toHaveLength(1);
  });
});

describe('quotas', () => {
  it('of merges put the next one before a person, who may allow it', () => {
    const used = { lastHour: { pullRequests: 0, merges: 5 } };
    const decision = look({ state: STATES.awaitingMerge(), observed: used });
    expect(decision.next).toMatchObject({
      name: 'AwaitingHumanReview',
      heldBy: ['merge_quota'],
    });
    const now = T0 + 20 * SECOND;
    expect(
      look({
        state: decision.next,
        now,
        observed: { ...used, ...approvedAt(now) },
      }).transition,
    ).toBe('person_approved');
    expect(
      effectsOf(
        look({
          state: STATES.awaitingMerge(),
          observed: { lastHour: { pullRequests: 0, merges: 4 } },
        }),
        'merge_pull_request',
      ),
    ).toHaveLength(1);
  });

  it('of pull requests wait, then give up with the reason', () => {
    const used = {
      lastHour: { pullRequests: 10, merges: 0 },
      openPullRequests: known([], T0 + 10 * SECOND),
    };
    expect(look({ state: STATES.resolved(), observed: used })).toMatchObject({
      effects: [],
      because:
        '10 rollback pull requests were opened in my-org/payment-service within an hour, 10 are allowed',
    });
    const now = T0 + 120 * SECOND;
    expect(
      look({ state: STATES.resolved(), now, observed: used }).next,
    ).toMatchObject({ name: 'Abort', reason: 'QUOTA_EXCEEDED' });
  });

  it('of GitHub itself hold everything back until they are renewed', () => {
    const now = T0 + 10 * SECOND;
    const spent = (resetAt: number, remaining = 99) => ({
      githubBudget: { limit: 5_000, remaining, resetAt },
      openPullRequests: known([], now),
    });
    expect(
      look({ state: STATES.resolved(), observed: spent(now + MINUTE) }).effects,
    ).toEqual([]);
    const merging = (observed: Partial<Observation>) =>
      effectsOf(
        look({
          state: STATES.awaitingMerge(),
          observed: { ...observed, openPullRequests: known([OURS], now) },
        }),
        'merge_pull_request',
      ).length;
    expect(merging(spent(now + MINUTE))).toBe(0);
    expect(merging(spent(now))).toBe(1);
    expect(merging(spent(now + MINUTE, 100))).toBe(1);
  });
});

describe('the escalation issue', () => {
  it('tells of every move once there is one', () => {
    const escalation = {
      reason: 'NEEDS_HUMAN_REVIEW' as const,
      because: 'x',
      recommendedAction: 'y',
      at: T0,
      firstAt: T0,
    };
    const now = T0 + 10 * SECOND;
    const decision = look({
      state: STATES.review(),
      rollback: { escalation },
      observed: {
        pullRequest: known(
          pullRequestNow({ state: 'merged', mergeSha: MERGE, endedBy: 'erin' }),
          now,
        ),
      },
    });
    expect(decision.next.name).toBe('RollbackMerged');
    const [update] = effectsOf(decision, 'escalate');
    expect(update.body).toContain('erin merged #42');
    expect(update.body).toContain('the operator watches whether');
    expect(effectsOf(decision, 'notify')).toEqual([]);
  });

  it('has nothing left to decide once the application has recovered', () => {
    const escalation = {
      reason: 'NEEDS_HUMAN_REVIEW' as const,
      because: 'x',
      recommendedAction: 'y',
      at: T0,
      firstAt: T0,
    };
    const now = T0 + 120 * SECOND;
    const decision = look({
      state: STATES.merged(),
      now,
      rollback: { escalation },
      observed: {
        application: recordWith('Healthy', now, {
          since: T0,
          revision: TARGET,
        }),
        freshHealth: known({ health: 'Healthy', revision: TARGET }, now),
      },
    });
    expect(decision.next.name).toBe('RollbackComplete');
    const [update] = effectsOf(decision, 'escalate');
    expect(update.body).toContain('Nothing: the application has recovered.');
    expect(update.body).not.toMatch(/Comment `(APPROVE|ABORT|MANUAL)`/);
  });
});
