import request from 'supertest';
import {
  AuditRecord,
  auditRecordSchema,
  overviewSchema,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { Fault } from '@ai-operator/world';
import { listAuditSinks } from '../persistence';
import { moves, restRollback } from './__testUtils__/look';
import {
  callsWithoutAnswer,
  fieldsOf,
  wholeTrail,
} from './__testUtils__/records';
import { openScenario, Scenario } from './__testUtils__/scenario';
import {
  allInElasticsearch,
  expectSameTrail,
  stopElasticsearch,
  storyInElasticsearch,
} from './__testUtils__/shipped';
import {
  APPROVED_ON_THE_ISSUE,
  PRODUCTION,
  rollbackId,
  SERVICE,
  shortened,
} from './__testUtils__/stories';

jest.setTimeout(120_000);

const POSTGRES =
  process.env.BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING;

const WHOLE_ROLLBACK = [
  'Idle -> DegradationDetected',
  'DegradationDetected -> CandidateResolved',
  'CandidateResolved -> PRCreated',
  'PRCreated -> AwaitingMergeApproval',
  'AwaitingMergeApproval -> RollbackMerged',
  'RollbackMerged -> RollbackComplete',
  'RollbackComplete -> Idle',
];

async function stateOf(scenario: Scenario) {
  const [state] = await listAuditSinks(scenario.db);
  return state;
}

async function steps(scenario: Scenario): Promise<string[]> {
  return (await moves(scenario)).map(move => move.slice('10:30:00 '.length));
}

/** What shipping itself has left in the trail. */
async function aboutShipping({ db }: Scenario): Promise<AuditRecord[]> {
  const rows = await db.knex('audit').orderBy('seq');
  return rows
    .map(row => JSON.parse(row.record))
    .filter(({ metadata }) => metadata.sink !== undefined);
}

/** A rollback in staging, from the degradation to its end. */
async function rollBackStaging(
  options: Partial<Parameters<typeof shortened>[0]> = {},
  before: (scenario: Scenario) => void = () => {},
): Promise<Scenario> {
  const scenario = await openScenario(
    shortened({ instances: ['staging'], shipTrail: {}, ...options }),
  );
  before(scenario);
  await scenario.surviveUntil('10:29:55');
  await scenario.world.control.deployBad(SERVICE);
  await scenario.surviveUntil('10:32:30');
  return scenario;
}

describe('the audit trail in Elasticsearch', () => {
  let scenario: Scenario;

  afterEach(async () => {
    await scenario.close();
  });

  it('has the whole story of a rollback in order, exactly as the database has it', async () => {
    scenario = await rollBackStaging();
    expect(await steps(scenario)).toEqual(WHOLE_ROLLBACK);
    const id = await rollbackId(scenario);
    const story = await storyInElasticsearch(scenario, id);
    const rows = await scenario.db
      .knex('audit')
      .where({ correlation_id: id })
      .orderBy('seq');
    expect(story.map(({ hash }) => hash)).toEqual(rows.map(({ hash }) => hash));
    expect(story.length).toBeGreaterThan(20);
    await expectSameTrail(scenario);
    expect(await stateOf(scenario)).toMatchObject({ backlog: 0, setAside: 0 });
    // Shipping does not feed itself.
    expect(await aboutShipping(scenario)).toEqual([]);
    const [index] = scenario.world.elasticsearch.indices.list();
    expect(index.name).toBe('ai-operator-audit-2026.02.27');
    expect(index.settings['index.lifecycle.name']).toBe('ai-operator-audit');
  });

  it('arrives afterwards when Elasticsearch was down: staging goes on, nothing is lost or there twice', async () => {
    let restart = () => {};
    scenario = await rollBackStaging(
      { shipTrail: { stopMergesAfter: '10s' } },
      opened => {
        restart = stopElasticsearch(opened);
      },
    );
    expect(await steps(scenario)).toEqual(WHOLE_ROLLBACK);
    const { verdicts } = await restRollback(
      scenario,
      await rollbackId(scenario),
    );
    expect(
      verdicts?.guards.find(({ id }) => id === 'audit_trail'),
    ).toMatchObject({
      result: 'holds',
      because: expect.stringContaining('only production waits for them'),
    });
    expect(allInElasticsearch(scenario)).toEqual([]);
    const waiting = await stateOf(scenario);
    expect(waiting).toMatchObject({
      shippedSeq: 0,
      problem: expect.stringContaining('503'),
    });
    expect(waiting.backlog).toBeGreaterThan(20);
    restart();
    await scenario.runUntil('10:33:40');
    await expectSameTrail(scenario);
    expect(await stateOf(scenario)).toMatchObject({ backlog: 0 });
    expect(
      (await aboutShipping(scenario)).map(({ level, mcpCall }) => [
        level,
        mcpCall?.result,
      ]),
    ).toEqual([
      ['WARN', 'failure'],
      ['INFO', 'success'],
    ]);
    expect(scenario.told.sent.map(({ title }) => title)).toEqual([
      'AI Operator: the audit trail cannot be shipped',
      'AI Operator: the audit trail is shipped again',
    ]);
  });

  it('is complete and without duplicates through overload, lost answers and deaths at the worst moment', async () => {
    let shipped = 0;
    let deaths = 0;
    let lost: Fault | undefined;
    scenario = await rollBackStaging({}, opened => {
      const { elasticsearch, faults } = opened.world;
      elasticsearch.rejectEvery = 4;
      lost = faults.add({
        system: 'elasticsearch',
        kind: 'lost-answer',
        path: '*_bulk*',
        count: 3,
      });
      opened.death = (_commit, words) => {
        if (!words.startsWith('shipped')) {
          return undefined;
        }
        shipped += 1;
        if (shipped % 3 !== 2) {
          return undefined;
        }
        // The batch is in Elasticsearch, the cursor is not moved.
        deaths += 1;
        return 'before commit';
      };
    });
    scenario.death = () => undefined;
    scenario.world.elasticsearch.rejectEvery = undefined;
    await scenario.surviveUntil('10:33:40');
    expect(deaths).toBeGreaterThan(1);
    expect(lost?.hits).toBe(3);
    expect(await steps(scenario)).toEqual(WHOLE_ROLLBACK);
    await expectSameTrail(scenario);
  });

  it('sets aside what a mapping does not take, and ships it when that is mended', async () => {
    scenario = await rollBackStaging({}, ({ world }) => {
      world.elasticsearch.createIndex('ai-operator-audit-2026.02.27', {
        mappings: { properties: { actor: { type: 'integer' } } },
      });
    });
    // It keeps nobody from anything in staging.
    expect(await steps(scenario)).toEqual(WHOLE_ROLLBACK);
    const state = await stateOf(scenario);
    expect(state.backlog).toBe(0);
    expect(state.setAside).toBeGreaterThan(20);
    expect(state.setAsideLatest[0].because).toContain('actor');
    // It takes nothing at all, so production would wait.
    expect(state.failingSince).toBeDefined();
    expect(scenario.told.sent.map(({ title }) => title)).toEqual([
      'AI Operator: the audit trail is not shipped as a whole',
      'AI Operator: the audit trail cannot be shipped',
    ]);
    scenario.world.elasticsearch.indices.delete('ai-operator-audit-2026.02.27');
    await scenario.clock.advanceTo(scenario.clock.now() + 3_600_001);
    await scenario.operator.settle();
    await scenario.operator.settle();
    expect(await stateOf(scenario)).toMatchObject({
      setAside: 0,
      backlog: 0,
      failingSince: undefined,
    });
    await expectSameTrail(scenario);
  });
});

describe('production and the audit trail', () => {
  let scenario: Scenario;
  let restart: () => void;

  /** A pull request waits for an approval, and Elasticsearch fails for longer than it may. */
  async function waitingForApproval(
    options: Partial<Parameters<typeof shortened>[0]> = {},
  ) {
    scenario = await openScenario(shortened({ shipTrail: {}, ...options }));
    await scenario.runUntil('10:29:55');
    restart = stopElasticsearch(scenario);
    scenario.world.control.crash({ ...PRODUCTION, available: 1 });
    await scenario.runUntil('10:31:20');
  }

  afterEach(async () => {
    await scenario.close();
  });

  it('does not merge an approved rollback while records wait, says why, and merges once they are there', async () => {
    await waitingForApproval();
    await scenario.world.control.approve({ ...SERVICE, login: 'alice' });
    await scenario.runUntil('10:33:30');
    expect((await steps(scenario)).at(-1)).toBe(
      'PRCreated -> AwaitingMergeApproval',
    );
    const rollback = await restRollback(scenario, await rollbackId(scenario));
    expect(rollback.verdicts?.approval).toMatchObject({ result: 'holds' });
    const sentence = expect.stringMatching(
      /Records of the audit trail wait since 10:3\d:\d\d UTC to be shipped to Elasticsearch at .* \(.*503.*\): nothing is merged in production before they are there/,
    );
    expect(
      rollback.verdicts?.guards.find(({ id }) => id === 'audit_trail'),
    ).toMatchObject({ result: 'unknown', because: sentence });
    expect(rollback.explanation).toMatch(
      /it is approved, but not merged yet .*Records of the audit trail wait since/,
    );
    const overview = overviewSchema.parse(
      (await request(scenario.rest).get('/v1/overview')).body,
    );
    expect(
      overview.systems.find(({ kind }) => kind === 'elasticsearch'),
    ).toMatchObject({
      status: 'failing',
      because: expect.stringContaining('nothing is merged in production'),
    });
    restart();
    await scenario.runUntil('10:35:00');
    expect(await steps(scenario)).toContain(
      'AwaitingMergeApproval -> RollbackMerged',
    );
    await expectSameTrail(scenario);
  });

  it('does not merge while Elasticsearch refuses every record, and merges when that is mended', async () => {
    scenario = await openScenario(shortened({ shipTrail: {} }));
    await scenario.runUntil('10:29:55');
    const { elasticsearch } = scenario.world;
    const today = 'ai-operator-audit-2026.02.27';
    elasticsearch.indices.delete(today);
    elasticsearch.createIndex(today, {
      mappings: { properties: { actor: { type: 'integer' } } },
    });
    scenario.world.control.crash({ ...PRODUCTION, available: 1 });
    await scenario.runUntil('10:31:20');
    await scenario.world.control.approve({ ...SERVICE, login: 'alice' });
    await scenario.runUntil('10:33:30');
    expect((await steps(scenario)).at(-1)).toBe(
      'PRCreated -> AwaitingMergeApproval',
    );
    expect(await stateOf(scenario)).toMatchObject({ backlog: 0 });
    const rollback = await restRollback(scenario, await rollbackId(scenario));
    expect(
      rollback.verdicts?.guards.find(({ id }) => id === 'audit_trail'),
    ).toMatchObject({
      result: 'unknown',
      because: expect.stringMatching(/refused .*actor/),
    });
    elasticsearch.indices.delete(today);
    await scenario.runUntil('10:36:00');
    expect(await steps(scenario)).toContain(
      'AwaitingMergeApproval -> RollbackMerged',
    );
  });

  it('asks people when records do not get there in time', async () => {
    await waitingForApproval({ timing: { inconclusive: '30s' } });
    await scenario.world.control.approve({ ...SERVICE, login: 'alice' });
    await scenario.runUntil('10:33:00');
    expect((await steps(scenario)).at(-1)).toBe(
      'AwaitingMergeApproval -> AwaitingHumanReview',
    );
    restart();
  });

  it('merges all the same where the configuration says so', async () => {
    await waitingForApproval({
      shipTrail: { productionMergesNeedTrail: false },
    });
    await scenario.world.control.approve({ ...SERVICE, login: 'alice' });
    await scenario.runUntil('10:33:00');
    expect(await steps(scenario)).toContain(
      'AwaitingMergeApproval -> RollbackMerged',
    );
    expect((await stateOf(scenario)).backlog).toBeGreaterThan(0);
    restart();
  });
});

describe('what is recorded', () => {
  it('has every kind of record and every field, an answer to each call, and sentences', async () => {
    const scenario = await openScenario(APPROVED_ON_THE_ISSUE.options);
    try {
      await APPROVED_ON_THE_ISSUE.play(scenario);
      scenario.world.control.fault({
        system: 'argocd',
        kind: 'status',
        status: 503,
      });
      await scenario.runUntil('10:34:20');
      scenario.world.control.clearFaults();
      await scenario.runUntil('10:35:50');
      const trail = await wholeTrail(scenario);
      expect(
        [...new Set(trail.map(({ actionType }) => actionType))].sort(),
      ).toEqual([...auditRecordSchema.shape.actionType.options].sort());
      expect(fieldsOf(trail)).toEqual(
        [
          ...['version', 'timestamp', 'correlationId', 'level', 'actionType'],
          ...['actor', 'reasoning', 'metadata', 'mcpCall', 'mcpCall.name'],
          ...['mcpCall.parameters', 'mcpCall.result', 'mcpCall.response'],
          ...['mcpCall.durationMs', 'mcpCall.retryCount', 'invariantsChecked'],
          ...['invariantsChecked.id', 'invariantsChecked.result'],
          ...['invariantsChecked.because', 'fsmState', 'fsmState.before'],
          'fsmState.after',
        ].sort(),
      );
      expect(callsWithoutAnswer(trail)).toEqual([]);
      expect(
        trail
          .map(({ reasoning }) => reasoning)
          .filter(text => !/^\S.* .*[.!?…]$/s.test(text)),
      ).toEqual([]);
    } finally {
      await scenario.close();
    }
  });
});

describe('two replicas on PostgreSQL', () => {
  if (POSTGRES === undefined) {
    // eslint-disable-next-line jest/expect-expect, jest/no-disabled-tests -- there is nothing to run it on, and the title says why
    it.skip('BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING is not set', () => {});
    return;
  }

  it('ship every record once', async () => {
    const scenario = await rollBackStaging({ postgres: POSTGRES, replicas: 2 });
    try {
      expect(await steps(scenario)).toEqual(WHOLE_ROLLBACK);
      await expectSameTrail(scenario);
    } finally {
      await scenario.close();
    }
  });
});
