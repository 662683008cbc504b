import { restRollback } from './__testUtils__/look';
import { Death } from './__testUtils__/operatorProcess';
import { inPortal } from './__testUtils__/people';
import { openScenario, Scenario, timeOf } from './__testUtils__/scenario';
import { rollbackId, say, SERVICE, shortened } from './__testUtils__/stories';
import {
  leftWithoutTimes,
  OPERATOR,
  playByEvents,
  toTheQuestion,
  untilItIsOver,
  waitBy,
} from './__testUtils__/storyByEvents';

jest.setTimeout(120_000);

const POSTGRES =
  process.env.BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING;

const CARRIES_ON_WITHIN_MS = 30_000;

function begin(postgres: string): Promise<Scenario> {
  return openScenario(shortened({ postgres, replicas: 2, leasesRunOut: true }));
}

const wait = waitBy((scenario, time) => scenario.runUntil(time));

/** Resolves once a transaction waits for another one. */
async function untilSomebodyWaits({ db }: Scenario): Promise<void> {
  for (let look = 0; look < 200; look += 1) {
    const [{ count }] = await db
      .knex('pg_stat_activity')
      .where({ wait_event_type: 'Lock' })
      .whereRaw('datname = current_database()')
      .count();
    if (Number(count) > 0) {
      return;
    }
    await new Promise(resolve => {
      setTimeout(resolve, 25);
    });
  }
  throw new Error('No transaction waits for another one');
}

