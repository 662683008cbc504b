import {
  HUMAN_COMMANDS,
  HumanCommandName,
  Role,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { RollbackState } from '../rollback';
import { rollbackIn, STATES, T0 } from '../__testUtils__/fixtures';
import { githubDemands } from './demands';
import { allowedActions, judgeCommand } from './judgeCommand';

const IDLE: RollbackState = {
  name: 'Idle',
  enteredAt: T0,
  outcome: 'completed',
  because: 'done',
};

/** In which states a senior maintainer may say what, in staging and in production. */
const FITS: Array<
  [keyof typeof STATES | 'idle', HumanCommandName[], HumanCommandName[]]
> = [
  ['detected', ['ABORT', 'MANUAL'], ['ABORT', 'MANUAL']],
  ['searching', ['ABORT', 'MANUAL'], ['ABORT', 'MANUAL']],
  ['resolved', ['ABORT', 'MANUAL'], ['ABORT', 'MANUAL']],
  ['opening', ['ABORT', 'MANUAL'], ['ABORT', 'MANUAL']],
  ['prCreated', ['ABORT', 'MANUAL'], ['APPROVE', 'ABORT', 'MANUAL']],
  ['awaitingMerge', ['ABORT', 'MANUAL'], ['APPROVE', 'ABORT', 'MANUAL']],
  ['merging', ['ABORT', 'MANUAL'], ['APPROVE', 'ABORT', 'MANUAL']],
  ['review', ['APPROVE', 'ABORT', 'MANUAL'], ['APPROVE', 'ABORT', 'MANUAL']],
  ['merged', ['MANUAL'], ['MANUAL']],
  ['complete', [], []],
  ['aborted', ['RESET'], ['RESET']],
  ['takenOver', ['RESET'], ['RESET']],
  ['idle', [], []],
];

function stateOf(name: keyof typeof STATES | 'idle'): RollbackState {
  return name === 'idle' ? IDLE : STATES[name]();
}

describe.each(FITS)('%s', (name, staging, production) => {
  it.each([
    ['staging', staging],
    ['production', production],
  ] as const)('%s', (environment, expected) => {
    const actions = allowedActions(rollbackIn(stateOf(name), { environment }), [
      'senior_maintainer',
    ]);
    expect(
      actions.filter(({ allowed }) => allowed).map(({ action }) => action),
    ).toEqual(expected);
    for (const { because } of actions) {
      expect(because).toMatch(/\w{3}/);
    }
  });
});

it.each<[Role[], string]>([
  [['approver'], 'you are approver'],
  [['developer'], 'you are developer'],
  [['admin'], 'you are admin'],
  [['developer', 'approver', 'admin'], 'developer and approver and admin'],
  [[], 'you have no role in AI Operator'],
])('%j may say nothing, and reads why', (roles, you) => {
  for (const command of HUMAN_COMMANDS) {
    for (const environment of ['staging', 'production'] as const) {
      const judged = judgeCommand(
        rollbackIn(STATES.review(), { environment }),
        command,
        roles,
      );
      expect(judged).toMatchObject({ allowed: false, code: 'ROLE' });
      expect(judged.because).toContain(you);
      expect(judged.because).toContain(environment);
    }
  }
});

it('says what an approver reads about a production rollback, word for word', () => {
  expect(
    judgeCommand(
      rollbackIn(STATES.awaitingMerge(), { environment: 'production' }),
      'APPROVE',
      ['approver'],
    ).because,
  ).toBe(
    'approving a production rollback needs the role senior maintainer; you are approver',
  );
});

it('tells what GitHub demands only while there is something to merge', () => {
  const verdicts = {
    evaluatedAt: T0,
    guards: [],
    invariants: [
      {
        id: 'I8_branch_protection' as const,
        result: 'broken' as const,
        because: 'GitHub demands 1 approving review, there are 0',
        evidence: [],
      },
    ],
  };
  expect(
    githubDemands(rollbackIn(STATES.awaitingMerge(), { verdicts })),
  ).toEqual(['GitHub demands 1 approving review, there are 0']);
  expect(githubDemands(rollbackIn(STATES.merged(), { verdicts }))).toEqual([]);
  expect(githubDemands(rollbackIn(STATES.awaitingMerge()))).toEqual([]);
});
