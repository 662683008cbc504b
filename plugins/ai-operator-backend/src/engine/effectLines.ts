import { EffectOutcome } from '../core';
import { effectLevel, LogLine, safeError } from '../logging';
import { ClaimedEffect } from '../persistence';

function namesOf({ application, attempt, effect, environment }: ClaimedEffect) {
  return {
    what: `${effect.kind} for ${application.name} (${environment})`,
    fields: { effect: effect.kind, attempt: attempt + 1 },
  };
}

/** Where people find what was made. */
function placeOf(outcome: EffectOutcome): string {
  if (outcome.kind === 'escalate' && outcome.result === 'raised') {
    return outcome.issueUrl ?? '';
  }
  return outcome.kind === 'open_pull_request' && outcome.result === 'opened'
    ? outcome.pullRequest.url
    : '';
}

/** What the log tells of an effect that will be tried again. */
export function retryLine(claimed: ClaimedEffect, error: unknown): LogLine {
  const { what, fields } = namesOf(claimed);
  return {
    level: 'warn',
    message: `${what} failed at try ${fields.attempt}, to be tried again: ${
      safeError(error).message
    }`,
    about: claimed,
    fields,
  };
}

/** What the log tells of an effect that has its outcome; `error`: what it ended with. */
export function outcomeLine(
  claimed: ClaimedEffect,
  outcome: EffectOutcome,
  error?: unknown,
): LogLine {
  const { what, fields } = namesOf(claimed);
  const line = {
    level: effectLevel(outcome),
    about: claimed,
    fields: { ...fields, result: outcome.result },
  };
  if (error !== undefined) {
    return {
      ...line,
      message: `${what} failed at try ${fields.attempt}, for good`,
      error: error instanceof Error ? error : new Error(String(error)),
    };
  }
  const because = 'because' in outcome ? outcome.because : placeOf(outcome);
  return {
    ...line,
    message: `${what}: ${outcome.result}${because ? `: ${because}` : ''}`,
  };
}
