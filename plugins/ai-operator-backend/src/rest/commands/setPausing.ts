import {
  ApplicationKey,
  aiOperatorPausePermission,
  explainRefusal,
  mayDo,
  PauseRequest,
  stringifyApplicationKey,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { subjectFields } from '../../logging';
import { Pause } from '../../core/people';
import { isoTime } from '../../core/time';
import {
  getApplicationRecord,
  listPauses,
  resume,
  setPause,
  wakeOpenRollbacks,
} from '../../persistence';
import { Note } from '../auditing';
import { RouterDeps } from '../deps';
import { badRequest, notFound } from '../errors';
import { Caller } from '../route';
import { Decider, deciderOf } from './decider';
import { Attempt, attemptOf, attemptRecords, refuse } from './attempt';

const DAY_MS = 86_400_000;
const MAX_PAUSE_DAYS = 30;

function scopeWords(application: ApplicationKey | undefined): string {
  return application ? stringifyApplicationKey(application) : 'everything';
}

function checkUntil({ paused, until }: PauseRequest, now: number): void {
  if (until === undefined) {
    return;
  }
  if (!paused) {
    throw badRequest('until', 'only a pause ends by itself: leave it out');
  }
  if (until <= now) {
    throw badRequest('until', `${isoTime(until)} is over already`);
  }
  if (until > now + MAX_PAUSE_DAYS * DAY_MS) {
    throw badRequest(
      'until',
      `is more than ${MAX_PAUSE_DAYS} days away: pause for a shorter time, or leave it out to pause until somebody resumes`,
    );
  }
}

/**
 * Pauses or resumes everything, or one application (SPEC §8). A pause takes the
 * place of the one of the same scope. A refusal is audited and thrown.
 */
export async function setPausing(
  request: PauseRequest,
  note: Note,
  caller: Caller,
  deps: RouterDeps,
): Promise<void> {
  const { changed, clock } = deps;
  const { application } = request;
  const command = request.paused ? 'PAUSE' : 'RESUME';
  const subject = { application };
  note({ command, ...subjectFields(subject) });
  const attempt = attemptOf(caller, command, subject);
  const decider = await deciderOf(deps, caller, attempt, {
    permission: aiOperatorPausePermission,
  });
  if (!mayDo('pause', decider.roles)) {
    await refuse(deps, attempt, {
      code: 'ROLE_NEEDED',
      because: explainRefusal('pause', decider.roles),
      calls: decider.calls,
    });
  }
  checkUntil(request, clock.now());
  await (request.paused
    ? pause(request, attempt, decider, deps)
    : endPause(request, attempt, decider, deps));
  changed(
    application ? { type: 'application', application } : { type: 'many' },
  );
}

async function pause(
  { application, reason, until }: PauseRequest,
  attempt: Attempt,
  decider: Decider,
  { clock, db, newId }: RouterDeps,
): Promise<void> {
  if (application && !(await getApplicationRecord(db, application))) {
    // A pause that covers nothing would give a false sense of safety.
    throw notFound(
      'APPLICATION_NOT_FOUND',
      `No application ${stringifyApplicationKey(
        application,
      )} is watched, so there is nothing to pause. Check instance, namespace and name.`,
    );
  }
  const now = clock.now();
  const set: Pause = {
    id: newId(),
    application,
    reason,
    by: attempt.actor,
    at: now,
    until,
  };
  await setPause(db, {
    pause: set,
    now,
    audit: attemptRecords(attempt, now, {
      calls: decider.calls,
      because: `${scopeWords(application)} is paused${
        until === undefined ? '' : ` until ${isoTime(until)}`
      }: ${reason}`,
      metadata: { pauseId: set.id, until },
    }),
  });
}

async function endPause(
  { application, reason }: PauseRequest,
  attempt: Attempt,
  decider: Decider,
  deps: RouterDeps,
): Promise<void> {
  const { clock, db, wake } = deps;
  const now = clock.now();
  const ended = await resume(db, {
    application,
    now,
    by: attempt.actor,
    because: reason,
    audit: attemptRecords(attempt, now, {
      calls: decider.calls,
      because: `${scopeWords(application)} is resumed: ${reason}`,
    }),
  });
  if (ended === 0) {
    const inForce = await listPauses(db, { now });
    const hint = inForce.some(item => item.application === undefined)
      ? ': everything is paused, and can only be resumed as a whole'
      : '';
    await refuse(deps, attempt, {
      code: 'NOT_PAUSED',
      because: application
        ? `${scopeWords(application)} is not paused by itself${hint}.`
        : `Nothing is paused as a whole${
            inForce.length > 0
              ? '; single applications are, and are resumed one by one'
              : ''
          }.`,
      calls: decider.calls,
    });
  }
  await wakeOpenRollbacks(db, { application, now });
  wake();
}
