import { judgeCandidates } from '../../candidates/judgeCandidates';
import { Decision } from '../../decision';
import { activePauses, pauseWords } from '../../guards/pause';
import { clockTime } from '../../time';
import { abort, endIdle, event, move, stay } from '../answers';
import { Context, StateNamed } from '../context';
import { deadlineOf } from '../deadline';
import { endedWithoutRollback, waitsForHealth } from './beforePullRequest';

type Detected = Context<StateNamed<'DegradationDetected'>>;

/** Confirmed: begin the search when a place is free (SPEC §5: 10 concurrent, production first). */
function beginOrQueue(context: Detected): Decision {
  const { state, observation, now, policy } = context;
  const [paused] = activePauses(observation.pauses, now);
  if (paused) {
    return stay(
      context,
      `The degradation is confirmed; the search waits because ${pauseWords(
        paused,
        now,
      )}`,
    );
  }
  const { total, aheadInQueue } = observation.activeRollbacks;
  const free = policy.limits.maxActiveRollbacks - total;
  return aheadInQueue >= free
    ? stay(
        context,
        `The degradation is confirmed; ${total} rollbacks are under way and ${aheadInQueue} wait before this one`,
      )
    : stay(
        context,
        'The degradation is confirmed; the search for a stable revision begins',
        { next: { ...state, searchStartedAt: now }, wakeAt: now },
      );
}

function beforeConfirmation(context: Detected): Decision {
  const { application, observation, policy } = context;
  const needed = policy.timing.persistenceChecks;
  const { streak } = application;
  if (streak === 0) {
    return endIdle(
      context,
      'transient',
      'transient',
      `It was ${application.lastCheck.health} again before ${needed} consecutive degraded checks`,
    );
  }
  if (streak < needed) {
    return stay(
      context,
      `Degraded in ${streak} of ${needed} consecutive checks`,
    );
  }
  const effects = [
    event(context, 'degradation.confirmed', {
      revision: context.rollback.currentRevision,
      streak,
      degradedMs: context.now - context.rollback.openedAt,
    }),
  ];
  const { maxAttemptsPerApplicationPerDay } = policy.limits;
  return observation.attemptsToday >= maxAttemptsPerApplicationPerDay
    ? abort(
        context,
        'too_many_attempts',
        'TOO_MANY_ATTEMPTS',
        `${observation.attemptsToday} rollbacks of this application were tried within 24 hours, ${maxAttemptsPerApplicationPerDay} are allowed`,
        { effects },
      )
    : // Stand in the queue first, where others see it: all that are confirmed in
      // one beat look at the same time, and each would find the last place free.
      stay(context, 'The degradation is confirmed', {
        next: { ...context.state, confirmedAt: context.now },
        effects,
        wakeAt: context.now,
      });
}

function search(context: Detected, startedAt: number): Decision {
  const { rollback, application, observation, now, policy } = context;
  const deadline = startedAt + policy.timing.candidateSearch;
  const late = now >= deadline;
  const answer = observation.candidates;
  if (!application.source.known) {
    const because = `The repository and branch to roll back on are not known: ${application.source.because}`;
    return late
      ? abort(context, 'source_unresolved', 'VALIDATION', because)
      : stay(context, because);
  }
  if (!answer?.known) {
    const because = answer
      ? `The search for a stable revision got no answer: ${answer.because}`
      : 'The search for a stable revision is under way';
    return late
      ? abort(context, 'no_stable_candidate', 'NO_STABLE_CANDIDATE', because)
      : stay(context, because);
  }
  const judged = judgeCandidates(
    answer.value,
    policy,
    now,
    observation.rolledBack,
  );
  const candidates = { searchedAt: answer.at, rows: judged.rows };
  const { resolved } = judged;
  if (resolved) {
    return move(
      context,
      'candidate_resolved',
      {
        name: 'CandidateResolved',
        enteredAt: now,
        source: application.source.value,
        target: resolved,
        confirmedAt: context.state.confirmedAt ?? startedAt,
        currentDeployedAt: answer.value.currentDeployedAt,
        prAttempt: 1,
      },
      judged.because,
      {
        candidates,
        effects: [
          event(context, 'candidate.resolved', {
            repository: application.source.value.repository,
            branch: application.source.value.branch,
            currentRevision: rollback.currentRevision,
            targetRevision: resolved.sha,
            targetCommittedAt: resolved.committedAt,
            targetDeployedAt: resolved.deployedAt,
            uptime: resolved.uptime.known ? resolved.uptime.value : undefined,
            considered: judged.rows.length,
            searchMs: now - startedAt,
            because: judged.because,
          }),
        ],
      },
    );
  }
  if (judged.undecided && !late) {
    return stay(
      context,
      `${judged.because} yet; looking again until ${clockTime(deadline, now)}`,
      { candidates },
    );
  }
  return abort(
    context,
    'no_stable_candidate',
    'NO_STABLE_CANDIDATE',
    judged.because,
    { candidates },
  );
}

/** From the first degraded check to a resolved candidate. */
export function decideDegradationDetected(context: Detected): Decision {
  const { state, policy, now, rollback } = context;
  if (state.confirmedAt === undefined) {
    return (
      endedWithoutRollback(context, ['superseded']) ??
      beforeConfirmation(context)
    );
  }
  const ended = endedWithoutRollback(context);
  if (ended) {
    return ended;
  }
  if (state.searchStartedAt === undefined) {
    return beginOrQueue(context);
  }
  const found = search(context, state.searchStartedAt);
  // Giving up locks the application until a person resets it. That is not done to
  // one that may just have recovered: if it has not, the next degraded check gives up.
  if (found.next.name === 'Abort' && waitsForHealth(context)) {
    const deadline = deadlineOf(rollback, policy);
    return stay(
      context,
      `${found.because}; it is not degraded at the moment, so nothing is given up yet`,
      {
        candidates: found.candidates,
        wakeAt:
          deadline && deadline.at > now
            ? undefined
            : now + policy.timing.healthCheckInterval,
      },
    );
  }
  return found;
}