describe('two replicas on PostgreSQL, one of which dies', () => {
  if (POSTGRES === undefined) {
    // eslint-disable-next-line jest/expect-expect, jest/no-disabled-tests -- there is nothing to run it on, and the title says why
    it.skip('BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING is not set', () => {});
    return;
  }

  let undisturbed: Awaited<ReturnType<typeof leftWithoutTimes>>;
  let scenario: Scenario;

  beforeAll(async () => {
    const peaceful = await begin(POSTGRES);
    try {
      await playByEvents(peaceful, wait);
      undisturbed = await leftWithoutTimes(peaceful);
    } finally {
      await peaceful.close();
    }
  });

  beforeEach(async () => {
    scenario = await begin(POSTGRES);
  });

  afterEach(async () => {
    await scenario.close();
  });

  it('none dies: the story is as it should be', () => {
    expect(undisturbed).toMatchObject({
      pulls: [{ number: 42, merged: true }],
      merges: 1,
      issues: [{ state: 'closed' }],
      rollbacks: [{ state: 'Idle', outcome: 'completed' }],
      commands: [
        ['APPROVE', 'dave', 'refused'],
        ['APPROVE', 'alice', 'accepted'],
      ],
      unfinished: [],
      pending: 0,
    });
  });

  it.each<[string, Exclude<Death, undefined> | 'after write', string, string]>([
    [
      'the pull request is open, but not noted',
      'after write',
      'POST /repos/my-org/payment-service/pulls',
      'finished:open_pull_request',
    ],
    [
      'a command is read, but not recorded',
      'before commit',
      'command:APPROVE:pending',
      'command:APPROVE:pending',
    ],
    [
      'a comment is refused, and the next one is to be read',
      'after commit',
      'command:APPROVE:refused asks:answer_comment',
      'command:APPROVE:pending',
    ],
    [
      'it is merged, but not noted',
      'after write',
      'PUT /repos/my-org/payment-service/pulls/42/merge',
      'finished:merge_pull_request',
    ],
  ])(
    '%s: the other carries on within 30 s, and nothing is lost or done twice',
    async (_name, when, words, next) => {
      let death: { at: number; steps: number } | undefined;
      const isTime = (now: string) => {
        if (death !== undefined || now !== words) {
          return false;
        }
        death = { at: scenario.clock.now(), steps: scenario.trail.length };
        return true;
      };
      if (when === 'after write') {
        scenario.deathAfter = (_write, now) => isTime(now);
      } else {
        scenario.death = (_commit, now) => (isTime(now) ? when : undefined);
      }
      await playByEvents(scenario, wait);
      expect(scenario.processes.filter(({ dead }) => dead)).toHaveLength(1);
      const died = death ?? { at: NaN, steps: 0 };
      const waited = (what: string) => {
        const step = scenario.trail
          .slice(died.steps)
          .find(each => each.what === 'commit' && each.words === what);
        return (step?.at ?? NaN) - died.at;
      };
      // Nobody has given the dead one's lease back: it has to run out.
      expect(waited(next)).toBeGreaterThan(0);
      expect(waited(next)).toBeLessThanOrEqual(CARRIES_ON_WITHIN_MS);
      expect(waited('tick')).toBeLessThanOrEqual(CARRIES_ON_WITHIN_MS);
      expect(await leftWithoutTimes(scenario)).toEqual(undisturbed);
    },
  );

  it('a command that dies with the replica it was given to is given to the other, and counts once', async () => {
    const [one, other] = scenario.processes;
    await toTheQuestion(scenario, wait);
    const id = await rollbackId(scenario);
    scenario.death = (_commit, words) =>
      words.startsWith('command:APPROVE') ? 'before commit' : undefined;
    const lost = await inPortal(one, 'alice', 'approve', id);
    expect([lost.status, one.dead]).toEqual([500, true]);
    scenario.death = () => undefined;
    const taken = await inPortal(other, 'alice', 'approve', id);
    expect(taken.status).toBe(202);
    await scenario.world.control.approve({ ...SERVICE, login: 'bob' });
    await untilItIsOver(scenario, wait);
    const { commands, heard, merges } = await leftWithoutTimes(scenario);
    expect({ commands, merges }).toEqual({
      commands: [['APPROVE', 'alice', 'accepted']],
      merges: 1,
    });
    // She said it, and it was accepted.
    expect(heard).toEqual([
      'INFO user:default/alice',
      'INFO user:default/alice',
    ]);
  });

  it('of two people who click at the same moment, each at another replica, one wins and the other is told', async () => {
    const [one, other] = scenario.processes;
    await toTheQuestion(scenario, wait);
    const id = await rollbackId(scenario);
    const { version: expectedVersion } = await restRollback(scenario, id);
    const answers = await Promise.all([
      inPortal(one, 'alice', 'abort', id, { expectedVersion, reason: 'wait' }),
      inPortal(other, 'erin', 'approve', id, { expectedVersion }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
    expect(
      answers.find(({ status }) => status === 409)?.body.error,
    ).toMatchObject({
      code: 'VERSION_CONFLICT',
      message: expect.stringMatching(/alice|erin/),
    });
    await expect(scenario.db.knex('commands')).resolves.toHaveLength(1);
  });

  it('two watchers that write down the same comments at the same moment answer each of them once', async () => {
    const [slow, other] = scenario.processes;
    const { knex } = scenario.db;
    await toTheQuestion(scenario, wait);
    await say(scenario, 'dave', 'APPROVE');
    await say(scenario, 'alice', 'APPROVE');
    await knex('escalation_issues').update({ poll_at: scenario.clock.now() });

    // The first is about to commit, and nothing is heard of it for longer than its lease.
    let goOn = () => {};
    const isAboutToCommit = new Promise<void>(reached => {
      scenario.atCommit = async words => {
        if (words.startsWith('command:')) {
          scenario.atCommit = async () => {};
          reached();
          await new Promise<void>(resolve => {
            goOn = resolve;
          });
        }
      };
    });
    const first = slow.run(operator => operator.settle());
    await isAboutToCommit;
    await knex('escalation_issues').update({ lease_until: 0 });
    const second = other.run(operator => operator.settle());
    await untilSomebodyWaits(scenario);
    goOn();
    await Promise.all([first, second]);
    await scenario.runUntil(timeOf(scenario.clock.now() + 30_000));

    const { commands, heard, issues } = await leftWithoutTimes(scenario);
    expect(commands).toEqual([
      ['APPROVE', 'dave', 'refused'],
      ['APPROVE', 'alice', 'accepted'],
    ]);
    expect(heard).toEqual([
      'INFO user:default/alice',
      'INFO user:default/alice',
      'WARN user:default/dave',
    ]);
    const [{ comments }] = issues;
    const reaction = (content: string) => ({ login: OPERATOR, content });
    expect(comments).toEqual([
      {
        author: OPERATOR,
        body: expect.stringMatching(/^alice: The approval of/),
        reactions: [],
      },
      { author: 'dave', body: 'APPROVE', reactions: [reaction('-1')] },
      { author: 'alice', body: 'APPROVE', reactions: [reaction('+1')] },
      {
        author: OPERATOR,
        body: expect.stringMatching(/^dave: not done/),
        reactions: [],
      },
    ]);
  });
});
