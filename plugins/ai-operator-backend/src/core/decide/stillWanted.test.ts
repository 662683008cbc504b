import { Effect } from '../effect';
import { evaluate } from '../evaluate';
import { Rollback } from '../rollback';
import { known } from '../verdict';
import {
  approvalFact,
  humanCommand,
  observationAt,
  OTHER,
  POLICY,
  rollbackIn,
  SECOND,
  STATES,
  T0,
} from '../__testUtils__/fixtures';
import { decide } from './decide';
import { Since, stillWanted } from './stillWanted';

function ordered(state: Parameters<typeof rollbackIn>[0]): [Effect, Rollback] {
  const rollback = rollbackIn(state);
  const decision = decide(rollback, observationAt(T0), T0, POLICY);
  return [
    decision.effects[0],
    {
      ...rollback,
      state: decision.next,
      verdicts: decision.verdicts ?? rollback.verdicts,
    },
  ];
}

const NOTHING = { commands: [], pauses: [] };

const [open, opening] = ordered(STATES.resolved());
const [merge, merging] = ordered(STATES.awaitingMerge());

it.each<[string, Effect, Rollback, number, boolean]>([
  ['open, at once', open, opening, 0, true],
  ['open, after retries', open, opening, 100, true],
  [
    'open, another attempt is the present one',
    open,
    {
      ...opening,
      state: { ...opening.state, prAttempt: 2 } as Rollback['state'],
    },
    0,
    false,
  ],
  ['open, planned anew', open, rollbackIn(STATES.resolved()), 0, false],
  [
    'open, ended',
    open,
    rollbackIn({
      name: 'Abort',
      enteredAt: T0,
      reason: 'STALE_STATE',
      because: 'x',
    }),
    0,
    false,
  ],
  ['merge, at once', merge, merging, 0, true],
  ['merge, 30 s later', merge, merging, 30, true],
  ['merge, 31 s later', merge, merging, 31, false],
  [
    'merge, in production without an approval',
    merge,
    { ...merging, environment: 'production' },
    0,
    false,
  ],
  [
    'merge, another attempt',
    merge,
    {
      ...merging,
      state: { ...merging.state, mergeAttempt: 2 } as Rollback['state'],
    },
    0,
    false,
  ],
  [
    'merge, a person was asked',
    merge,
    { ...merging, state: STATES.review() },
    0,
    false,
  ],
  [
    'merge, verdicts of another head',
    merge,
    {
      ...merging,
      verdicts: merging.verdicts && { ...merging.verdicts, headSha: OTHER },
    },
    0,
    false,
  ],
  ['merge, no verdicts', merge, { ...merging, verdicts: undefined }, 0, false],
  [
    'merge, a later evaluation that does not hold',
    merge,
    {
      ...merging,
      verdicts: evaluate(
        merging,
        observationAt(T0, { ci: undefined }),
        T0,
        POLICY,
      ),
    },
    0,
    false,
  ],
])('%s', (_name, effect, rollback, seconds, wanted) => {
  const answer = stillWanted(
    effect,
    rollback,
    NOTHING,
    T0 + seconds * SECOND,
    POLICY,
  );
  expect(answer.wanted).toBe(wanted);
  expect('because' in answer).toBe(!wanted);
});

