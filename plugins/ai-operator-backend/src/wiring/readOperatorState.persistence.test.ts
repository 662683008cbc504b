import {
  appendAuditRecords,
  Database,
  registerAuditSinks,
} from '../persistence';
import { describeOnDatabases } from '../persistence/__testUtils__/databases';
import {
  aKey,
  anAudit,
  openOne,
  T0,
} from '../persistence/__testUtils__/fixtures';
import { readOperatorState } from './readOperatorState';

describeOnDatabases('what the gauges show', open => {
  let db: Database;

  beforeEach(async () => {
    db = await open();
  });

  it('is what is configured and what the database says of it', async () => {
    await openOne(db, 'payment-service');
    await registerAuditSinks(db, {
      sinks: [
        { name: 'Elasticsearch at https://old', kind: 'elasticsearch' },
        { name: 'Elasticsearch at https://new', kind: 'elasticsearch' },
      ],
      now: 0,
    });
    await appendAuditRecords(db, { audit: [anAudit({ timestamp: T0 })] });
    const [{ seq }] = await db.knex('audit_head').select('seq');
    const state = await readOperatorState(db, {
      instances: ['main', 'added-just-now'],
      sinks: ['Elasticsearch at https://new'],
    });
    expect(state).toMatchObject({
      holds: [
        {
          key: aKey('payment-service'),
          environment: 'staging',
          state: 'DegradationDetected',
        },
      ],
      instances: [
        { name: 'main', lastOkAt: expect.any(Number) },
        { name: 'added-just-now', lastOkAt: undefined },
      ],
      sinks: [{ kind: 'elasticsearch', backlog: Number(seq), setAside: 0 }],
      chain: { result: 'unknown' },
    });
    expect(state.sinks?.[0].waitingSince).toEqual(expect.any(Number));
  });

  it('has no sinks where none is configured', async () => {
    const state = await readOperatorState(db, { instances: [], sinks: [] });
    expect(state).toMatchObject({ holds: [], instances: [], sinks: [] });
  });
});
