import { HumanCommandName } from '@ai-operator/backstage-plugin-ai-operator-common';

/** Commands that may be given in a comment (SPEC §9); a reset needs the portal or the API. */
export const COMMENT_COMMANDS = ['APPROVE', 'ABORT', 'MANUAL'] as const;

type CommentCommand = (typeof COMMENT_COMMANDS)[number];

/** What a comment on an escalation issue says to us. */
export type ParsedComment =
  | { kind: 'command'; command: HumanCommandName; reason?: string }
  /** It was meant for us, but what it wants is not clear: told how commands are written. */
  | { kind: 'not_understood'; because: string }
  /** People talking to each other. */
  | { kind: 'talk' };

/** Longest reason that is kept. */
const MAX_REASON = 2_000;
/** Comments of GitHub have at most 65,536 characters; more is not looked at. */
const MAX_LOOKED_AT = 65_536;

/** Lines that are the author's own words: no quotes, no code, no HTML comments. */
function ownLines(body: string): string[] {
  const text = body
    .slice(0, MAX_LOOKED_AT)
    .replace(/<!--[\s\S]*?(?:-->|$)/g, '');
  const lines: string[] = [];
  let fence: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const mark = /^\s{0,3}(```+|~~~+)/.exec(line)?.[1];
    if (fence !== undefined) {
      if (mark?.startsWith(fence)) {
        fence = undefined;
      }
    } else if (mark) {
      fence = mark;
    } else if (!/^\s{0,3}>/.test(line) && line.trim() !== '') {
      lines.push(line.trim());
    }
  }
  return lines;
}

function asCommand(word: string): CommentCommand | undefined {
  return COMMENT_COMMANDS.find(command => command === word);
}

/** The command a line begins with, and what follows it. */
function commandIn(
  line: string,
): { command: CommentCommand; rest: string } | undefined {
  const [, word, rest] = /^([A-Z]+)(?::|\b)\s*([\s\S]*)$/.exec(line) ?? [];
  const command = word === undefined ? undefined : asCommand(word);
  return command && { command, rest: rest ?? '' };
}

/** How many letters have to be changed, added or left out; more than 2 is not counted. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) {
    return 3;
  }
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next.push(
        Math.min(
          next[j - 1] + 1,
          row[j] + 1,
          row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1),
        ),
      );
    }
    row = next;
  }
  return row[b.length];
}

/** A word alone on its line that was probably meant as a command: `approve`, `APROVE`, `/abort`. */
function nearlyACommand(line: string): CommentCommand | undefined {
  const word = /^[/!]?([A-Za-z]{4,12})[.!:]?$/.exec(line)?.[1]?.toUpperCase();
  return word === undefined
    ? undefined
    : COMMENT_COMMANDS.find(command => distance(word, command) <= 2);
}

/**
 * Reads a comment (SPEC §9). A command is the first word of the first own line,
 * in capitals; the rest is the reason. Sentences that merely contain such a
 * word are talk: nobody's "ABORT would be wrong" in the middle of a discussion
 * ends a rollback.
 */
export function parseComment(body: string): ParsedComment {
  const lines = ownLines(body);
  const [first, ...others] = lines;
  if (first === undefined) {
    return { kind: 'talk' };
  }
  const found = commandIn(first);
  if (!found) {
    const meant = nearlyACommand(first);
    return meant
      ? {
          kind: 'not_understood',
          because: `'${first}' is not a command; did you mean ${meant}?`,
        }
      : { kind: 'talk' };
  }
  const second = others
    .map(commandIn)
    .find(each => each !== undefined && each.command !== found.command);
  if (second) {
    return {
      kind: 'not_understood',
      because: `the comment says both ${found.command} and ${second.command}: one command a comment`,
    };
  }
  const reason = [found.rest, ...others].join('\n').trim().slice(0, MAX_REASON);
  return {
    kind: 'command',
    command: found.command,
    ...(reason ? { reason } : {}),
  };
}

/** The reply to whoever wrote something we do not understand. */
export const COMMENT_USAGE = `Commands are written in capitals as the first word of a comment of their own, with the reason after it: ${COMMENT_COMMANDS.join(
  ', ',
)}. Only senior maintainers may give them; nothing was changed.`;