describe('what people said after the decision', () => {
  const now = T0 + 5 * SECOND;
  const pause = { id: 'p', reason: 'drill', by: 'user:default/erin', at: now };

  it.each<[string, Since, boolean]>([
    ['nothing', NOTHING, true],
    ['ABORT', { ...NOTHING, commands: [humanCommand('ABORT')] }, false],
    ['MANUAL', { ...NOTHING, commands: [humanCommand('MANUAL')] }, false],
    [
      'an ABORT that was refused',
      {
        ...NOTHING,
        commands: [humanCommand('ABORT', { result: 'refused' })],
      },
      true,
    ],
    ['APPROVE', { ...NOTHING, commands: [humanCommand('APPROVE')] }, true],
    ['a pause', { ...NOTHING, pauses: [pause] }, false],
    [
      'a pause that is over',
      { ...NOTHING, pauses: [{ ...pause, until: now }] },
      true,
    ],
  ])('%s', (_name, since, wanted) => {
    for (const [effect, rollback] of [
      [open, opening],
      [merge, merging],
    ] as const) {
      expect(stillWanted(effect, rollback, since, now, POLICY).wanted).toBe(
        wanted,
      );
    }
  });

  it.each<[number, boolean]>([
    [T0 - SECOND, true],
    [T0 + SECOND, false],
  ])('an approval withdrawn at %d', (answeredAt, wanted) => {
    expect(
      stillWanted(
        merge,
        merging,
        {
          ...NOTHING,
          commands: [
            humanCommand('APPROVE', { result: 'withdrawn', answeredAt }),
          ],
        },
        now,
        POLICY,
      ).wanted,
    ).toBe(wanted);
  });
});

describe('a merge in production', () => {
  const environment = 'production' as const;
  const rollback = rollbackIn(STATES.awaitingMerge(), { environment });
  const observation = observationAt(T0, {
    approvals: known([approvalFact()], T0),
  });
  const decision = decide(rollback, observation, T0, POLICY);
  const [effect] = decision.effects;
  const after = {
    ...rollback,
    state: decision.next,
    verdicts: decision.verdicts,
  };

  it('is wanted with the approval, and not without', () => {
    expect(effect.kind).toBe('merge_pull_request');
    expect(stillWanted(effect, after, NOTHING, T0, POLICY).wanted).toBe(true);
    expect(
      stillWanted(
        effect,
        {
          ...after,
          verdicts: evaluate(
            after,
            { ...observation, approvals: known([], T0) },
            T0,
            POLICY,
          ),
        },
        NOTHING,
        T0,
        POLICY,
      ).wanted,
    ).toBe(false);
  });

  it.each<[string, Since['auditTrail'], boolean]>([
    ['nothing waits', { sinks: ['a file'] }, true],
    ['not for long', { sinks: ['a file'], waitingSince: T0 - SECOND }, true],
    ['too long', { sinks: ['a file'], waitingSince: T0 - 60 * SECOND }, false],
  ])('waits for the audit trail: %s', (_name, auditTrail, wanted) => {
    const since = { ...NOTHING, auditTrail };
    expect(stillWanted(effect, after, since, T0, POLICY).wanted).toBe(wanted);
    // Staging goes on whatever waits.
    expect(stillWanted(merge, merging, since, T0, POLICY).wanted).toBe(true);
  });
});

it('a guard a person has answered does not stop the merge, another one does', () => {
  const verdicts = merging.verdicts && {
    ...merging.verdicts,
    guards: merging.verdicts.guards.map(guard =>
      guard.id === 'freeze' ? { ...guard, result: 'broken' as const } : guard,
    ),
  };
  const answered = (guards: Array<'freeze' | 'hold_label'>): Rollback => ({
    ...merging,
    verdicts,
    state: {
      ...merging.state,
      answered: { guards, by: {}, since: T0, at: T0 },
    } as Rollback['state'],
  });
  const wanted = (rollback: Rollback) =>
    stillWanted(merge, rollback, NOTHING, T0, POLICY).wanted;
  expect(wanted(answered(['freeze']))).toBe(true);
  expect(wanted(answered(['hold_label']))).toBe(false);
});

it.each([
  'escalate',
  'close_issue',
  'answer_comment',
  'notify',
  'page',
] as const)(
  '%s is always carried out: it tells what has been decided',
  kind => {
    const effect = { key: 'k', kind } as unknown as Effect;
    expect(
      stillWanted(
        effect,
        merging,
        { commands: [humanCommand('ABORT')], pauses: [] },
        T0,
        POLICY,
      ),
    ).toEqual({ wanted: true });
  },
);
