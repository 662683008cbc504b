import { mockServices } from '@backstage/backend-test-utils';
import { DEMO_ACCESS } from '@ai-operator/world';
import {
  budgetsOf,
  openRollback,
  REPOSITORY,
} from '../__testUtils__/rollbackInWorld';
import {
  startWorldAdapters,
  WorldAdapters,
} from '../__testUtils__/worldAdapters';

// Each test has a world of its own, git repositories included.
jest.setTimeout(30_000);

const HOUR = 3_600_000;

/** Adds up what GitHub takes from the operator's budgets, over as many of its windows as there are. */
async function startMeter(bench: WorldAdapters) {
  let last = await budgetsOf(bench);
  const spent = { core: 0, graphql: 0 };
  return {
    spent,
    async read() {
      const now = await budgetsOf(bench);
      for (const resource of ['core', 'graphql'] as const) {
        const isSameWindow = now[resource].reset === last[resource].reset;
        spent[resource] +=
          now[resource].used - (isSameWindow ? last[resource].used : 0);
      }
      last = now;
    },
  };
}

describe('waiting', () => {
  let bench: WorldAdapters;

  beforeEach(async () => {
    bench = await startWorldAdapters();
  });
  afterEach(async () => {
    await bench.stop();
  });

  it('an hour for approval costs no REST budget and few GraphQL points', async () => {
    const { github, call } = bench;
    const { number, headSha, baseBranch } = await openRollback(
      bench,
      'production',
    );
    await bench.clock.advance(200_000);
    const look = async () => {
      const [pullRequest] = await Promise.all([
        github.getPullRequest(REPOSITORY, number, call),
        github.getReviews(REPOSITORY, number, call),
      ]);
      return pullRequest;
    };
    const lookAround = () =>
      Promise.all([
        github.getChecks(REPOSITORY, baseBranch, headSha, call),
        github.listRollbackPullRequests(
          REPOSITORY,
          baseBranch,
          'payment-service',
          call,
        ),
      ]);
    // GitHub computes the merge state when first asked; then nothing changes any more.
    await look();
    await lookAround();
    expect(await look()).toMatchObject({
      mergeableState: 'blocked',
      approvals: { have: 0, need: 1 },
    });

    const meter = await startMeter(bench);
    let looks = 0;
    for (let minute = 0; minute < 60; minute += 1) {
      for (let second = 0; second < 60; second += 5) {
        await bench.clock.advance(5_000);
        await look();
        looks += 1;
      }
      await lookAround();
      await meter.read();
    }
    expect(looks).toBe(720);
    expect(meter.spent.core).toBe(0);
    expect(meter.spent.graphql).toBeGreaterThan(100);
    expect(meter.spent.graphql).toBeLessThanOrEqual(150);

    // And what happens then is seen with the next look.
    bench.world.github.acting.review('alice', REPOSITORY, number, {
      event: 'APPROVE',
    });
    expect(await look()).toMatchObject({
      mergeableState: 'clean',
      approvals: { have: 1, need: 1 },
    });
  }, 180_000);

  it('knows what is left of the budget, and says so when it is little', async () => {
    const logger = mockServices.logger.mock();
    const { github } = bench.reconfigured(data => data, { logger });
    const read = () =>
      github.readManifest(
        REPOSITORY,
        'staging',
        '.argocd/application.yaml',
        bench.call,
      );
    expect(github.budget(REPOSITORY)).toBeUndefined();
    await read();
    const first = github.budget(REPOSITORY);
    expect(first).toMatchObject({ limit: 5_000 });
    expect(first?.remaining).toBeLessThan(5_000);
    expect(github.budget('github.com/my-org/other')).toBeUndefined();
    expect(logger.warn).not.toHaveBeenCalled();

    bench.world.github.setRateLimit(DEMO_ACCESS.github.operatorToken, 900);
    await read();
    await read();
    expect(github.budget(REPOSITORY)?.remaining).toBeLessThanOrEqual(900);
    expect(logger.warn).toHaveBeenCalledTimes(1);
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining("more 'core' requests until"),
    );

    await bench.clock.advance(HOUR);
    await read();
    expect(github.budget(REPOSITORY)?.remaining).toBeGreaterThan(4_900);
  });
});
