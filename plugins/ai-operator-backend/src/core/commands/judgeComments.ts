import { HumanCommandName } from '@ai-operator/backstage-plugin-ai-operator-common';
import { parseComment, ParsedComment } from './parseComment';

/** A comment as it stands on the issue now. */
export interface CommentNow {
  id: number;
  login: string;
  isBot: boolean;
  body: string;
  createdAt: number;
  updatedAt: number;
}

/** A comment that was dealt with before, and what became of it. */
export interface KnownComment {
  /** Id of its command row. */
  id: string;
  commentId: number;
  updatedAt: number;
  command?: HumanCommandName;
  result: 'pending' | 'accepted' | 'refused' | 'withdrawn';
}

export interface CommentsToHandle {
  /** New ones that say something to us, oldest first. */
  fresh: Array<{
    comment: CommentNow;
    parsed: Exclude<ParsedComment, { kind: 'talk' }>;
  }>;
  /** Commands whose comment was edited or deleted since: they are taken back. */
  gone: Array<{ id: string; because: string }>;
}

/** Edited comments never give a command: whoever may edit is not always whoever wrote it. */
function isEdited({ createdAt, updatedAt }: CommentNow): boolean {
  return updatedAt > createdAt;
}

function whatItSays(
  comment: CommentNow,
): Exclude<ParsedComment, { kind: 'talk' }> | undefined {
  const parsed = parseComment(comment.body);
  if (parsed.kind === 'talk') {
    return undefined;
  }
  return isEdited(comment)
    ? {
        kind: 'not_understood',
        because:
          'this comment was edited, and edited comments are no commands: write a new one',
      }
    : parsed;
}

/**
 * What is new on an escalation issue (SPEC §9). Bots and talk are left alone (the
 * operator's own replies are talk, should its account not be marked as a bot). Comments are told apart by their id; what
 * was answered once is not answered again.
 */
export function judgeComments(
  comments: readonly CommentNow[],
  known: readonly KnownComment[],
): CommentsToHandle {
  const before = new Map(known.map(each => [each.commentId, each]));
  const present = new Map(comments.map(each => [each.id, each]));
  return {
    fresh: [...comments]
      .sort((a, b) => a.createdAt - b.createdAt || a.id - b.id)
      .flatMap(comment => {
        if (before.has(comment.id) || comment.isBot) {
          return [];
        }
        const parsed = whatItSays(comment);
        return parsed ? [{ comment, parsed }] : [];
      }),
    gone: known.flatMap(({ id, commentId, updatedAt, command, result }) => {
      if (
        command === undefined ||
        (result !== 'pending' && result !== 'accepted')
      ) {
        return [];
      }
      const comment = present.get(commentId);
      if (comment === undefined) {
        return [{ id, because: 'its comment was deleted' }];
      }
      return comment.updatedAt > updatedAt
        ? [{ id, because: 'its comment was edited' }]
        : [];
    }),
  };
}
