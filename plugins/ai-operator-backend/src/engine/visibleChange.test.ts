import { known, Rollback, Verdict } from '../core';
import {
  ciNow,
  observationAt,
  POLICY,
  pullRequestNow,
  rollbackIn,
  SECOND,
  STATES,
  T0,
} from '../core/__testUtils__/fixtures';
import { decide } from '../core/decide/decide';
import { isVisibleChange } from './visibleChange';

const NOW = T0 + 10 * SECOND;

/** The rollback as it is stored after a look at a pull request whose CI is not through. */
function looked(at: number, before: Rollback, ci = ciNow('pending')) {
  const observation = {
    ...observationAt(at),
    ci: known(ci, at),
    pullRequest: known(pullRequestNow(), at),
  };
  const decision = decide(before, observation, at, POLICY);
  return {
    decision,
    checks: ci.checks,
    after: {
      ...before,
      state: decision.next,
      verdicts: decision.verdicts,
      ci: { ...ci, observedAt: at },
    },
  };
}

describe('isVisibleChange', () => {
  const { after: stored } = looked(NOW, rollbackIn(STATES.prCreated()));

  it('a second look that finds the same shows nothing new', () => {
    const { decision, checks } = looked(NOW + 5 * SECOND, stored);
    expect(isVisibleChange(stored, decision, checks)).toBe(false);
  });

  it('a move', () => {
    const { decision, checks } = looked(
      NOW + 5 * SECOND,
      stored,
      ciNow('success'),
    );
    expect(decision.transition).toBe('ci_succeeded');
    expect(isVisibleChange(stored, decision, checks)).toBe(true);
  });

  it('another state of a check', () => {
    const [first, ...others] = ciNow('pending').checks;
    const ci = {
      ...ciNow('pending'),
      checks: [...others, { ...first, name: 'another' }],
    };
    const { decision, checks } = looked(NOW + 5 * SECOND, stored, ci);
    expect(isVisibleChange(stored, decision, checks)).toBe(true);
  });

  it('another reason of a verdict, but not its time', () => {
    const { decision, checks } = looked(NOW + 5 * SECOND, stored);
    const { verdicts } = decision;
    if (!verdicts) {
      throw new Error('Nothing was evaluated');
    }
    const with_ = (change: Partial<Verdict>, evaluatedAt = NOW) => ({
      ...decision,
      verdicts: {
        ...verdicts,
        evaluatedAt,
        invariants: verdicts.invariants.map(verdict => ({
          ...verdict,
          ...change,
        })),
      },
    });
    expect(isVisibleChange(stored, with_({}, NOW + 60_000), checks)).toBe(
      false,
    );
    expect(
      isVisibleChange(stored, with_({ because: 'It is gone' }), checks),
    ).toBe(true);
  });

  it('an answer to a person', () => {
    const { decision, checks } = looked(NOW + 5 * SECOND, stored);
    const answers = [
      { id: 'c', result: 'refused' as const, because: 'It has ended' },
    ];
    expect(isVisibleChange(stored, { ...decision, answers }, checks)).toBe(
      true,
    );
  });
});
