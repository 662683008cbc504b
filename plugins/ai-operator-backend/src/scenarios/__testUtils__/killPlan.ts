import { Death } from './operatorProcess';
import { Scenario, Step } from './scenario';

/** A moment in a story at which the process is killed. */
export interface KillPoint {
  when: 'before commit' | 'after commit' | 'after write';
  /** What is committed or changed outside then: its words, and which of those with the same words, from 1. */
  step: string;
}

/** A death that came about, and how many steps there had been before it. */
export interface Killed {
  point: KillPoint;
  steps: number;
}

function nth(steps: readonly Step[], what: Step['what'], words: string) {
  return steps.filter(step => step.what === what && step.words === words)
    .length;
}

/**
 * Every moment to die at that a story has, in its order: right before and right
 * after each commit, and right after each change outside, when nothing of it is
 * stored.
 */
export function killPointsOf(trail: readonly Step[]): KillPoint[] {
  return trail.flatMap(({ what, words }, index): KillPoint[] => {
    const step = `${words}#${nth(trail.slice(0, index + 1), what, words)}`;
    return what === 'write'
      ? [{ when: 'after write', step }]
      : [
          { when: 'before commit', step },
          { when: 'after commit', step },
        ];
  });
}

/** Kills the operator of a scenario once at each of the points; answers those that came about, as they come. */
export function killAt(
  scenario: Scenario,
  points: readonly KillPoint[],
): Killed[] {
  const open = new Set(points);
  const killed: Killed[] = [];
  const isTime = (when: KillPoint['when'], step: string) => {
    for (const point of open) {
      if (point.when === when && point.step === step) {
        open.delete(point);
        killed.push({ point, steps: scenario.trail.length });
        return true;
      }
    }
    return false;
  };
  scenario.death = (_commit, words): Death => {
    const step = `${words}#${nth(scenario.trail, 'commit', words) + 1}`;
    if (isTime('before commit', step)) {
      return 'before commit';
    }
    return isTime('after commit', step) ? 'after commit' : undefined;
  };
  scenario.deathAfter = (_write, words) =>
    isTime('after write', `${words}#${nth(scenario.trail, 'write', words)}`);
  return killed;
}
