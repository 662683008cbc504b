import type { AuditStatus } from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  busyOverview,
  pauseOfEverything,
  pauseOfOrders,
  quietOverview,
  trailBroken,
  trailWaiting,
  trailWell,
} from '../../dev/fixtures';
import { fleetHeadline } from './fleetVerdict';

const NOW = 1_700_000_000_000;

describe('fleetHeadline', () => {
  it('says that nobody is needed', () => {
    expect(fleetHeadline(quietOverview(NOW), NOW)).toMatchObject({
      text: 'Nobody is needed',
      tone: 'positive',
      detail: '26 of 26 applications are healthy',
    });
  });

  it('names the one rollback that needs a person', () => {
    const overview = busyOverview(NOW);
    const needsHuman = overview.needsHuman.slice(0, 1);
    expect(fleetHeadline({ ...overview, needsHuman }, NOW).text).toBe(
      'Needs you: payment-service in production',
    );
    expect(fleetHeadline(overview, NOW).text).toBe('Needs you: 2 rollbacks');
  });

  it('calls somebody else when the caller can act on nothing', () => {
    const overview = busyOverview(NOW, ['approver']);
    expect(fleetHeadline(overview, NOW)).toMatchObject({
      text: 'Needs a senior maintainer: 2 rollbacks',
      icon: 'waiting',
    });
    const needsHuman = overview.needsHuman.slice(1);
    expect(fleetHeadline({ ...overview, needsHuman }, NOW).text).toBe(
      'Needs a senior maintainer: orders-api in staging',
    );
  });

  it('tells trouble with the audit trail when nobody is needed', () => {
    const headline = (trail: AuditStatus, overview = quietOverview(NOW)) =>
      fleetHeadline(overview, NOW, trail).text;
    expect(headline(trailWell(NOW))).toBe('Nobody is needed');
    expect(headline(trailBroken(NOW))).toBe(
      'The audit trail is broken: record 17 was changed',
    );
    expect(headline(trailWaiting(NOW))).toBe(
      'Production merges are stopped until the audit trail is written',
    );
    expect(headline(trailBroken(NOW), busyOverview(NOW))).toBe(
      'Needs you: 2 rollbacks',
    );
  });

  it('says that everything is paused when nobody is needed', () => {
    const pauses = [pauseOfEverything(NOW)];
    expect(fleetHeadline({ ...quietOverview(NOW), pauses }, NOW)).toMatchObject(
      {
        text: 'Paused by alice: nothing is opened or merged',
        icon: 'paused',
      },
    );
    expect(fleetHeadline({ ...busyOverview(NOW), pauses }, NOW).text).toBe(
      'Needs you: 2 rollbacks',
    );
    const over = [{ ...pauseOfEverything(NOW), until: NOW }];
    expect(
      fleetHeadline({ ...quietOverview(NOW), pauses: over }, NOW).text,
    ).toBe('Nobody is needed');
    expect(
      fleetHeadline(
        { ...quietOverview(NOW), pauses: [pauseOfOrders(NOW)] },
        NOW,
      ).text,
    ).toBe('Nobody is needed');
  });

  it('puts broken systems before rollbacks that go by themselves', () => {
    const overview = { ...busyOverview(NOW), needsHuman: [] };
    expect(fleetHeadline(overview, NOW).text).toBe('2 systems need mending');
    const applications = quietOverview(NOW).applications;
    expect(
      fleetHeadline({ ...overview, systems: [], applications }, NOW).text,
    ).toBe('Nobody is needed: 3 rollbacks are under way');
  });

  it('does not call a fleet well in which Argo CD misses something', () => {
    const quiet = quietOverview(NOW);
    const overview = {
      ...quiet,
      applications: {
        ...quiet.applications,
        byHealth: { Healthy: 24, Missing: 1, Unknown: 1 },
      },
    };
    expect(fleetHeadline(overview, NOW)).toMatchObject({
      text: 'No rollback is under way; 2 applications need a look',
      tone: 'warning',
    });
    const { active } = busyOverview(NOW);
    expect(fleetHeadline({ ...overview, active }, NOW)).toMatchObject({
      text: '3 rollbacks are under way; 2 applications need a look',
      tone: 'warning',
    });
  });

  it('never says all is well when the operator has fallen silent', () => {
    const lastTickAt = NOW - 41_000;
    const overview = { ...quietOverview(NOW), lastTickAt };
    expect(fleetHeadline(overview, NOW)).toMatchObject({
      text: 'Needs you: the operator has stopped checking',
      tone: 'negative',
    });
    expect(fleetHeadline(overview, NOW - 1_000).text).toBe('Nobody is needed');
    expect(
      fleetHeadline({ ...overview, lastTickAt: undefined }, NOW).text,
    ).toBe('The operator has not checked anything yet');
  });
});
