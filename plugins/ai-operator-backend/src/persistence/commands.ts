import { HumanCommandName } from '@ai-operator/backstage-plugin-ai-operator-common';
import { HumanCommand, PersonRef } from '../core/people';
import { optionalNumber, plainText } from './rows';
import { CommandRow } from './tables';

/** A comment that was answered without being a command anybody may give: what it tried, if that was understood. */
export type AnsweredComment = Omit<HumanCommand, 'command' | 'result'> & {
  command?: HumanCommandName;
  result: 'refused';
};

export function commandToRow(
  correlationId: string,
  command: HumanCommand | AnsweredComment,
  handledAt: number | null,
): Omit<CommandRow, 'seq'> {
  return {
    id: command.id,
    correlation_id: correlationId,
    command: command.command ?? null,
    source: command.source,
    person: JSON.stringify(command.person),
    reason: optionalText(command.reason),
    at: command.at,
    head_sha: command.headSha ?? null,
    result: command.result,
    because: optionalText(command.because),
    handled_at: handledAt,
    comment_repository: command.comment?.repository ?? null,
    comment_issue: command.comment?.issueNumber ?? null,
    comment_id: command.comment?.id ?? null,
    comment_at: command.comment?.updatedAt ?? null,
  };
}

function optionalText(text: string | undefined): string | null {
  return text === undefined ? null : plainText(text);
}

function commentOf(row: CommandRow): HumanCommand['comment'] {
  const { comment_repository: repository, comment_issue: issueNumber } = row;
  return repository === null || issueNumber === null
    ? undefined
    : {
        repository,
        issueNumber,
        id: Number(row.comment_id),
        updatedAt: Number(row.comment_at),
      };
}

/** A row that names a command. */
export function rowToCommand(
  row: CommandRow & { command: string },
): HumanCommand {
  return {
    id: row.id,
    command: row.command as HumanCommandName,
    source: row.source as HumanCommand['source'],
    person: JSON.parse(row.person) as PersonRef,
    reason: row.reason ?? undefined,
    at: Number(row.at),
    headSha: row.head_sha ?? undefined,
    result: row.result as HumanCommand['result'],
    because: row.because ?? undefined,
    answeredAt: optionalNumber(row.handled_at),
    comment: commentOf(row),
  };
}
