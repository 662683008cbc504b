import { mockServices } from '@backstage/backend-test-utils';
import { readOperatorConfig, toPolicy } from '../../config';
import { Database } from '../../persistence';
import { EngineMetrics, PortError } from '../../ports';
import { FakeNotifier } from '../../ports/fakes';
import { openMemory } from '../__testUtils__/escalated';
import { FakeArgo } from '../__testUtils__/fakeArgo';
import { AlertTeller } from '../alertTeller';
import { ApplicationPoller } from './applicationPoller';

const START = Date.parse('2026-02-27T10:30:00Z');
const BEAT = 10_000;
const PRODUCTION = { 'ai-operator.enabled': 'true', environment: 'production' };
const STAGING = { 'ai-operator.enabled': 'true', environment: 'staging' };

const metrics: EngineMetrics = {
  tickFinished: () => {},
  tickLate: () => {},
  loopProblem: () => {},
  degradationDetected: () => {},
  moved: () => {},
  effectFinished: () => {},
  invariantBroken: () => {},
};

/** SPEC §4: what no rollback tells, because none begins. */
describe('alerts that belong to no rollback', () => {
  let db: Database;
  let argo: FakeArgo;
  let notifier: FakeNotifier;
  let teller: AlertTeller;
  let poller: ApplicationPoller;
  let now: number;
  let ids: number;

  function createPoller(
    production: 'propose' | 'observe' = 'propose',
  ): ApplicationPoller {
    const { config } = readOperatorConfig(
      mockServices.rootConfig({
        data: {
          app: { baseUrl: 'https://portal.example' },
          aiOperator: {
            environments: {
              staging: { mode: 'auto', branch: 'staging' },
              production: { mode: production, branch: 'main' },
            },
          },
        },
      }),
    );
    const logger = mockServices.logger.mock();
    const policy = toPolicy(config);
    teller = new AlertTeller({
      db,
      notifier,
      logger,
      fleetLink: `${policy.portalUrl}/ai-operator`,
      timeoutMs: 1_000,
    });
    return new ApplicationPoller({
      db,
      ports: {
        argocd: argo.argocd,
        kubernetes: argo.kubernetes,
        github: argo.github,
      },
      catalog: {
        snapshot: () => ({ generation: 0, selections: [], invalid: [] }),
        refresh: async () => {},
      },
      config,
      policy,
      clock: { now: () => now },
      newId: () => {
        ids += 1;
        return `id-${ids}`;
      },
      logger,
      metrics,
      holder: 'me',
      leaseMs: 25_000,
      listBudgetMs: 12_000,
      attention: { perTick: 200, concurrency: 8, budgetMs: 8_000 },
      onCommitted: () => {},
      onChanged: () => {},
      onAlerts: alerts => teller.tell(alerts),
    });
  }

  async function beats(count: number): Promise<string[]> {
    const results: string[] = [];
    for (let beat = 0; beat < count; beat += 1) {
      const { result } = await poller.tick(
        'staging',
        new AbortController().signal,
      );
      await teller.drain();
      results.push(result);
      now += BEAT;
    }
    return results;
  }

  const titles = () => notifier.sent.map(({ title }) => title);

  beforeEach(async () => {
    now = START;
    ids = 0;
    db = await openMemory();
    argo = new FakeArgo(() => now);
    argo.set('payment-service', { labels: PRODUCTION });
    argo.set('cart-service', { labels: STAGING });
    notifier = new FakeNotifier({ now: () => now });
    poller = createPoller();
    await beats(1);
  });

  afterEach(async () => {
    await db.knex.destroy();
  });

  it('a production application that degrades while it is locked is told once, at once', async () => {
    argo.degrade('payment-service');
    await beats(1);
    await db.knex('rollbacks').update({ state: 'Abort' });
    argo.set('payment-service', { health: 'Healthy' });
    await beats(1);
    expect(notifier.sent).toEqual([]);

    argo.degrade('payment-service');
    await beats(5);
    expect(notifier.sent).toEqual([
      {
        audience: 'oncall',
        title: '@oncall AI Operator: payment-service (production) needs a look',
        description: expect.stringMatching(
          /^payment-service is Degraded.*no rollback begins: the last rollback \(id-1\) was aborted.*Bring the application back by hand/,
        ),
        severity: 'high',
        scope: expect.stringContaining('payment-service'),
        link: 'https://portal.example/ai-operator?text=payment-service',
      },
    ]);

    argo.set('payment-service', { health: 'Healthy' });
    await beats(1);
    argo.degrade('payment-service');
    await beats(3);
    expect(notifier.sent).toHaveLength(2);
    // The same thread: it takes the place of the earlier message.
    expect(notifier.threads.size).toBe(1);
  });

  it.each(['Missing', 'Unknown'] as const)(
    '%s is told once, when three checks in a row have said so',
    async health => {
      argo.set('payment-service', { health });
      argo.set('cart-service', { health });
      await beats(2);
      expect(titles()).toEqual([]);
      await beats(4);
      expect(titles()).toEqual([
        '@oncall AI Operator: payment-service (production) needs a look',
        'AI Operator: cart-service (staging) needs a look',
      ]);
      expect(notifier.sent.map(({ severity }) => severity)).toEqual([
        'high',
        'normal',
      ]);
      await expect(db.knex('rollbacks')).resolves.toEqual([]);
    },
  );

  it('Missing for a moment is told to nobody', async () => {
    argo.set('cart-service', { health: 'Missing' });
    await beats(2);
    argo.set('cart-service', { health: 'Healthy' });
    await beats(1);
    argo.set('cart-service', { health: 'Missing' });
    await beats(2);
    expect(titles()).toEqual([]);
  });

  it('Degraded without a shortage of replicas is told once', async () => {
    argo.set('cart-service', { health: 'Degraded' });
    await beats(4);
    expect(titles()).toEqual([
      'AI Operator: cart-service (staging) needs a look',
    ]);
    expect(notifier.sent[0].description).toContain(
      '3 of 3 replicas are available: no rollback begins',
    );
  });

  it('a degradation that begins a rollback is told by the rollback', async () => {
    argo.degrade('payment-service');
    argo.degrade('cart-service');
    await beats(4);
    expect(titles()).toEqual([]);
    await expect(db.knex('rollbacks')).resolves.toHaveLength(2);
  });

  it('nothing is told of an environment that is only observed', async () => {
    poller = createPoller('observe');
    argo.set('payment-service', { health: 'Missing' });
    await beats(4);
    expect(titles()).toEqual([]);
  });

  it('an Argo CD instance that fails three times is told once, and again only after it had recovered', async () => {
    argo.listError = new PortError('UNAVAILABLE', 'Argo CD answered 503');
    await beats(2);
    expect(titles()).toEqual([]);
    await beats(40);
    expect(notifier.sent).toEqual([
      expect.objectContaining({
        title: '@oncall AI Operator cannot read Argo CD instance staging',
        description: expect.stringContaining(
          'It failed 3 times in a row: Argo CD answered 503',
        ),
        severity: 'high',
        scope: 'argocd/staging',
        link: 'https://portal.example/ai-operator/doctor',
      }),
    ]);
    argo.listError = undefined;
    await beats(31);
    argo.listError = new PortError('UNAVAILABLE', 'Argo CD answered 503');
    await beats(3);
    // The thread ends when it answers again, and a new outage begins another.
    expect(notifier.sent.map(({ title }) => title)).toEqual([
      '@oncall AI Operator cannot read Argo CD instance staging',
      expect.stringMatching(/instance staging answers again/),
      '@oncall AI Operator cannot read Argo CD instance staging',
    ]);
  });

  it('a whole fleet is eleven messages', async () => {
    for (let index = 0; index < 40; index += 1) {
      argo.set(`svc-${index}`, { labels: STAGING });
    }
    await beats(1);
    for (const name of argo.applications.keys()) {
      argo.set(name, { health: 'Unknown' });
    }
    await beats(6);
    expect(notifier.sent).toHaveLength(11);
    expect(titles()[0]).toContain('payment-service (production)');
    expect(titles()[10]).toBe('AI Operator: 32 more applications need a look');
  });

  it.each<[string, () => Error]>([
    ['that is away', () => new PortError('UNAVAILABLE', 'Slack is down')],
    ['with a fault', () => new TypeError('ours')],
  ])(
    'a notifier %s neither breaks the tick nor is asked again',
    async (_name, error) => {
      const send = jest.spyOn(notifier, 'send').mockImplementation(async () => {
        throw error();
      });
      argo.set('cart-service', { health: 'Missing' });
      expect(await beats(6)).toEqual(Array(6).fill('committed'));
      expect(send).toHaveBeenCalledTimes(1);
      const audit = await db.knex('audit');
      expect(
        audit
          .map(row => JSON.parse(row.record))
          .filter(({ actionType }) => actionType === 'ESCALATION'),
      ).toHaveLength(1);
    },
  );

  it('a tick that was not committed tells nothing', async () => {
    argo.set('cart-service', { health: 'Missing' });
    await beats(2);
    argo.onList = async () => {
      // Another replica takes the instance over while the list is on its way.
      await db.knex('instances').update({ ticket: db.knex.raw('ticket + 1') });
    };
    expect(await beats(1)).toEqual(['lost']);
    expect(titles()).toEqual([]);
  });
});
