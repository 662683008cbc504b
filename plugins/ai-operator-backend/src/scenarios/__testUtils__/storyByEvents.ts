import { aftermath } from './aftermath';
import { Scenario, timeOf } from './scenario';
import { INCIDENTS, PRODUCTION, say, SERVICE } from './stories';

/*
 * Seed §9.3 with alice on the issue, played by what happens and not by the time:
 * for processes that have to wait for a lease, or for the database.
 */

export const OPERATOR = 'ai-operator[bot]';

/** Lets time pass until something is so; told what, so that a wait in vain can say for what. */
export type Wait = (
  scenario: Scenario,
  what: string,
  isSo: () => Promise<boolean> | boolean,
) => Promise<void>;

const LONGEST_WAIT_MS = 10 * 60_000;
const STEP_MS = 5_000;

/** The wait of simulated time, in steps that `pass` makes. */
export function waitBy(
  pass: (scenario: Scenario, until: string) => Promise<void>,
): Wait {
  return async (scenario, what, isSo) => {
    const end = scenario.clock.now() + LONGEST_WAIT_MS;
    while (!(await isSo())) {
      if (scenario.clock.now() >= end) {
        throw new Error(`Waited in vain for this: ${what}`);
      }
      await pass(scenario, timeOf(scenario.clock.now() + STEP_MS));
    }
  };
}

export async function stateOf({ db }: Scenario): Promise<string | undefined> {
  const row = await db.knex('rollbacks').orderBy('opened_at').first();
  return row?.state;
}

/** Production is degraded, and people have been asked. */
export async function toTheQuestion(
  scenario: Scenario,
  wait: Wait,
): Promise<void> {
  await wait(scenario, 'it is watched', async () => {
    const watched = await scenario.db.knex('applications');
    return watched.length > 0;
  });
  scenario.world.control.crash({ ...PRODUCTION, available: 1 });
  await wait(
    scenario,
    'people are asked on the issue',
    async () =>
      (await stateOf(scenario)) === 'AwaitingMergeApproval' &&
      (await scenario.db.knex('escalation_issues')).length === 1,
  );
}

export function untilItIsOver(scenario: Scenario, wait: Wait): Promise<void> {
  return wait(
    scenario,
    'it is over',
    async () =>
      (await stateOf(scenario)) === 'Idle' &&
      (await scenario.db.knex('outbox').whereNull('finished_at')).length === 0,
  );
}

export async function playByEvents(
  scenario: Scenario,
  wait: Wait,
): Promise<void> {
  const { control, github } = scenario.world;
  await toTheQuestion(scenario, wait);
  await say(scenario, 'dave', 'APPROVE');
  await say(scenario, 'alice', 'APPROVE');
  await wait(
    scenario,
    'both are answered',
    () =>
      github
        .issues(INCIDENTS)[0]
        .comments.filter(({ author }) => author === OPERATOR).length === 2,
  );
  await control.approve({ ...SERVICE, login: 'bob' });
  await untilItIsOver(scenario, wait);
}

/** What is left, without the times, which a wait moves, and without the order of what happens side by side. */
export async function leftWithoutTimes(scenario: Scenario) {
  const left = await aftermath(scenario);
  return {
    pulls: left.pulls,
    merges: left.merges.length,
    branches: left.branches,
    issues: left.issues.map(({ title, state, comments }) => ({
      title,
      state,
      comments: comments
        .map(({ author, body, reactions }) => ({
          author,
          body: body.replace(/\d\d:\d\d:\d\d/g, 'TIME'),
          reactions,
        }))
        .sort((a, b) => a.body.localeCompare(b.body)),
    })),
    rollbacks: left.rollbacks,
    moves: left.moves.map(move => move.slice('10:30:00 '.length)),
    commands: left.commands.map(([command, , login, result]) => [
      command,
      login,
      result,
    ]),
    heard: left.audited
      .filter(([type]) => type === 'HUMAN_COMMAND')
      .map(([, level, actor]) => `${level} ${actor}`)
      .sort(),
    told: left.told.map(({ title }) => title),
    unfinished: left.unfinished,
    pending: left.pending,
  };
}
