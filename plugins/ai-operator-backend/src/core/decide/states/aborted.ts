import { cell } from '../../change/markdown';
import { Decision } from '../../decision';
import { calmingNotification } from '../../explain/notification';
import { personWords } from '../../commands/personWords';
import { duration } from '../../time';
import { closePullRequest, endIdle, stay } from '../answers';
import { Facts, restoredSince, StateNamed } from '../context';
import { doesNotFit } from '../../commands/judgeCommand';
import { pendingCommands } from '../steer';

type Aborted = Facts<StateNamed<'Abort'>>;

/** SPEC §5: only a senior maintainer, with a reason, frees the application. */
function reset(facts: Aborted): Decision | undefined {
  const command = pendingCommands(facts).find(
    each =>
      each.command === 'RESET' &&
      doesNotFit(facts.rollback, each.command) === undefined,
  );
  if (!command) {
    return undefined;
  }
  const because = `${personWords(command.person)} reset it${
    command.reason ? `: ${command.reason}` : ''
  }`;
  // What was left open for people would stand in the way of the next rollback (RB-10).
  const effects = closePullRequest(facts, `${cell(because)}.`);
  return {
    ...endIdle(facts, 'reset', 'reset', because, {
      effects,
      by: command.person,
    }),
    answers: [{ id: command.id, result: 'accepted', because }],
  };
}

/** A take-over ends by itself once the person has brought the application back. */
function handedBack(facts: Aborted): Decision | undefined {
  const { state, application, now } = facts;
  if (state.reason !== 'MANUAL_TAKEOVER' || application === undefined) {
    return undefined;
  }
  const since = restoredSince({ ...facts, application });
  return since === undefined
    ? undefined
    : endIdle(
        facts,
        'handed_back',
        'health_restored',
        `Healthy again for ${duration(now - since)} after ${
          state.by ? personWords(state.by) : 'a person'
        } took over: the operator watches again`,
      );
}

/**
 * An aborted rollback locks its application until it is reset. It is still
 * looked at: for the reset, for the end of a take-over, for the pager, and for
 * its archiving after 24 hours.
 */
export function decideAborted(facts: Aborted): Decision {
  const ended = reset(facts) ?? handedBack(facts);
  if (ended) {
    return ended;
  }
  const { rollback, state, now, policy } = facts;
  const { escalationPoll, stale, recovery } = policy.timing;
  const isArchived = state.archivedAt !== undefined;
  // After the end of a take-over is waited for, however long it takes, but without hurry.
  const pace =
    state.reason === 'MANUAL_TAKEOVER' && isArchived
      ? Math.max(recovery, escalationPoll)
      : escalationPoll;
  const next = { wakeAt: now + pace };
  if (isArchived) {
    return state.reason === 'MANUAL_TAKEOVER'
      ? stay(facts, 'Archived; waiting for the end of the take-over', next)
      : { ...stay(facts, 'Archived; locked until reset'), wakeAt: undefined };
  }
  if (now - state.enteredAt >= stale) {
    return stay(
      facts,
      `Archived after ${duration(stale)}; locked until reset`,
      {
        ...next,
        next: { ...state, archivedAt: now },
        effects: [
          calmingNotification(
            rollback,
            `archived ${duration(
              stale,
            )} after it was aborted; the application stays locked until a senior maintainer resets it`,
            policy,
          ),
        ],
      },
    );
  }
  return stay(
    facts,
    'Aborted: locked until a senior maintainer resets it',
    next,
  );
}
