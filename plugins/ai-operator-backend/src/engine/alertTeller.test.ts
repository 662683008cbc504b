import { mockServices } from '@backstage/backend-test-utils';
import { Database } from '../persistence';
import { NotifierPort, PortError } from '../ports';
import { FakeNotifier } from '../ports/fakes';
import { openMemory } from './__testUtils__/escalated';
import { AlertTeller, UntoldAlert } from './alertTeller';

function alert(
  name: string,
  overrides: Partial<UntoldAlert> = {},
): UntoldAlert {
  return {
    scope: `staging/argocd/${name}/missing`,
    title: `AI Operator: ${name} needs a look`,
    description: 'Argo CD finds resources missing',
    urgent: false,
    link: `https://portal/ai-operator?text=${name}`,
    ...overrides,
  };
}

function alerts(count: number, overrides: Partial<UntoldAlert> = {}) {
  return Array.from({ length: count }, (_, index) =>
    alert(`app-${index}`, overrides),
  );
}

describe('AlertTeller', () => {
  let db: Database;
  let notifier: FakeNotifier;
  let logger: ReturnType<typeof mockServices.logger.mock>;

  function createTeller(overrides: { notifier?: NotifierPort } = {}) {
    return new AlertTeller({
      db,
      notifier,
      logger,
      fleetLink: 'https://portal/ai-operator',
      timeoutMs: 1_000,
      ...overrides,
    });
  }

  async function tell(
    given: UntoldAlert[],
    teller = createTeller(),
  ): Promise<void> {
    teller.tell(given);
    await teller.drain();
  }

  async function records() {
    const rows = await db.knex('audit').orderBy('seq');
    return rows.map(row => JSON.parse(row.record));
  }

  beforeEach(async () => {
    db = await openMemory();
    notifier = new FakeNotifier();
    logger = mockServices.logger.mock();
  });

  afterEach(async () => {
    await db.knex.destroy();
  });

  it('tells the people on call, one thread for each scope, and writes it down', async () => {
    await tell([alert('cart'), alert('payment', { urgent: true })]);
    expect(notifier.sent).toEqual([
      {
        audience: 'oncall',
        title: 'AI Operator: payment needs a look',
        description: 'Argo CD finds resources missing',
        severity: 'high',
        link: 'https://portal/ai-operator?text=payment',
        scope: 'staging/argocd/payment/missing',
      },
      {
        audience: 'oncall',
        title: 'AI Operator: cart needs a look',
        description: 'Argo CD finds resources missing',
        severity: 'normal',
        link: 'https://portal/ai-operator?text=cart',
        scope: 'staging/argocd/cart/missing',
      },
    ]);
    expect(await records()).toMatchObject([
      {
        actionType: 'MCP_CALL',
        metadata: { alert: 'staging/argocd/payment/missing' },
      },
      {
        actionType: 'MCP_CALL',
        metadata: { alert: 'staging/argocd/cart/missing' },
      },
    ]);
  });

  it.each([
    [0, 0],
    [1, 1],
    [10, 10],
    [11, 11],
    [12, 11],
    [3_000, 11],
  ])('%i alerts of one tick are %i messages', async (count, messages) => {
    await tell(alerts(count));
    expect(notifier.sent).toHaveLength(messages);
  });

  it('sums up what is too much, the urgent ones told first', async () => {
    await tell([...alerts(20), ...alerts(3, { urgent: true })]);
    expect(notifier.sent.slice(0, 4).map(({ severity }) => severity)).toEqual([
      'high',
      'high',
      'high',
      'normal',
    ]);
    expect(notifier.sent[10]).toEqual({
      audience: 'oncall',
      scope: 'fleet',
      title: 'AI Operator: 13 more applications need a look',
      description: expect.stringContaining('The fleet page lists them'),
      severity: 'normal',
      link: 'https://portal/ai-operator',
    });
  });

  it('is urgent in sum when something urgent is among the rest', async () => {
    await tell(alerts(12, { urgent: true }));
    expect(notifier.sent[10]).toMatchObject({
      scope: 'fleet',
      severity: 'high',
    });
  });

  it('goes on after a message that cannot be sent, and does not repeat it', async () => {
    notifier.mishaps.failNext(
      'send',
      new PortError('UNAVAILABLE', 'Slack is down'),
    );
    const teller = createTeller();
    await tell(alerts(2), teller);
    expect(notifier.sent.map(({ title }) => title)).toEqual([
      'AI Operator: app-1 needs a look',
    ]);
    expect(logger.warn).toHaveBeenCalledWith(
      'People could not be told "AI Operator: app-0 needs a look": Slack is down',
    );
    expect(await records()).toMatchObject([
      { level: 'WARN', metadata: { errorCode: 'UNAVAILABLE' } },
      { level: 'INFO' },
    ]);
    await tell([], teller);
    expect(notifier.sent).toHaveLength(1);
  });

  it('does not mind that nobody is there to be told', async () => {
    notifier.audiences = [];
    await tell(alerts(1));
    expect(logger.warn).not.toHaveBeenCalled();
  });

  it('does not fail over a record that cannot be stored', async () => {
    await db.knex.destroy();
    await tell(alerts(1));
    expect(notifier.sent).toHaveLength(1);
    expect(logger.error).toHaveBeenCalledTimes(1);
  });

  describe('with a notifier that does not answer', () => {
    let pending: number;

    /** Never answers; ends when it is told to. */
    const hanging: NotifierPort = {
      send: (_message, { signal }) =>
        new Promise((_resolve, reject) => {
          pending += 1;
          signal?.addEventListener('abort', () => reject(signal.reason));
        }),
    };

    beforeEach(() => {
      pending = 0;
    });

    it('never waits, and bounds how many rounds are under way', async () => {
      const teller = createTeller({ notifier: hanging });
      for (let tick = 0; tick < 8; tick += 1) {
        teller.tell(alerts(2));
      }
      expect(pending).toBe(5);
      expect(logger.warn).toHaveBeenCalledTimes(3);
      expect(logger.warn).toHaveBeenCalledWith(
        expect.stringContaining('People are not told of 2 more alerts'),
      );
      await teller.drain(0);
    });

    it('gives up what is left when the process ends', async () => {
      const teller = createTeller({ notifier: hanging });
      teller.tell(alerts(11));
      await teller.drain(10);
      // The first was under way; the others were not begun.
      expect(pending).toBe(1);
    });
  });
});
