import { Response } from 'supertest';
import { inPortal } from './people';
import { Scenario, ScenarioOptions } from './scenario';

/** Where escalation issues go. */
export const INCIDENTS = 'my-org/operations';

export const SERVICE = { service: 'payment-service' };
export const PRODUCTION = { ...SERVICE, environment: 'production' as const };

/** The rollback of a story: the first that was committed. */
export async function rollbackId({ db }: Scenario): Promise<string> {
  const row = await db.knex('rollbacks').orderBy('opened_at').first();
  return row.correlation_id;
}

/** Every wait as short as it can be without changing what happens. */
export function shortened(
  options: Partial<ScenarioOptions> & {
    timing?: Record<string, string>;
  } = {},
): ScenarioOptions {
  const { timing, ...others } = options;
  return {
    start: '10:29:45',
    ci: { durationMs: 10_000 },
    argo: { pollIntervalMs: 10_000 },
    instances: ['production'],
    aiOperator: {
      escalation: { repository: INCIDENTS },
      timing: {
        restorationConfirmation: '20s',
        completeArchive: '10s',
        escalationPoll: '10s',
        ...timing,
      },
    },
    ...others,
  };
}

/** A person whose click got no answer, because the process died, clicks again. */
export async function clickInPortal(
  scenario: Scenario,
  ...[login, action, correlationId, options]: Parameters<
    typeof inPortal
  > extends [unknown, ...infer Rest]
    ? Rest
    : never
): Promise<Response> {
  for (;;) {
    const [process] = scenario.processes;
    const response = await inPortal(
      process,
      login,
      action,
      correlationId,
      options,
    );
    if (!process.dead) {
      return response;
    }
    await scenario.restart();
  }
}

/** Something that happens from beginning to end, whatever the operator's processes do meanwhile. */
export interface Story {
  options: ScenarioOptions;
  play(scenario: Scenario): Promise<void>;
}

/** Production is degraded, and its pull request waits for somebody. */
async function toTheQuestion(scenario: Scenario): Promise<void> {
  await scenario.surviveUntil('10:29:55');
  scenario.world.control.crash({ ...PRODUCTION, available: 1 });
  await scenario.surviveUntil('10:30:40');
}

export function say(scenario: Scenario, login: string, text: string) {
  const [issue] = scenario.world.github.issues(INCIDENTS);
  return scenario.world.control.comment({
    login,
    text,
    repository: INCIDENTS,
    number: issue.number,
  });
}

/**
 * Seed §9.3 with everything that happens on the issue: a stranger is refused,
 * alice approves, a hold label stops the merge, erin approves anew, it is merged
 * and recovers, and who comes late is told so.
 */
export const APPROVED_ON_THE_ISSUE: Story = {
  options: shortened(),
  async play(scenario) {
    const { control } = scenario.world;
    await toTheQuestion(scenario);
    await control.label({ ...SERVICE, label: 'do-not-merge/hold' });
    await say(scenario, 'dave', 'APPROVE');
    await say(scenario, 'alice', 'APPROVE looks right');
    await control.approve({ ...SERVICE, login: 'bob' });
    await scenario.surviveUntil('10:31:10');
    await control.unlabel({ ...SERVICE, label: 'do-not-merge/hold' });
    await say(scenario, 'erin', 'APPROVE the hold is off');
    await scenario.surviveUntil('10:32:30');
    await say(scenario, 'alice', 'ABORT');
    await scenario.surviveUntil('10:32:50');
  },
};

/** Nobody answers: somebody is woken up, it is aborted, and alice resets it in the portal. */
export const NOBODY_ANSWERS: Story = {
  options: shortened({
    timing: { mergeApproval: '60s', escalationPage: '40s' },
  }),
  async play(scenario) {
    await toTheQuestion(scenario);
    await scenario.surviveUntil('10:31:35');
    scenario.world.control.heal({ ...PRODUCTION, recoverMs: 1_000 });
    await scenario.surviveUntil('10:31:45');
    await clickInPortal(
      scenario,
      'alice',
      'reset',
      await rollbackId(scenario),
      {
        reason: 'it works again',
      },
    );
    await scenario.surviveUntil('10:32:00');
  },
};

/** Erin takes over with a comment, brings it back, and the operator watches again. */
export const TAKEN_OVER: Story = {
  options: shortened(),
  async play(scenario) {
    await toTheQuestion(scenario);
    await say(scenario, 'erin', 'MANUAL I have it');
    await scenario.surviveUntil('10:30:55');
    scenario.world.control.heal({ ...PRODUCTION, recoverMs: 1_000 });
    await scenario.surviveUntil('10:32:00');
  },
};
