import {
  availableIn,
  planCrash,
  planFlapping,
  planRecovery,
  planRollout,
  planScale,
  type RevisionBehaviour,
  type Step,
} from './timeline';

const SECOND = 1_000;

function running(overrides: Partial<Step> = {}): Step {
  return {
    at: 0,
    revision: 'old',
    desired: 3,
    updated: { total: 3, ready: 3 },
    progress: 'complete',
    rolloutAt: 0,
    ...overrides,
  };
}

function rollout(behaviour: RevisionBehaviour, before?: Step, desired = 3) {
  return planRollout({
    at: 100 * SECOND,
    before,
    revision: 'new',
    desired,
    behaviour,
    rolloutMs: 30 * SECOND,
    progressDeadlineMs: 45 * SECOND,
  });
}

describe('planRollout', () => {
  it('replaces pod by pod and never drops below what is desired', () => {
    const steps = rollout({ kind: 'stable' }, running());
    expect(
      steps.map(step => [
        (step.at - 100 * SECOND) / SECOND,
        step.updated.ready,
        step.old?.total ?? 0,
        availableIn(step),
        step.progress,
      ]),
    ).toEqual([
      [0, 0, 3, 3, 'progressing'],
      [10, 1, 2, 3, 'progressing'],
      [20, 2, 1, 3, 'progressing'],
      [30, 3, 0, 3, 'complete'],
    ]);
  });

  it('takes a slow revision as long as it was said to take', () => {
    const steps = rollout({ kind: 'slow', rolloutMs: 600 * SECOND }, running());
    expect(steps[steps.length - 1]).toMatchObject({
      at: 700 * SECOND,
      progress: 'complete',
    });
  });

  it('leaves a crashing revision with the available pods, stalled after the deadline', () => {
    const steps = rollout({ kind: 'crashing', available: 1 }, running());
    const last = steps[steps.length - 1];
    expect(last).toMatchObject({
      at: 145 * SECOND,
      progress: 'stalled',
      updated: { total: 3, ready: 1 },
    });
    expect(last.old).toBeUndefined();
    expect(steps.filter(step => step.progress === 'stalled')).toHaveLength(1);
    expect(steps.slice(0, -1).map(availableIn)).toEqual([3, 3, 2, 1]);
  });

  it('treats a crashing revision with enough pods as stable', () => {
    const steps = rollout({ kind: 'crashing', available: 3 }, running());
    expect(steps[steps.length - 1].progress).toBe('complete');
  });

  it('brings back a degraded Deployment without losing the pods it had', () => {
    const degraded = running({
      updated: { total: 3, ready: 1 },
      progress: 'stalled',
    });
    const steps = rollout({ kind: 'stable' }, degraded);
    expect(steps.map(availableIn)).toEqual([1, 2, 3, 3]);
    expect(steps[0].progress).toBe('progressing');
  });

  it('is done at once with zero replicas', () => {
    expect(rollout({ kind: 'stable' }, running(), 0)).toEqual([
      expect.objectContaining({
        desired: 0,
        updated: { total: 0, ready: 0 },
        progress: 'complete',
      }),
    ]);
  });

  it('needs nothing before it', () => {
    const steps = rollout({ kind: 'stable' });
    expect(steps.map(availableIn)).toEqual([0, 1, 2, 3]);
    expect(steps.every(step => step.old === undefined)).toBe(true);
  });
});

describe('planCrash and planRecovery', () => {
  it('drops the pods and stalls at once', () => {
    const [step] = planCrash(50, running(), 1);
    expect(step).toMatchObject({
      at: 50,
      updated: { total: 3, ready: 1 },
      progress: 'stalled',
    });
  });

  it('changes nothing until the pods have recovered', () => {
    const crashed = planCrash(50, running(), 1)[0];
    const [waiting, well] = planRecovery(60, crashed, 5);
    expect(waiting).toMatchObject({ at: 60, progress: 'stalled' });
    expect(well).toMatchObject({
      at: 65,
      updated: { total: 3, ready: 3 },
      progress: 'complete',
    });
  });
});

it('flaps as often as asked and ends healthy', () => {
  const steps = planFlapping({
    at: 1000,
    now: running(),
    available: 0,
    downMs: 10,
    upMs: 20,
    times: 2,
  });
  expect(steps.map(step => [step.at, step.updated.ready])).toEqual([
    [1000, 0],
    [1010, 3],
    [1030, 0],
    [1040, 3],
  ]);
});

describe('planScale', () => {
  it('scales down at once', () => {
    const [step] = planScale({
      at: 5,
      now: running(),
      desired: 0,
      rolloutMs: 10,
    });
    expect(step).toMatchObject({
      desired: 0,
      updated: { total: 0, ready: 0 },
      progress: 'complete',
    });
  });

  it('is progressing until the new pods are ready', () => {
    const steps = planScale({
      at: 5,
      now: running(),
      desired: 5,
      rolloutMs: 10,
    });
    expect(steps).toEqual([
      expect.objectContaining({
        updated: { total: 5, ready: 3 },
        progress: 'progressing',
      }),
      expect.objectContaining({
        at: 15,
        updated: { total: 5, ready: 5 },
        progress: 'complete',
      }),
    ]);
  });
});
