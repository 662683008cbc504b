import {
  GuardId,
  InvariantId,
  ROLLBACK_STATES,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { explore, SHORT } from '../__testUtils__/exploration';
import { SECOND, STATES } from '../__testUtils__/fixtures';
import { RULES, Rules } from '../evaluate';
import { holds } from '../verdict';

const alwaysHolds = () => holds('Nobody looked');

function withoutInvariant(id: InvariantId): Rules {
  return {
    ...RULES,
    invariants: RULES.invariants.map(rule =>
      rule.id === id ? { ...rule, judge: alwaysHolds } : rule,
    ),
  };
}

function withoutGuard(id: GuardId): Rules {
  return {
    ...RULES,
    guards: RULES.guards.map(rule =>
      rule.id === id ? { ...rule, judge: alwaysHolds } : rule,
    ),
  };
}

describe('every path of the machine', () => {
  it('staging: more than 100 points, 50,000 decisions, every state, no promise broken', () => {
    const found = explore({ environment: 'staging' });
    expect(found.violations.slice(0, 3)).toEqual([]);
    expect([...found.reached].sort()).toEqual([...ROLLBACK_STATES].sort());
    expect(found.merges).toBeGreaterThan(0);
    expect(found.points).toBeGreaterThan(100);
    expect(found.decisions).toBeGreaterThan(50_000);
  }, 240_000);

  it('production: nothing is merged without an approval of that moment, nor while the audit trail waits', () => {
    const found = explore({
      environment: 'production',
      // Not even a configuration that should have been refused lets it merge alone.
      policy: { ...SHORT, modes: { staging: 'auto', production: 'auto' } },
      start: STATES.prCreated(),
    });
    expect(found.violations.slice(0, 3)).toEqual([]);
    expect(found.merges).toBeGreaterThan(0);
    expect(found.reached).toContain('RollbackMerged');
    expect(found.points).toBeGreaterThan(20);
  }, 240_000);

  it.each(['observe', 'propose'] as const)(
    'staging in mode %s: the operator merges only what a person has answered',
    mode => {
      const found = explore({
        environment: 'staging',
        policy: { ...SHORT, modes: { ...SHORT.modes, staging: mode } },
        start: mode === 'observe' ? STATES.resolved() : STATES.prCreated(),
      });
      expect(found.violations.slice(0, 3)).toEqual([]);
      // In `observe` there is no pull request that could be merged.
      expect(found.merges > 0).toBe(mode === 'propose');
    },
    240_000,
  );
});

describe('a rule taken out is seen', () => {
  it.each<InvariantId>([
    'I2_health_degraded',
    'I3_replica_shortage',
    'I4_persistence',
    'I6_ci_success',
    'I7_no_conflicts',
    'I8_branch_protection',
  ])('%s', id => {
    const found = explore({
      environment: 'staging',
      rules: withoutInvariant(id),
      start: STATES.awaitingMerge(),
      stopEarly: true,
    });
    expect(found.violations[0]).toMatch(/a merge that the world does not/);
  });

  it('I5_stable_previous', () => {
    const options = {
      environment: 'staging',
      start: STATES.awaitingMerge(),
      targetUptime: 0.95,
      stopEarly: true,
    } as const;
    expect(explore(options)).toMatchObject({ violations: [], merges: 0 });
    expect(
      explore({ ...options, rules: withoutInvariant('I5_stable_previous') })
        .violations,
    ).toHaveLength(1);
  });

  it.each<[GuardId, 'auto' | 'propose']>([
    ['hold_label', 'auto'],
    ['own_commits_only', 'auto'],
    ['mode', 'propose'],
  ])('guard %s', (id, staging) => {
    const found = explore({
      environment: 'staging',
      policy: { ...SHORT, modes: { ...SHORT.modes, staging } },
      rules: withoutGuard(id),
      start: STATES.awaitingMerge(),
      stopEarly: true,
    });
    expect(found.violations[0]).toMatch(/a merge that the world does not/);
  });

  it('guard audit_trail', () => {
    const found = explore({
      environment: 'production',
      rules: withoutGuard('audit_trail'),
      start: STATES.awaitingMerge(),
      stopEarly: true,
    });
    expect(found.violations[0]).toMatch(/a merge that the world does not/);
    expect(found.violations[0]).toContain('"trail":"waits"');
  });

  it('I1_environment is not the only wall in front of production', () => {
    const found = explore({
      environment: 'production',
      rules: withoutInvariant('I1_environment'),
      policy: { ...SHORT, modes: { staging: 'auto', production: 'auto' } },
      start: STATES.awaitingMerge(),
      stopEarly: true,
    });
    expect(found.violations).toEqual([]);
  });

  it('a verdict that is too old counts as one that is missing', () => {
    const found = explore({
      environment: 'staging',
      policy: {
        ...SHORT,
        timing: { ...SHORT.timing, verdictMaxAge: 120 * SECOND },
      },
      start: STATES.awaitingMerge(),
      stopEarly: true,
    });
    expect(found.violations[0]).toContain('degradedSeenLongAgo');
  });
});
