import { T0 } from '../persistence/__testUtils__/fixtures';
import { OperatorState, readings } from './readings';

const BUDGET = {
  host: 'github.com',
  resource: 'core',
  limit: 5_000,
  remaining: 90,
  resetAt: T0 + 1,
};

function read(state: Partial<OperatorState> | undefined, budgets = [BUDGET]) {
  return readings({
    now: T0,
    startedAt: T0 - 5_000,
    state: state && { holds: [], instances: [], ...state },
    budgets,
  }).map(({ name, labels, value }) => {
    const inside = Object.entries(labels).map(
      ([key, text]) => `${key}=${text}`,
    );
    return `${name.replace('ai_operator_', '')}{${inside.join()}} ${value}`;
  });
}

describe('what the gauges show', () => {
  it('of the audit trail', () => {
    const lines = read({
      sinks: [
        { kind: 'file', backlog: 0, setAside: 0 },
        {
          kind: 'elasticsearch',
          backlog: 12,
          waitingSince: T0 - 90_000,
          setAside: 1,
        },
      ],
      chain: { result: 'intact', checkedAt: T0 - 60_000 },
    });
    expect(lines).toEqual(
      expect.arrayContaining([
        'audit_backlog{sink=file} 0',
        'audit_oldest_waiting_seconds{sink=file} 0',
        'audit_set_aside{sink=file} 0',
        'audit_backlog{sink=elasticsearch} 12',
        'audit_oldest_waiting_seconds{sink=elasticsearch} 90',
        'audit_set_aside{sink=elasticsearch} 1',
        'audit_chain_intact{} 1',
        'audit_check_age_seconds{} 60',
      ]),
    );
    expect(read({ chain: { result: 'broken' } })).toContain(
      'audit_chain_intact{} 0',
    );
  });

  it('nothing of a chain nobody has looked at: that is neither intact nor broken', () => {
    expect(read({ chain: { result: 'unknown' } }).join()).not.toContain(
      'chain',
    );
  });

  it('that the chain was never looked at to the end, since this process began', () => {
    expect(read({ chain: { result: 'unknown' } })).toContain(
      'audit_check_age_seconds{} 5',
    );
  });

  it('that an instance was never read, since this process began', () => {
    expect(read({ instances: [{ name: 'main' }] })).toContain(
      'last_tick_age_seconds{argocd_instance=main} 5',
    );
  });

  it('of GitHub what it said last, until its window is over', () => {
    expect(read({})).toContain(
      'github_budget_remaining{host=github.com,resource=core} 90',
    );
    expect(read({}, [{ ...BUDGET, resetAt: T0 }])).toContain(
      'github_budget_remaining{host=github.com,resource=core} 5000',
    );
  });

  it('one series for each name and state, whatever runs under that name', () => {
    const lines = read({
      holds: [
        {
          key: { name: 'shop' },
          environment: 'staging',
          state: 'PRCreated',
        },
        {
          key: { name: 'shop' },
          environment: 'production',
          state: 'PRCreated',
        },
        { key: { name: 'shop' }, environment: 'production', state: 'Abort' },
      ],
    });
    expect(lines.filter(line => !line.startsWith('github'))).toEqual([
      'state_readable{} 1',
      'active_rollbacks{environment=staging} 1',
      'active_rollbacks{environment=production} 1',
      'fsm_state{app_name=shop,state=PRCreated} 2',
      'fsm_state{app_name=shop,state=Abort} 1',
    ]);
  });

  it('only that it could not be read, when it could not', () => {
    expect(read(undefined, [])).toEqual(['state_readable{} 0']);
  });
});
