import {
  CommandResult,
  HumanCommandName,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { subjectFields } from '../../logging';
import { githubDemands } from '../../core/commands/demands';
import { Note } from '../auditing';
import { RouterDeps } from '../deps';
import { findRollback } from '../findRollback';
import { askedFor } from '../permissions';
import { Caller } from '../route';
import { viewCommand } from '../view/command';
import { attemptOf } from './attempt';
import { deciderOf } from './decider';
import { submitPersonalReview } from './personalReview';
import { Recorded, recordCommand, Said } from './recordCommand';

/**
 * Takes down what a person tells the operator about one rollback, and rings the
 * operator (SPEC §5, §7). Asked in this order: is it a person, does the
 * permission policy let them, is their role enough, have they seen the present
 * version, does it mean something in this state. A refusal is audited and thrown.
 */
export async function giveCommand(
  name: HumanCommandName,
  input: {
    correlationId: string;
    reason?: string;
    expectedVersion?: number;
    /** The person's own GitHub token, used once for their own review. */
    token?: string;
    note: Note;
  },
  caller: Caller,
  deps: RouterDeps,
): Promise<CommandResult> {
  const { correlationId, note, token, ...words } = input;
  const found = await findRollback(deps.db, correlationId);
  const { application, environment } = found;
  const subject = { correlationId, application, environment };
  note(subjectFields(subject));
  const attempt = attemptOf(caller, name, subject);
  const asked = askedFor(name, correlationId);
  const decider = await deciderOf(deps, caller, attempt, asked);
  const said: Said = { name, ...words, attempt, decider };
  const recorded = await recordCommand(said, found, deps);
  try {
    return await answer(recorded, said, token, deps);
  } finally {
    deps.wake();
    deps.changed({ type: 'rollback', correlationId, application });
  }
}

async function answer(
  { command, rollback, because }: Recorded,
  { attempt, decider }: Said,
  token: string | undefined,
  deps: RouterDeps,
): Promise<CommandResult> {
  const review =
    command.command === 'APPROVE'
      ? await submitPersonalReview(deps, {
          rollback,
          attempt,
          command,
          person: decider.person,
          token,
        })
      : undefined;
  const isHalted = deps.configured.problems.some(
    ({ severity }) => severity === 'fatal',
  );
  return {
    correlationId: rollback.correlationId,
    command: viewCommand(command),
    message: `${command.command} is recorded. ${because}${
      isHalted
        ? ' At the moment the operator does nothing: its configuration has to be mended first.'
        : ''
    }`,
    review,
    // What was seen before a review went in says nothing about what is left.
    githubDemands:
      review && !review.submitted ? githubDemands(rollback) : undefined,
  };
}
