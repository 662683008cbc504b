import { valueOf } from '../../core/doctor/__testUtils__/valueOf';
import {
  startWorldAdapters,
  WorldAdapters,
} from '../__testUtils__/worldAdapters';

const REPOSITORY = 'my-org/payment-service';
const CHECKS = ['test', 'lint', 'branch-protection-check'];

describe('the doctor looks at GitHub', () => {
  let bench: WorldAdapters;

  beforeAll(async () => {
    bench = await startWorldAdapters();
  });
  beforeEach(() => {
    bench.world.faults.clear();
    bench.forget();
  });
  afterAll(async () => {
    await bench.stop();
  });

  const withToken = (token: string | undefined) =>
    bench.reconfigured(config => ({
      ...config,
      integrations: {
        github: [
          {
            host: new URL(bench.url).host,
            apiBaseUrl: `${bench.url}/api/v3`,
            token,
          },
        ],
      },
    })).doctor;

  describe('its credentials', () => {
    const look = (doctor = bench.doctor) =>
      doctor.gitHubAccount({ repository: REPOSITORY }, bench.call);

    it('name themselves, their scopes and what is left of the budget', async () => {
      const facts = await look();
      expect(facts).toMatchObject({
        account: `${new URL(bench.url).host}/my-org`,
        credential: { known: true, value: 'classic' },
        login: { known: true, value: expect.stringMatching(/^ai-operator/) },
        permissions: { known: false, failure: 'skipped' },
        scopes: { known: true, value: expect.arrayContaining(['repo']) },
        clock: { known: true },
        budgets: {
          known: true,
          value: [
            { resource: 'core', limit: 5000 },
            { resource: 'graphql', limit: 5000 },
          ],
        },
      });
      expect(JSON.stringify(bench.records)).not.toContain('world-github');
    });

    it('tell of more scopes than needed', async () => {
      bench.world.github.tokens.add({
        value: 'strong',
        login: 'ai-operator[bot]',
        scopes: ['repo', 'read:org', 'workflow', 'delete_repo'],
      });
      expect(await look(withToken('strong'))).toMatchObject({
        scopes: { value: ['repo', 'read:org', 'workflow', 'delete_repo'] },
      });
    });

    it('tell when the budget is nearly used up', async () => {
      bench.world.github.setRateLimit('world-github-operator', 42);
      try {
        const { budgets } = await look();
        const [{ remaining, resetAt }] = valueOf(budgets);
        // Looking costs a few itself.
        expect(remaining).toBeLessThanOrEqual(42);
        expect(remaining).toBeGreaterThan(30);
        expect(resetAt).toBeGreaterThan(bench.clock.now());
      } finally {
        bench.world.github.setRateLimit('world-github-operator', undefined);
      }
    });

    it('may be wrong or missing', async () => {
      expect(await look(withToken('wrong'))).toMatchObject({
        login: { failure: 'unauthenticated' },
        credential: { failure: 'unauthenticated' },
      });
      bench.forget();
      expect(await look(withToken(undefined))).toMatchObject({
        credential: {
          failure: 'misconfigured',
          because: expect.stringContaining('integrations.github'),
        },
        budgets: { failure: 'skipped' },
      });
    });

    it('of a host without integration are a mistake in the configuration', async () => {
      const repository = 'elsewhere.example.com/my-org/pay';
      expect(bench.doctor.gitHubAccountOf(repository)).toBe(repository);
      expect(
        await bench.doctor.gitHubAccount({ repository }, bench.call),
      ).toMatchObject({ credential: { failure: 'misconfigured' } });
    });
  });

  describe('a repository', () => {
    const look = (doctor = bench.doctor, repository = REPOSITORY) =>
      doctor.gitHubRepository(
        {
          repository,
          branches: [
            { branch: 'main', environments: ['production'] },
            { branch: 'staging', environments: ['staging'] },
          ],
        },
        bench.call,
      );
    const demand = (
      protection: Parameters<typeof bench.world.github.setProtection>[2],
    ) => bench.world.github.setProtection(REPOSITORY, 'main', protection);

    let before: ReturnType<typeof bench.world.github.protection>;
    beforeEach(() => {
      before = bench.world.github.protection(REPOSITORY, 'main');
    });
    afterEach(() => demand(before));

    it('with classic protection shows what its branches demand', async () => {
      demand({
        requiredChecks: CHECKS,
        requiredApprovals: 1,
        dismissStaleReviews: true,
        enforceAdmins: true,
      });
      const facts = await look();
      expect(facts).toMatchObject({
        repository: REPOSITORY,
        about: {
          known: true,
          value: {
            isArchived: false,
            hasIssues: true,
            mayPush: true,
            isAdmin: false,
          },
        },
      });
      expect(facts.branches[0]).toEqual({
        branch: 'main',
        environments: ['production'],
        summary: { known: true, value: { isProtected: true, checks: CHECKS } },
        protection: {
          known: true,
          value: {
            checks: CHECKS,
            approvals: 1,
            dismissesStale: true,
            enforcesAdmins: true,
            allowsForcePushes: false,
            mayBypassReviews: [],
            teamsMayBypassReviews: [],
          },
        },
        shown: {
          known: true,
          value: { checks: CHECKS, approvals: 1, allowsForcePushes: false },
        },
        rules: {
          known: true,
          value: {
            checks: [],
            approvals: 0,
            dismissesStale: false,
            blocksForcePushes: false,
            hasMergeQueue: false,
            rulesets: [],
          },
        },
        mergeQueue: { known: true, value: false },
      });
      expect(facts.branches[1]).toMatchObject({
        branch: 'staging',
        summary: { value: { checks: CHECKS } },
        protection: { value: { approvals: 0 } },
      });
    });

    it('costs no budget of REST to look at again', async () => {
      const { doctor } = bench.reconfigured(config => config);
      const used = async () =>
        valueOf(
          (await doctor.gitHubAccount({ repository: REPOSITORY }, bench.call))
            .budgets,
        )[0].remaining;
      await look(doctor);
      const atFirst = await used();
      await look(doctor);
      // The look at the account itself costs one request.
      expect(atFirst - (await used())).toBeLessThanOrEqual(1);
    });

    it('shows less to who may not read protection, and that is no failed call', async () => {
      const { branches } = await look(withToken('world-github-reader'));
      expect(branches[0]).toMatchObject({
        summary: { known: true },
        protection: { known: false },
        shown: { known: true, value: { checks: CHECKS, approvals: 1 } },
      });
      expect(
        bench.records.filter(({ result }) => result === 'failure'),
      ).toEqual([]);
    });

    it('with rulesets shows the same, elsewhere', async () => {
      demand({
        source: 'ruleset',
        requiredChecks: CHECKS,
        requiredApprovals: 2,
        dismissStaleReviews: true,
      });
      const [main] = (await look()).branches;
      expect(main.rules).toMatchObject({
        known: true,
        value: {
          checks: CHECKS,
          approvals: 2,
          dismissesStale: true,
          blocksForcePushes: true,
          rulesets: [expect.anything()],
        },
      });
    });

    it('without protection shows that there is none', async () => {
      demand(undefined);
      expect((await look()).branches[0]).toMatchObject({
        summary: { value: { isProtected: false, checks: [] } },
        protection: { known: false, failure: 'missing' },
        shown: { known: true, value: undefined },
      });
    });

    it('with a merge queue says so', async () => {
      demand({ requiredChecks: CHECKS, mergeQueue: true });
      const [main] = (await look()).branches;
      expect(
        (main.rules.known && main.rules.value.hasMergeQueue) ||
          (main.mergeQueue.known && main.mergeQueue.value),
      ).toBe(true);
    });

    it('that is not there has no branches', async () => {
      expect(await look(bench.doctor, 'my-org/nothing')).toMatchObject({
        about: { known: false, failure: 'missing' },
        branches: [],
      });
    });

    it('has only the branches it has', async () => {
      const { branches } = await bench.doctor.gitHubRepository(
        {
          repository: REPOSITORY,
          branches: [{ branch: 'no/such', environments: ['staging'] }],
        },
        bench.call,
      );
      expect(branches).toMatchObject([
        { summary: { known: false, failure: 'missing' } },
      ]);
    });

    it.each([
      ['an outage', { kind: 'status', status: 502 }, 'unreachable'],
      ['no answer', { kind: 'hang' }, 'silent'],
      ['a rate limit', { kind: 'rate-limit' }, 'limited'],
      ['half a document', { kind: 'malformed' }, 'odd'],
    ] as const)('tells %s as it is', async (_name, fault, failure) => {
      bench.world.faults.add({ system: 'github', ...fault });
      const { doctor } = bench.reconfigured(({ aiOperator, ...config }) => ({
        ...config,
        aiOperator: {
          ...Object(aiOperator),
          github: { requestTimeout: '200ms' },
        },
      }));
      expect(await look(doctor)).toMatchObject({
        about: { known: false, failure },
      });
    });
  });
});
