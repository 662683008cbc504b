import { HumanCommandName } from '@ai-operator/backstage-plugin-ai-operator-common';
import { cell } from '../change/markdown';
import { doesNotFit } from '../commands/judgeCommand';
import { personWords } from '../commands/personWords';
import { CommandAnswer, Decision } from '../decision';
import { Effect } from '../effect';
import { answerKey, mergeKey, openPullRequestKey } from '../effectKeys';
import { HumanCommand } from '../people';
import { Rollback } from '../rollback';
import { pullRequestOf } from '../stateFacts';
import { abort, closePullRequest } from './answers';
import { Facts } from './context';

const WHERE: Record<HumanCommand['source'], string> = {
  portal: 'in the portal',
  issue: 'on the escalation issue',
};

/** `alice aborted the rollback in the portal: we fix forward`. */
function told(did: string, { person, source, reason }: HumanCommand): string {
  return `${personWords(person)} ${did} ${WHERE[source]}${
    reason ? `: ${reason}` : ''
  }`;
}

/** Commands nobody has answered yet, in the order they were given. */
export function pendingCommands({ observation }: Facts): HumanCommand[] {
  return observation.commands.filter(({ result }) => result === 'pending');
}

/**
 * True while something we asked for is on its way, or has just come out: any
 * other move could cross it, so commands wait for what came of it.
 */
function isUnderWay({ rollback, state, observation }: Facts): boolean {
  const { outcomes, pullRequest } = observation;
  if (state.name === 'CandidateResolved' && state.change) {
    const outcome = outcomes[openPullRequestKey(rollback, state.prAttempt)];
    return outcome === undefined || outcome.result === 'opened';
  }
  if (
    state.name === 'AwaitingMergeApproval' &&
    state.mergeAttempt > (state.earlierAttempts ?? 0)
  ) {
    const outcome = outcomes[mergeKey(rollback, state.mergeAttempt)];
    if (outcome === undefined || outcome.result === 'merged') {
      return true;
    }
  }
  // Merged or closed by somebody: that is decided first.
  return (
    pullRequestOf(state) !== undefined &&
    state.name !== 'RollbackMerged' &&
    pullRequest?.known === true &&
    pullRequest.value.state !== 'open'
  );
}

function firstOf(
  facts: Facts,
  names: readonly HumanCommandName[],
): HumanCommand | undefined {
  return pendingCommands(facts).find(
    ({ command }) =>
      names.includes(command) &&
      doesNotFit(facts.rollback, command) === undefined,
  );
}

/** A command that ends the rollback, if one was given and nothing is under way that it would cross (SPEC §5). */
export function steered(facts: Facts): Decision | undefined {
  const command = isUnderWay(facts)
    ? undefined
    : firstOf(facts, ['ABORT', 'MANUAL']);
  if (!command) {
    return undefined;
  }
  const isAbort = command.command === 'ABORT';
  const because = told(isAbort ? 'aborted the rollback' : 'took over', command);
  const effects =
    facts.state.name === 'RollbackMerged'
      ? []
      : closePullRequest(facts, `${cell(because)}.`);
  return {
    ...abort(
      facts,
      isAbort ? 'aborted_by_human' : 'taken_over',
      isAbort ? 'ABORTED_BY_HUMAN' : 'MANUAL_TAKEOVER',
      because,
      { effects, by: command.person },
    ),
    answers: [{ id: command.id, result: 'accepted', because }],
  };
}

function answerTo(
  command: HumanCommand,
  facts: Facts,
  decision: Decision,
): CommandAnswer | undefined {
  const { id, command: name } = command;
  const given = decision.answers?.find(answer => answer.id === id);
  if (given) {
    return given;
  }
  const unfit = doesNotFit(facts.rollback, name);
  if (unfit !== undefined) {
    return { id, result: 'refused', because: unfit };
  }
  const { next } = decision;
  if (name === 'APPROVE' && next.name !== 'Abort') {
    const pullRequest = pullRequestOf(facts.state);
    return {
      id,
      result: 'accepted',
      because: `The approval of #${pullRequest?.number} at ${
        command.headSha?.slice(0, 7) ?? 'its commit'
      } is recorded. ${decision.because}`,
    };
  }
  if (next.name === 'Abort' || next.name === 'Idle') {
    return {
      id,
      result: 'refused',
      because: `The rollback ended first: ${decision.because}`,
    };
  }
  // Waits for what is under way.
  return undefined;
}

function replyTo(
  { comment, person }: HumanCommand,
  { result, because }: CommandAnswer,
  { correlationId }: Rollback,
): Effect[] {
  return comment === undefined
    ? []
    : [
        {
          key: answerKey(correlationId, comment.id),
          kind: 'answer_comment',
          repository: comment.repository,
          issueNumber: comment.issueNumber,
          commentId: comment.id,
          reaction: result === 'accepted' ? '+1' : '-1',
          reply: `${personWords(person)}: ${
            result === 'accepted' ? '' : 'not done. '
          }${cell(because)}.`,
        },
      ];
}

/** The decision together with an answer to every command that it settles. */
export function withAnswers(facts: Facts, decision: Decision): Decision {
  const answered = pendingCommands(facts).flatMap(command => {
    const answer = answerTo(command, facts, decision);
    return answer ? [{ command, answer }] : [];
  });
  return answered.length === 0
    ? decision
    : {
        ...decision,
        answers: answered.map(({ answer }) => answer),
        effects: [
          ...decision.effects,
          ...answered.flatMap(({ command, answer }) =>
            replyTo(command, answer, facts.rollback),
          ),
        ],
      };
}
