import { HumanCommandName } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Rollback } from '../../core';
import { judgeCommand } from '../../core/commands/judgeCommand';
import { HumanCommand } from '../../core/people';
import { insertCommand, listCommands } from '../../persistence';
import { RouterDeps } from '../deps';
import { findRollback } from '../findRollback';
import { Attempt, attemptRecords, DOOR, refuse } from './attempt';
import { Decider } from './decider';
import { explainConflict } from './whoWasFaster';

/** What others do meanwhile is looked at this often before somebody is told that they are faster. */
const MAX_ROUNDS = 3;

/** Somebody who may try, and what they say. */
export interface Said {
  name: HumanCommandName;
  reason?: string;
  /** `version` of the rollback they looked at. */
  expectedVersion?: number;
  attempt: Attempt;
  decider: Decider;
}

/** A command that is in the database, and the rollback as it was judged for it. */
export interface Recorded {
  command: HumanCommand;
  rollback: Rollback;
  /** What happens now. */
  because: string;
}

type Deps = Pick<RouterDeps, 'db' | 'clock' | 'policy' | 'newId'>;

/**
 * Judges and records a command as one: when the rollback changes in between, it
 * is judged anew. Asked in this order: the role, whether it was said already,
 * the version, the state. A refusal is audited and thrown.
 */
export async function recordCommand(
  said: Said,
  found: Rollback,
  deps: Deps,
): Promise<Recorded> {
  const { correlationId } = found;
  let rollback = found;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const judged = await judge(said, rollback, deps);
    if (judged.result === 'stale') {
      break;
    }
    if (judged.result === 'said') {
      return { ...judged, rollback };
    }
    const command = commandOf(said, rollback, deps);
    if (await insert(command, said, rollback, deps)) {
      return { command, rollback, because: judged.because };
    }
    rollback = await findRollback(deps.db, correlationId);
  }
  const { attempt, decider, expectedVersion = found.steering } = said;
  return refuse(deps, attempt, {
    code: 'VERSION_CONFLICT',
    because: await explainConflict(
      deps,
      rollback,
      expectedVersion,
      attempt.actor,
    ),
    calls: decider.calls,
  });
}

type Judged =
  | { result: 'allowed'; because: string }
  | { result: 'said'; command: HumanCommand; because: string }
  | { result: 'stale' };

async function judge(
  { attempt, decider, expectedVersion, name }: Said,
  rollback: Rollback,
  deps: Deps,
): Promise<Judged> {
  const { calls, roles } = decider;
  const judgement = judgeCommand(rollback, name, roles);
  const { because } = judgement;
  if (!judgement.allowed && judgement.code === 'ROLE') {
    return refuse(deps, attempt, { code: 'ROLE_NEEDED', because, calls });
  }
  const command = await pendingOf(name, rollback, attempt.actor, deps);
  if (command) {
    return {
      result: 'said',
      command,
      because: 'You have said so already; it is acted on with the next look.',
    };
  }
  if (expectedVersion !== undefined && expectedVersion !== rollback.steering) {
    return { result: 'stale' };
  }
  return judgement.allowed
    ? { result: 'allowed', because }
    : refuse(deps, attempt, { code: 'NOT_NOW', because, calls });
}

function headOf({ state }: Rollback): string | undefined {
  return 'pullRequest' in state ? state.pullRequest?.headSha : undefined;
}

/** Said twice, such as by a double click, it is one command. */
async function pendingOf(
  name: HumanCommandName,
  rollback: Rollback,
  actor: string,
  { db }: Deps,
): Promise<HumanCommand | undefined> {
  const { correlationId } = rollback;
  const commands = await listCommands(db, { correlationId });
  return commands.find(
    ({ command, headSha, person, result, source }) =>
      result === 'pending' &&
      command === name &&
      source === DOOR &&
      person.entityRef === actor &&
      headSha === headOf(rollback),
  );
}

function commandOf(
  { decider, name, reason }: Said,
  rollback: Rollback,
  { clock, newId }: Deps,
): HumanCommand {
  return {
    id: `${DOOR}:${newId()}`,
    command: name,
    source: 'portal',
    person: decider.person,
    // No database keeps the character NUL, and nobody misses it.
    reason: reason?.replaceAll('\0', ''),
    at: clock.now(),
    headSha: headOf(rollback),
    result: 'pending',
  };
}

/** False when the rollback is no longer the one that was judged; nothing is written then. */
async function insert(
  command: HumanCommand,
  { attempt, decider }: Said,
  { correlationId, steering }: Rollback,
  { db }: Deps,
): Promise<boolean> {
  const { at, headSha, id, reason } = command;
  const result = await insertCommand(db, {
    correlationId,
    command,
    expectedVersion: steering,
    now: at,
    audit: attemptRecords(attempt, at, {
      because: reason ?? 'No reason was given',
      calls: decider.calls,
      metadata: { commandId: id, headSha, version: steering },
    }),
  });
  if (result === 'duplicate') {
    throw new Error(`The id ${id} was given out twice`);
  }
  return result === 'recorded';
}
