import type { RollbackDetail } from '@ai-operator/backstage-plugin-ai-operator-common';
import { seenBy } from '../../dev/fixtures';
import {
  aborted,
  awaitingApproval,
  awaitingReview,
  summaryOf,
  waitingForCi,
} from '../../dev/fixtures/rollbacks';
import {
  commandNeeded,
  isNeeded,
  personName,
  splitByNeed,
  whoCould,
} from './people';

const NOW = 1_700_000_000_000;

describe('commandNeeded', () => {
  it.each<[string, RollbackDetail, string | undefined]>([
    ['an approval', awaitingApproval(NOW), 'APPROVE'],
    ['a review', awaitingReview(NOW), 'APPROVE'],
    ['a reset', aborted(NOW), 'RESET'],
    ['nothing', waitingForCi(NOW), undefined],
    [
      'nothing although it is in a state that may need a person',
      { ...awaitingApproval(NOW), needsHuman: false },
      undefined,
    ],
  ])('waits for %s', (_, rollback, command) => {
    expect(commandNeeded(rollback)).toBe(command);
  });
});

describe('isNeeded', () => {
  it("believes the backend's judgement more than roles", () => {
    const rollback = seenBy(awaitingApproval(NOW), ['approver']);
    expect(isNeeded(rollback, ['senior_maintainer'])).toBe(false);
    expect(isNeeded(awaitingApproval(NOW), [])).toBe(true);
  });

  it.each([
    [['senior_maintainer'], true],
    [['approver', 'senior_maintainer'], true],
    [['approver'], false],
    [['admin'], false],
    [[], false],
    [undefined, false],
  ] as const)('by roles %j: %s', (roles, needed) => {
    const summary = summaryOf(awaitingApproval(NOW));
    expect(isNeeded(summary, roles)).toBe(needed);
  });

  it('calls nobody when nobody is needed', () => {
    expect(isNeeded(waitingForCi(NOW), ['senior_maintainer'])).toBe(false);
  });
});

describe('splitByNeed', () => {
  it('keeps every rollback on exactly one side, in its order', () => {
    const rollbacks = [awaitingApproval(NOW), aborted(NOW)].map(summaryOf);
    expect(splitByNeed(rollbacks, ['senior_maintainer'])).toEqual({
      mine: rollbacks,
      others: [],
    });
    expect(splitByNeed(rollbacks, ['admin'])).toEqual({
      mine: [],
      others: rollbacks,
    });
  });
});

describe('people in words', () => {
  it('says who could, by the permission matrix', () => {
    expect(whoCould('APPROVE')).toBe('a senior maintainer');
    expect(whoCould('RESET')).toBe('a senior maintainer');
  });

  it.each([
    [{ entityRef: 'user:default/alice', login: 'al' }, 'alice'],
    [{ login: 'mallory' }, 'mallory'],
    [{}, 'Somebody'],
  ])('%j is %s', (person, name) => {
    expect(personName(person)).toBe(name);
  });
});
