import { benchAudit } from './benchAudit';
import { missedLimits, summarise, table } from './report';

describe('the benchmark of the audit trail', () => {
  it('measures writing, reading and verifying on a small trail', async () => {
    const result = await benchAudit('sqlite', {
      records: 1_000,
      repeats: { commits: 5, reads: 5 },
      say: () => {},
    });
    expect(result).toMatchObject({
      database: 'sqlite',
      records: 1_000,
      verifiedPerSecond: expect.any(Number),
    });
    const rows = summarise([result]);
    expect(rows.map(({ what }) => what)).toEqual([
      'plain insert of 1 record',
      'commit of 1 record',
      'plain insert of 20 records',
      'commit of 20 records',
      'story of a rollback',
      'newest page',
      'newest page by people',
    ]);
    expect(table(rows)).toContain('x plain');
  });

  it('names every limit that is missed', () => {
    const row = { database: 'sqlite', p50Ms: 1, p95Ms: 101 };
    expect(
      missedLimits([
        { ...row, what: 'commit of 1 record', ratio: 2.5 },
        { ...row, what: 'commit of 20 records', ratio: 2 },
        { ...row, what: 'newest page' },
      ]),
    ).toEqual([
      'sqlite: commit of 1 record takes 2.50 times a plain insert, allowed are 2',
      'sqlite: newest page takes 101 ms (p95), allowed are 100',
    ]);
  });
});
