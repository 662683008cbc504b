import { monitorEventLoopDelay } from 'node:perf_hooks';
import { TestDatabases } from '@backstage/backend-test-utils';
import { startServer } from './__testUtils__/server';
import { tamper, writeTrail } from './__testUtils__/trail';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

const MS = 1e6;

describe('GET /v1/audit/verify of a long trail', () => {
  it('lets everything else have its turn', async () => {
    const { db, get } = await startServer(databases);
    await writeTrail(db, 20_000);
    await get('/v1/audit/verify?limit=2000').expect(200);
    const delay = monitorEventLoopDelay({ resolution: 2 });
    delay.enable();
    const { body } = await get('/v1/audit/verify?limit=20000').expect(200);
    delay.disable();
    expect(body).toMatchObject({ result: 'intact', checked: 20_000 });
    expect(delay.max / MS).toBeLessThan(100);
  });

  it.each([1, 498, 499, 500, 501, 998, 1_000, 1_199, 1_200, 1_201, 5_000])(
    'reads it in parts of %d as one',
    async limit => {
      const { db, get } = await startServer(databases);
      await writeTrail(db, 1_200);
      const { body } = await get(`/v1/audit/verify?limit=${limit}`).expect(200);
      const checked = Math.min(limit, 1_200);
      expect(body).toMatchObject({
        result: 'intact',
        checked,
        from: 1,
        to: checked,
      });
      expect(body.nextFrom).toBe(limit < 1_200 ? limit + 1 : undefined);
    },
  );

  it.each([500, 501, 999, 1_000, 1_001])(
    'says that entry %d is missing or changed, between pages as well',
    async seq => {
      for (const [how, kind] of [
        ['changed', 'changed'],
        ['deleted', 'missing'],
        ['swapped', 'reordered'],
        ['inserted', 'added'],
      ] as const) {
        const { db, get } = await startServer(databases);
        await writeTrail(db, 1_200);
        await tamper(db, how, seq);
        const { body } = await get('/v1/audit/verify').expect(200);
        expect(body.problems).toEqual([
          expect.objectContaining({
            kind,
            seq: kind === 'added' ? seq + 1 : seq,
          }),
        ]);
      }
    },
  );
});
