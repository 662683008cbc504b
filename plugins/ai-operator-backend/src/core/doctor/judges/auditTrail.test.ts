import { POLICY } from '../../__testUtils__/fixtures';
import { fact, noFact } from '../facts';
import {
  AuditTrailExpectations,
  AuditTrailFacts,
  judgeAuditTrail,
} from './auditTrail';

const NOW = Date.UTC(2026, 1, 27, 10, 30);
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const NAME = 'Elasticsearch at https://logs.test';

const EXPECTED: AuditTrailExpectations = {
  sinks: [{ kind: 'elasticsearch', name: NAME }],
  policy: POLICY,
  verifyInterval: HOUR,
  now: NOW,
};

const SINK: AuditTrailFacts['sinks'][number] = {
  name: NAME,
  backlog: 0,
  shippedAt: NOW - HOUR,
  setAside: 0,
  setAsideLatest: [],
};

function facts(
  sink: Partial<typeof SINK> = {},
  chain: Partial<AuditTrailFacts['chain']> = {},
): AuditTrailFacts {
  return {
    chain: {
      result: 'intact',
      because: 'All 12 entries are as they were written.',
      checkedAt: NOW - HOUR,
      ...chain,
    },
    sinks: [{ ...SINK, ...sink }],
  };
}

function find(
  id: string,
  given: AuditTrailFacts,
  expected: Partial<AuditTrailExpectations> = {},
) {
  return judgeAuditTrail(fact(given), { ...EXPECTED, ...expected }).find(
    finding => finding.id === id,
  );
}

const DOWN = {
  backlog: 7,
  waitingSince: NOW - 90 * SECOND,
  failingSince: NOW - 90 * SECOND,
  problem: 'connection refused',
};

describe('the audit trail', () => {
  it.each<[string, Partial<AuditTrailFacts['chain']>, string]>([
    ['intact', {}, 'ok'],
    ['looked at long ago', { checkedAt: NOW - 3 * HOUR - 1 }, 'warning'],
    ['just in time', { checkedAt: NOW - 3 * HOUR }, 'ok'],
    ['broken', { result: 'broken', because: 'Entry 3 was changed' }, 'problem'],
    ['never looked at', { result: 'unknown', checkedAt: undefined }, 'unknown'],
  ])('chain: %s', (_name, chain, status) => {
    expect(find('audit/chain', facts({}, chain))?.status).toBe(status);
  });

  it.each<[string, Partial<typeof SINK>, string, string]>([
    ['everything there', {}, 'ok', 'It has everything.'],
    [
      'a record waits for a moment',
      { backlog: 1, waitingSince: NOW - 59 * SECOND },
      'ok',
      '1 record waits, none for long.',
    ],
    [
      'catching up',
      {
        backlog: 500,
        waitingSince: NOW - 60 * SECOND,
        shippedAt: NOW - SECOND,
      },
      'warning',
      '500 records wait, the oldest for 60 seconds: it is catching up.',
    ],
    [
      'nobody ships',
      { backlog: 2, waitingSince: NOW - 60 * SECOND },
      'problem',
      '2 records wait, the oldest for 60 seconds.',
    ],
    [
      'down',
      DOWN,
      'problem',
      'It takes no records since 10:28:30 UTC: connection refused. 7 records wait in the database, and none is lost. Until they are shipped nothing is merged in production.',
    ],
    [
      'down for a moment',
      { ...DOWN, failingSince: NOW - SECOND, waitingSince: NOW - SECOND },
      'problem',
      'It takes no records since 10:29:59 UTC: connection refused. 7 records wait in the database, and none is lost.',
    ],
  ])('backlog: %s', (_name, sink, status, because) => {
    expect(find('audit/elasticsearch/backlog', facts(sink))).toMatchObject({
      name: NAME,
      status,
      because,
    });
  });

  it('backlog: a sink that nothing was shipped to', () => {
    const found = { ...facts(), sinks: [] };
    expect(find('audit/elasticsearch/backlog', found)?.status).toBe('unknown');
    expect(find('audit/elasticsearch/set-aside', found)?.status).toBe(
      'unknown',
    );
  });

  it('says what is refused, and why', () => {
    const id = 'audit/elasticsearch/set-aside';
    expect(find(id, facts())?.status).toBe('ok');
    expect(
      find(
        id,
        facts({
          setAside: 12,
          setAsideLatest: [{ seq: 40, because: 'strict mapping' }],
        }),
      ),
    ).toMatchObject({
      status: 'warning',
      because:
        'It refuses 12 records, the latest entry 40: strict mapping. They stay in the database.',
    });
  });

  it('is fine without a sink', () => {
    expect(
      judgeAuditTrail(fact(facts()), { ...EXPECTED, sinks: [] }).map(
        ({ id, status }) => [id, status],
      ),
    ).toEqual([
      ['audit/chain', 'ok'],
      ['audit/shipped', 'ok'],
    ]);
  });

  it('is not known while it cannot be read', () => {
    expect(
      judgeAuditTrail(noFact('unreachable', 'The database is down'), EXPECTED)
        .map(({ id, status }) => `${id} ${status}`)
        .sort(),
    ).toEqual([
      'audit/chain unknown',
      'audit/elasticsearch/backlog unknown',
      'audit/elasticsearch/set-aside unknown',
    ]);
  });
});
