import {
  degradedApplication,
  healthyApplication,
  SCENARIOS,
} from '../../dev/fixtures';
import * as rollbacks from '../../dev/fixtures/rollbacks';
import { applicationHeadline, byAttention } from './applicationVerdict';
import { rollbackHeadline } from './rollbackVerdict';

const NOW = 1_700_000_000_000;

function headlineOf(scenarioId: string) {
  const scenario = SCENARIOS.find(({ id }) => id === scenarioId);
  const [application] = scenario?.applications(NOW) ?? [];
  return applicationHeadline(application);
}

describe('applicationHeadline', () => {
  it.each([
    ['healthy', 'Healthy', 'positive'],
    ['progressing', 'Progressing: a rollout is under way', 'active'],
    ['degraded-2-of-3', 'Degraded, 2 of 3 checks', 'negative'],
    ['searching', 'Rolling back: searching a stable candidate', 'active'],
    ['resolved', 'Rolling back: opening the pull request', 'active'],
    ['waiting-for-ci', 'Rolling back: waiting for CI', 'active'],
    [
      'awaiting-merge',
      'Rolling back: checking the invariants before the merge',
      'active',
    ],
    ['awaiting-approval', 'Needs you: approve pull request #42', 'warning'],
    ['awaiting-review', 'Needs you: review pull request #42', 'warning'],
    ['merged', 'Rolled back to abc1234: waiting for recovery', 'active'],
    ['complete', 'Recovered: rolled back to abc1234', 'positive'],
    ['aborted', 'Aborted: CI failed on the rollback', 'negative'],
    ['not-measured', 'The health could not be measured', 'warning'],
  ])('%s: %s', (scenario, text, tone) => {
    expect(headlineOf(scenario)).toMatchObject({ text, tone });
  });

  it('counts down only where something ends soon by itself', () => {
    expect(headlineOf('waiting-for-ci').deadlineAt).toBe(NOW + 72_000);
    expect(headlineOf('degraded-2-of-3').deadlineAt).toBeUndefined();
    expect(headlineOf('complete').deadlineAt).toBeUndefined();
    expect(headlineOf('aborted').deadlineAt).toBeUndefined();
  });

  it.each([
    ['Suspended', 'Suspended on purpose'],
    ['Missing', 'Needs you: resources are missing'],
    ['Unknown', 'Needs you: Argo CD cannot tell the health'],
  ] as const)('%s is told as it is', (health, text) => {
    const application = healthyApplication(NOW, { health });
    expect(applicationHeadline(application).text).toBe(text);
  });

  it('tells an intended scale-down from a failure', () => {
    const replicas = { known: true as const, available: 0, desired: 0 };
    const application = healthyApplication(NOW, { replicas });
    expect(applicationHeadline(application).text).toBe(
      'Healthy, scaled to zero on purpose',
    );
  });

  it('does not claim a rollback where there is none', () => {
    expect(
      applicationHeadline(degradedApplication(NOW, { streak: 5 })).text,
    ).toBe('Degraded, and no rollback is under way');
    expect(
      applicationHeadline(degradedApplication(NOW, { streak: 0 })).text,
    ).toBe('Degraded in Argo CD, but no replica is missing');
  });

  describe('in the fleet table, where the rollback is known in short', () => {
    const active = { correlationId: 'c', since: NOW, deadlineAt: NOW + 60_000 };

    it.each([
      ['PRCreated', 'Rolling back: waiting for CI'],
      ['DegradationDetected', 'Rolling back: searching a stable candidate'],
      ['AwaitingHumanReview', 'Needs a senior maintainer: review the rollback'],
      ['Abort', 'Rollback aborted, waiting for a reset'],
    ] as const)('%s: %s', (state, text) => {
      const application = degradedApplication(NOW, {
        activeRollback: { ...active, state },
      });
      expect(applicationHeadline(application).text).toBe(text);
    });

    it('asks for the approval that production needs (RB-08)', () => {
      const application = degradedApplication(NOW, {
        environment: 'production',
        activeRollback: { ...active, state: 'AwaitingMergeApproval' },
      });
      expect(applicationHeadline(application)).toMatchObject({
        text: 'Needs a senior maintainer: approve the rollback',
        icon: 'waiting',
      });
      expect(
        applicationHeadline(application, ['senior_maintainer']),
      ).toMatchObject({
        text: 'Needs you: approve the rollback',
        icon: 'person',
      });
    });

    it('says that an observed application is only observed', () => {
      const application = degradedApplication(NOW, {
        mode: 'observe',
        activeRollback: { ...active, state: 'CandidateResolved' },
      });
      expect(applicationHeadline(application).text).toBe(
        'Would roll back, but only observes',
      );
    });
  });
});

describe('rollbackHeadline', () => {
  it('tells the phases of DegradationDetected apart', () => {
    const unproven = rollbacks.detecting(NOW, 2);
    expect(rollbackHeadline(unproven).text).toBe('Degraded, 2 checks in a row');
    expect(rollbackHeadline({ ...unproven, checks: undefined }).text).toBe(
      'Degraded, not proven yet',
    );
    expect(rollbackHeadline({ ...unproven, confirmedAt: NOW }).text).toBe(
      'Rolling back: waiting for its turn',
    );
  });

  it('does not announce a pull request in mode observe', () => {
    const rollback = { ...rollbacks.resolved(NOW), dryRun: 'mode is observe' };
    expect(rollbackHeadline(rollback).text).toBe(
      'Would roll back, but only observes',
    );
  });

  it('says when the reason of an abort is not known', () => {
    const { escalation: _, ...rollback } = rollbacks.aborted(NOW);
    expect(rollbackHeadline({ ...rollback, abortReason: undefined }).text).toBe(
      'Aborted: the reason was not recorded',
    );
  });
});

describe('byAttention', () => {
  it('puts what is not well first and moves nothing else', () => {
    const named = (name: string) => ({
      ...healthyApplication(NOW),
      key: { instance: 'staging', namespace: 'argocd', name },
    });
    const degraded = degradedApplication(NOW);
    const applications = [named('b'), named('a'), degraded, named('c')];
    expect(byAttention(applications).map(({ key }) => key.name)).toEqual([
      degraded.key.name,
      'b',
      'a',
      'c',
    ]);
    expect(applications[0].key.name).toBe('b');
  });
});
