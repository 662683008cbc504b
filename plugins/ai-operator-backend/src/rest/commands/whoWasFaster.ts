import { explainRollback, Rollback } from '../../core';
import { personWords } from '../../core/commands/personWords';
import { HumanCommand } from '../../core/people';
import { clockTime } from '../../core/time';
import { listCommands, listTransitions } from '../../persistence';
import { RouterDeps } from '../deps';

const MAX_TRANSITIONS = 200;

/**
 * The commands the person cannot have seen. The version is raised by moves of
 * the state and by commands, so that the latest of both together are what
 * happened since `seen`.
 */
function unseen(
  rollback: Rollback,
  seen: number,
  moves: ReadonlyArray<{ at: number }>,
  commands: readonly HumanCommand[],
): HumanCommand[] {
  const missed = rollback.steering - seen;
  if (missed <= 0) {
    return [];
  }
  const counted = commands.filter(({ result }) => result !== 'refused');
  return [
    ...moves.map(({ at }) => ({ at, command: undefined })),
    ...counted.map(command => ({ at: command.at, command })),
  ]
    .sort((a, b) => a.at - b.at)
    .slice(-missed)
    .flatMap(({ command }) => command ?? []);
}

/** What happened meanwhile, for a person who decided on an older version: who was faster, and how it is now. */
export async function explainConflict(
  deps: Pick<RouterDeps, 'db' | 'clock' | 'policy'>,
  rollback: Rollback,
  seen: number,
  self: string,
): Promise<string> {
  const { clock, db, policy } = deps;
  const now = clock.now();
  const { correlationId, state, steering } = rollback;
  const [moves, commands] = await Promise.all([
    listTransitions(db, { correlationId, limit: MAX_TRANSITIONS }),
    listCommands(db, { correlationId }),
  ]);
  const faster = unseen(rollback, seen, moves, commands).at(-1);
  const who =
    faster?.person.entityRef === self
      ? 'You'
      : faster && personWords(faster.person);
  const cause = faster
    ? `${who} gave ${faster.command} at ${clockTime(faster.at, now)}`
    : 'The rollback has moved on';
  return `${cause}; you decided on version ${seen}, it is at ${steering} now. It is in ${
    state.name
  }: ${explainRollback(
    rollback,
    now,
    policy,
  )} Look at it again before you decide.`;
}
