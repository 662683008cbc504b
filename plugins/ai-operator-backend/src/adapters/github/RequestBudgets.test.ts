import { RequestBudgets } from './RequestBudgets';

const ORG = {
  host: 'github.com',
  apiBaseUrl: 'https://api.github.com',
  owner: 'my-org',
  slug: 'my-org/pay',
  url: 'https://github.com/my-org/pay',
};

function headers(remaining: number, resource?: string) {
  return new Headers({
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': '3600',
    ...(resource ? { 'x-ratelimit-resource': resource } : {}),
  });
}

describe('RequestBudgets', () => {
  it('knows what was told last, for each owner', () => {
    const githubBudget = jest.fn();
    const budgets = new RequestBudgets({ observe: () => {}, githubBudget });
    expect(budgets.latest(ORG)).toBeUndefined();
    budgets.report(ORG, headers(4_000, 'core'));
    budgets.report({ ...ORG, owner: 'other' }, headers(7));
    budgets.report({ ...ORG, host: 'ghe.example.com' }, headers(8));
    expect(budgets.latest({ ...ORG, owner: 'My-Org' })).toEqual({
      limit: 5_000,
      remaining: 4_000,
      resetAt: 3_600_000,
    });
    expect(budgets.latest({ ...ORG, owner: 'other' })?.remaining).toBe(7);
    expect(githubBudget).toHaveBeenCalledWith({
      host: 'github.com',
      resource: 'core',
      limit: 5_000,
      remaining: 4_000,
      resetAt: 3_600_000,
    });
  });

  it('keeps GraphQL’s budget apart, and is not misled by answers that tell none', () => {
    const budgets = new RequestBudgets({ observe: () => {} });
    budgets.report(ORG, headers(4_000));
    budgets.report(ORG, headers(3, 'graphql'));
    budgets.report(ORG, new Headers());
    budgets.report(ORG, new Headers({ 'x-ratelimit-limit': 'many' }));
    expect(budgets.latest(ORG)?.remaining).toBe(4_000);
  });
});
