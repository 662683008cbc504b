import { Effect } from '../effect';
import { evaluate } from '../evaluate';
import { Rollback } from '../rollback';
import {
  observationAt,
  OTHER,
  POLICY,
  rollbackIn,
  SECOND,
  STATES,
  T0,
} from '../__testUtils__/fixtures';
import { decide } from './decide';
import { stillWanted } from './stillWanted';

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
    'merge, in production',
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
  const answer = stillWanted(effect, rollback, T0 + seconds * SECOND, POLICY);
  expect(answer.wanted).toBe(wanted);
  expect('because' in answer).toBe(!wanted);
});
