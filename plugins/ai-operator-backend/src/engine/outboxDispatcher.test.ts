import { mockServices } from '@backstage/backend-test-utils';
import { OperatorSignal } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Rollback } from '../core';
import { POLICY } from '../core/__testUtils__/fixtures';
import { Perform } from '../effects';
import { createOperatorMetrics } from '../metrics';
import { claimEffects, ClaimedEffect, Database } from '../persistence';
import {
  aClose,
  aKey,
  anEvent,
  openOne,
  T0,
  tick,
} from '../persistence/__testUtils__/fixtures';
import { PortError } from '../ports';
import { FakeGitHub, FakeNotifier, FakePager } from '../ports/fakes';
import { openMemory } from './__testUtils__/escalated';
import { ChangeTeller } from './changeTeller';
import { OutboxDispatcher } from './outboxDispatcher';

const SECOND = 1_000;

const done: Perform = async ({ kind }) => {
  switch (kind) {
    case 'close_pull_request':
      return { kind, result: 'closed' };
    case 'publish_event':
      return { kind, result: 'published' };
    default:
      throw new Error(`No test asks for ${kind}`);
  }
};

const down: Perform = async () => {
  throw new PortError('UNAVAILABLE', 'connect ECONNREFUSED');
};

describe('OutboxDispatcher', () => {
  let db: Database;
  let rollback: Rollback;
  let onChanged: jest.Mock<void, [OperatorSignal[]]>;

  beforeEach(async () => {
    db = await openMemory();
    rollback = await openOne(db, 'payment-service');
    onChanged = jest.fn();
  });
  afterEach(() => db.knex.destroy());

  function dispatcher(perform: Perform) {
    return new OutboxDispatcher({
      db,
      perform,
      onChanged,
      github: new FakeGitHub(),
      notifier: new FakeNotifier(),
      pager: new FakePager(),
      publish: async () => {},
      policy: POLICY,
      auditSinks: [],
      clock: { now: () => T0 },
      logger: mockServices.logger.mock(),
      metrics: createOperatorMetrics({
        clock: { now: () => T0 },
        readState: async () => ({ holds: [], instances: [] }),
      }),
      performTimeoutMs: SECOND,
      onFinished: () => {},
      onRetry: () => {},
      onIssue: () => {},
    });
  }

  async function claimed(
    effects: Array<ReturnType<typeof aClose>>,
  ): Promise<ClaimedEffect[]> {
    const { correlationId } = rollback;
    await tick(db, {
      effects: effects.map(effect => ({ correlationId, effect })),
    });
    return claimEffects(db, {
      now: T0,
      limit: 10,
      holder: 'test',
      leaseMs: 60 * SECOND,
    });
  }

  const { signal: goesOn } = new AbortController();
  const itsSignal = () => ({
    type: 'rollback',
    correlationId: rollback.correlationId,
    application: aKey('payment-service'),
  });

  it.each([
    ['done', aClose('close'), done],
    ['published', anEvent('event'), done],
    ['to be tried again', aClose('close'), down],
  ])('tells pages of an effect that is %s', async (_how, effect, perform) => {
    const [first] = await claimed([effect]);
    await dispatcher(perform).dispatch(first, goesOn);
    expect(onChanged.mock.calls).toEqual([[[itsSignal()]]]);
  });

  it('tells pages of an effect that failed for good', async () => {
    const [first] = await claimed([aClose('close')]);
    await dispatcher(async () => {
      throw new PortError('PERMISSION_DENIED', 'Resource not accessible');
    }).dispatch(first, goesOn);
    expect(onChanged.mock.calls).toEqual([[[itsSignal()]]]);
  });

  it('tells once it is committed', async () => {
    const [first] = await claimed([aClose('close')]);
    let finished: Promise<unknown> = Promise.resolve();
    onChanged.mockImplementation(() => {
      finished = db
        .knex('outbox')
        .where({ key: 'close' })
        .first('finished_at')
        .then(row => row?.finished_at);
    });
    await dispatcher(done).dispatch(first, goesOn);
    await expect(finished).resolves.toEqual(expect.anything());
  });

  it.each([
    ['finished', done],
    ['tried again', down],
  ])(
    'tells nothing of one that somebody else has %s meanwhile',
    async (_how, perform) => {
      const [first] = await claimed([aClose('close')]);
      await dispatcher(done).dispatch(first, goesOn);
      onChanged.mockClear();
      await dispatcher(perform).dispatch(first, goesOn);
      expect(onChanged).not.toHaveBeenCalled();
    },
  );

  it('tells nothing of one that was cut off: it is where it was', async () => {
    const [first] = await claimed([aClose('close')]);
    await dispatcher(down).dispatch(first, AbortSignal.abort());
    expect(onChanged).not.toHaveBeenCalled();
  });

  it('costs one telling, however many effects of a rollback end together', async () => {
    const send = jest.fn(async (_signals: OperatorSignal[]) => {});
    const teller = new ChangeTeller({ send, onProblem: () => {} });
    onChanged.mockImplementation(signals => teller.tell(signals));
    const effects = await claimed(
      Array.from({ length: 3 }, (_, index) => aClose(`close-${index}`)),
    );
    for (const effect of effects) {
      await dispatcher(done).dispatch(effect, goesOn);
    }
    expect(onChanged).toHaveBeenCalledTimes(effects.length);
    await new Promise(resolve => setTimeout(resolve, 300));
    teller.stop();
    expect(send.mock.calls).toEqual([[[itsSignal()]]]);
  });
});
