import {
  AuditRecord,
  RollbackStateName,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { Knex } from 'knex';
import { appendAudit } from '../audit/append';
import { CommandAnswer, hasEnded } from '../../core/decision';
import { Effect } from '../../core/effect';
import { Rollback, RollbackState } from '../../core/rollback';
import { addEffects } from '../addEffects';
import { Database } from '../database';
import { plainText, stateColumns } from '../rows';

export interface CommitRollbackOptions {
  /** The rollback as it was claimed: its version must still be the stored one. */
  before: Rollback;
  ticket: number;
  /** Parts left out stay as they are. */
  after: { state: RollbackState } & Pick<
    Rollback,
    'candidates' | 'verdicts' | 'ci' | 'escalation'
  >;
  /** When to look again; undefined only for a rollback that has ended. One in Abort may be looked at for a while. */
  wakeAt: number | undefined;
  now: number;
  audit: AuditRecord[];
  effects: Effect[];
  /** What came of commands that were pending; one that is no longer pending keeps its result. */
  answers?: CommandAnswer[];
  /** Present when the state moved. */
  transition?: {
    from: RollbackStateName;
    to: RollbackStateName;
    because: string;
  };
}

/**
 * Writes one decision: state, transition, answers to commands, audit and the
 * effects it asks for, in one transaction, and gives the lease back. The stored
 * version becomes `before.version + 1`; `steering` rises when the state moved.
 *
 * Concurrency: the first statement checks ticket and version. `lost` means
 * that somebody else has claimed or changed the rollback since, or a person has
 * told it something; nothing is written then, and the next claim looks at the
 * world again. A lease that ran
 * out without anybody taking the row does no harm: the commit goes through.
 * When the rollback was woken meanwhile it is due at `now` and not at `wakeAt`.
 */
export async function commitRollback(
  db: Database,
  options: CommitRollbackOptions,
): Promise<'committed' | 'lost'> {
  const { before, now, transition } = options;
  if (options.wakeAt === undefined && !hasEnded(options.after)) {
    throw new Error(
      `Rollback ${before.correlationId} would sleep for ever in ${options.after.state.name}: a decision about an open rollback must say when to look again.`,
    );
  }
  const version = before.version + 1;
  return db.knex.transaction(async tx => {
    if (!(await writeState(tx, options, version))) {
      return 'lost';
    }
    if (transition) {
      await tx('transitions').insert({
        correlation_id: before.correlationId,
        version,
        at: now,
        from_state: transition.from,
        to_state: transition.to,
        because: plainText(transition.because),
      });
    }
    await answerCommands(tx, options);
    await addEffects(
      tx,
      options.effects.map(effect => ({
        correlationId: before.correlationId,
        effect,
      })),
      now,
    );
    await appendAudit(tx, options.audit);
    return 'committed';
  });
}

async function writeState(
  tx: Knex,
  { before, ticket, after, wakeAt, now, transition }: CommitRollbackOptions,
  version: number,
): Promise<boolean> {
  const columns = stateColumns(after.state, before.environment);
  const known = (column: string, value: string | number | null) =>
    value ?? tx.ref(column);
  const updated = await tx('rollbacks')
    .where({
      correlation_id: before.correlationId,
      version: before.version,
      ticket,
    })
    .update({
      ...columns,
      // What once was confirmed or took a place stays known after the end.
      confirmed_at: tx.raw('COALESCE(confirmed_at, ?)', [columns.confirmed_at]),
      active_at: tx.raw('COALESCE(active_at, ?)', [columns.active_at]),
      pull_repository: known('pull_repository', columns.pull_repository),
      pull_number: known('pull_number', columns.pull_number),
      pull_head_sha: known('pull_head_sha', columns.pull_head_sha),
      version,
      ...(transition ? { steering: tx.raw('steering + 1') } : {}),
      ...replaced('candidates', after.candidates),
      ...replaced('verdicts', after.verdicts),
      ...replaced('ci', after.ci),
      ...replaced('escalation', after.escalation),
      wake_at:
        after.state.name === 'Idle'
          ? null
          : tx.raw(
              'CASE WHEN woken = true THEN CAST(? AS bigint) ELSE CAST(? AS bigint) END',
              [Math.min(now, wakeAt ?? now), wakeAt ?? null],
            ),
      woken: false,
      lease_holder: null,
      lease_until: null,
    });
  return updated > 0;
}

async function answerCommands(
  tx: Knex,
  { answers, before, now }: CommitRollbackOptions,
): Promise<void> {
  for (const { id, result, because } of answers ?? []) {
    await tx('commands')
      .where({
        id,
        correlation_id: before.correlationId,
        result: 'pending',
      })
      .update({ result, because: plainText(because), handled_at: now });
  }
}

function replaced(column: string, value: unknown): Record<string, string> {
  return value === undefined ? {} : { [column]: JSON.stringify(value) };
}
