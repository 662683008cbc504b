import { setTimeout as sleep } from 'node:timers/promises';
import { describeOnDatabases } from '../__testUtils__/databases';
import { aKey, aRecord, T0, tick } from '../__testUtils__/fixtures';
import { claimInstance } from './claimInstance';
import { finishTick } from './finishTick';
import { getApplicationRecord } from './getApplicationRecord';
import { listInstances } from './listInstances';
import { releaseInstance } from './releaseInstance';

const EMPTY = {
  records: [],
  checks: [],
  gone: [],
  opened: [],
  wake: [],
  audit: [],
  effects: [],
};

describeOnDatabases('the poll lease of an instance', open => {
  it('goes to exactly one of several claimers', async () => {
    const db = await open();
    const claims = await Promise.all(
      ['a', 'b', 'c', 'd'].map(holder =>
        claimInstance(db, { instance: 'main', holder, leaseMs: 60_000 }),
      ),
    );
    const [{ lease_holder: winner }] = await db
      .knex('instances')
      .select('lease_holder');
    expect(claims.filter(claim => claim.result === 'claimed')).toHaveLength(1);
    expect(claims.filter(claim => claim.result === 'held')).toEqual(
      Array(3).fill({ result: 'held', by: winner }),
    );
  });

  it('is renewed by its holder with a new ticket, which fences out the old one', async () => {
    const db = await open();
    const options = { instance: 'main', holder: 'a', leaseMs: 60_000 };
    const first = await claimInstance(db, options);
    const second = await claimInstance(db, options);
    if (first.result !== 'claimed' || second.result !== 'claimed') {
      throw new Error('the holder may always claim again');
    }
    expect(second.ticket).toBeGreaterThan(first.ticket);
    const commit = { instance: 'main', now: T0, ok: true, ...EMPTY };
    await expect(
      finishTick(db, { ...commit, ticket: first.ticket }),
    ).resolves.toEqual({ result: 'lost' });
    await expect(
      finishTick(db, { ...commit, ticket: second.ticket }),
    ).resolves.toEqual({ result: 'committed', notOpened: [] });
  });

  it('is taken over when it has run out, and a late commit then writes nothing', async () => {
    const db = await open();
    const dead = await claimInstance(db, {
      instance: 'main',
      holder: 'a',
      leaseMs: 20,
    });
    await sleep(60);
    const next = await claimInstance(db, {
      instance: 'main',
      holder: 'b',
      leaseMs: 60_000,
    });
    if (dead.result !== 'claimed' || next.result !== 'claimed') {
      throw new Error('an expired lease can be taken by anybody');
    }
    await expect(
      finishTick(db, {
        instance: 'main',
        ticket: dead.ticket,
        now: T0,
        ok: true,
        ...EMPTY,
        records: [aRecord('late')],
      }),
    ).resolves.toEqual({ result: 'lost' });
    await expect(
      getApplicationRecord(db, aKey('late')),
    ).resolves.toBeUndefined();
    expect((await listInstances(db))[0].lastTickAt).toBeUndefined();
  });

  it('commits late when nobody has taken the expired lease', async () => {
    const db = await open();
    const claim = await claimInstance(db, {
      instance: 'main',
      holder: 'a',
      leaseMs: 1,
    });
    if (claim.result !== 'claimed') {
      throw new Error('nobody holds it');
    }
    await sleep(20);
    await expect(
      finishTick(db, {
        instance: 'main',
        ticket: claim.ticket,
        now: T0,
        ok: true,
        ...EMPTY,
      }),
    ).resolves.toMatchObject({ result: 'committed' });
  });

  it('is free at once when given back, but not by a former holder', async () => {
    const db = await open();
    const a = await claimInstance(db, {
      instance: 'main',
      holder: 'a',
      leaseMs: 60_000,
    });
    if (a.result !== 'claimed') {
      throw new Error('nobody holds it');
    }
    await expect(
      releaseInstance(db, { instance: 'main', ticket: a.ticket }),
    ).resolves.toBe('released');
    const b = await claimInstance(db, {
      instance: 'main',
      holder: 'b',
      leaseMs: 60_000,
    });
    expect(b.result).toBe('claimed');
    await expect(
      releaseInstance(db, { instance: 'main', ticket: a.ticket }),
    ).resolves.toBe('lost');
    await expect(
      claimInstance(db, { instance: 'main', holder: 'c', leaseMs: 1 }),
    ).resolves.toEqual({ result: 'held', by: 'b' });
  });

  it('keeps its own clock: a business time far ahead does not end it', async () => {
    const db = await open();
    await tick(db, { now: T0 + 365 * 86_400_000 });
    await expect(
      claimInstance(db, { instance: 'main', holder: 'b', leaseMs: 1 }),
    ).resolves.toEqual({ result: 'held', by: 'test' });
  });

  it('counts failed ticks in a row and forgets them at the first good one', async () => {
    const db = await open();
    await tick(db, { now: T0 });
    await tick(db, { now: T0 + 1, ok: false, problem: 'connection refused' });
    await tick(db, { now: T0 + 2, ok: false, problem: 'timeout\0' });
    await expect(listInstances(db)).resolves.toEqual([
      {
        name: 'main',
        consecutiveFailures: 2,
        lastTickAt: T0 + 2,
        lastOkAt: T0,
        problem: 'timeout',
      },
    ]);
    await expect(
      claimInstance(db, { instance: 'main', holder: 'test', leaseMs: 1_000 }),
    ).resolves.toMatchObject({
      consecutiveFailures: 2,
      lastTickAt: T0 + 2,
      lastOkAt: T0,
    });
    await tick(db, { now: T0 + 3 });
    await expect(listInstances(db)).resolves.toMatchObject([
      { consecutiveFailures: 0, lastOkAt: T0 + 3, problem: undefined },
    ]);
  });
});
