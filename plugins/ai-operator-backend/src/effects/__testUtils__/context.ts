import { GitHubPort } from '../../ports';
import { EffectContext } from '../types';

/** A GitHub that refuses every call a test did not provide. */
export function githubWith(methods: Partial<GitHubPort>): GitHubPort {
  return new Proxy(methods as GitHubPort, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver);
      if (method === undefined) {
        throw new Error(`Unexpected call of github.${String(name)}`);
      }
      return method;
    },
  });
}

/** What an effect is given, for a rollback of the seed's example. */
export function effectContext(
  methods: Partial<GitHubPort> = {},
  overrides: Partial<EffectContext> = {},
): EffectContext {
  return {
    subject: {
      correlationId: 'c-1',
      application: {
        instance: 'staging',
        namespace: 'argocd',
        name: 'payment-service',
      },
      environment: 'staging',
    },
    decidedAt: Date.parse('2026-02-27T10:33:00Z'),
    github: githubWith(methods),
    notifier: {
      send: async () => {
        throw new Error('Unexpected message');
      },
    },
    pager: {
      page: async () => {
        throw new Error('Unexpected page');
      },
    },
    publish: async () => {
      throw new Error('Unexpected event');
    },
    stillWanted: async () => ({ wanted: true }),
    call: { record: () => {} },
    ...overrides,
  };
}
