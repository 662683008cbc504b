import { ApprovalFact } from '../people';
import { known, unknown } from '../verdict';
import {
  approvalFact,
  observationAt,
  OTHER,
  POLICY,
  rollbackIn,
  SECOND,
  STATES,
  T0,
} from '../__testUtils__/fixtures';
import { approverOf, judgeApproval } from './judgeApproval';

const ROLLBACK = rollbackIn(STATES.awaitingMerge(), {
  environment: 'production',
});
const BOB = { entityRef: 'user:default/bob', login: 'bob' };

function judge(facts: ApprovalFact[], since?: number) {
  return judgeApproval(
    ROLLBACK,
    observationAt(T0, { approvals: known(facts, T0) }),
    T0,
    POLICY,
    since,
  );
}

it.each<[string, ApprovalFact[], 'holds' | 'broken' | 'unknown']>([
  ['nobody', [], 'broken'],
  ['a senior maintainer', [approvalFact()], 'holds'],
  [
    'one of several roles',
    [approvalFact({ roles: known(['developer', 'senior_maintainer'], T0) })],
    'holds',
  ],
  ['an admin', [approvalFact({ roles: known(['admin'], T0) })], 'broken'],
  [
    'roles of exactly 30 s ago',
    [approvalFact({ roles: known(['senior_maintainer'], T0 - 30 * SECOND) })],
    'holds',
  ],
  [
    'roles of 31 s ago',
    [approvalFact({ roles: known(['senior_maintainer'], T0 - 31 * SECOND) })],
    'unknown',
  ],
  ['no commit named', [approvalFact({ headSha: undefined })], 'broken'],
  ['another commit', [approvalFact({ headSha: OTHER })], 'broken'],
  [
    'said and taken back in the same instant',
    [approvalFact(), approvalFact({ decision: 'withdrawn' })],
    'broken',
  ],
  [
    'taken back, then said again',
    [
      approvalFact({ decision: 'withdrawn', at: T0 - SECOND }),
      approvalFact({ source: 'portal' }),
    ],
    'holds',
  ],
  [
    'one of unknown role beside one that counts',
    [
      approvalFact({ person: BOB, roles: unknown('catalog down', T0) }),
      approvalFact(),
    ],
    'holds',
  ],
  [
    'one of unknown role beside one that does not count',
    [
      approvalFact({ roles: unknown('catalog down', T0) }),
      approvalFact({ person: BOB, roles: known(['approver'], T0) }),
    ],
    'unknown',
  ],
])('%s: %s', (_name, facts, result) => {
  const verdict = judge(facts);
  expect(verdict.result).toBe(result);
  expect(verdict.because).toMatch(/\w{3}/);
  expect(verdict.evidence).toHaveLength(
    new Set(facts.map(({ person }) => person.entityRef)).size,
  );
});

it('one person is one person, by catalog entity or by login in any case', () => {
  const byLogin = { login: 'Mallory' };
  expect(
    judge([
      approvalFact({ person: byLogin, at: T0 - SECOND }),
      approvalFact({ person: { login: 'mallory' }, decision: 'withdrawn' }),
    ]).result,
  ).toBe('broken');
});

it('does not count what was said before the question', () => {
  const facts = [approvalFact({ at: T0 - SECOND })];
  expect(judge(facts, T0).result).toBe('broken');
  expect(judge(facts, T0 - SECOND).result).toBe('holds');
});

it('is unknown when nobody could be asked, or the answer is old', () => {
  for (const approvals of [
    undefined,
    unknown<ApprovalFact[]>('502', T0),
    known([approvalFact()], T0 - 31 * SECOND),
  ]) {
    expect(
      judgeApproval(ROLLBACK, observationAt(T0, { approvals }), T0, POLICY)
        .result,
    ).toBe('unknown');
  }
});

it('names who approved', () => {
  const observation = observationAt(T0, {
    approvals: known(
      [
        approvalFact({ person: BOB, roles: known(['approver'], T0) }),
        approvalFact(),
      ],
      T0,
    ),
  });
  expect(approverOf(ROLLBACK, observation, T0, POLICY)?.person.login).toBe(
    'alice',
  );
});
