import {
  AuditRecord,
  RollbackStateName,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { Knex } from 'knex';
import { appendAudit } from '../audit/append';
import { hasEnded } from '../../core/decision';
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
  /** When to look again; undefined only for a rollback that has ended. */
  wakeAt: number | undefined;
  now: number;
  audit: AuditRecord[];
  effects: Effect[];
  /** Present when the state moved. */
  transition?: {
    from: RollbackStateName;
    to: RollbackStateName;
    because: string;
  };
}

/**
 * Writes one decision: state, transition, audit and the effects it asks for, in
 * one transaction, and gives the lease back. The stored version becomes
 * `before.version + 1`.
 *
 * Concurrency: the first statement checks ticket and version. `lost` means
 * that somebody else has claimed or changed the rollback since; nothing is
 * written then, and the next claim looks at the world again. A lease that ran
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
  { before, ticket, after, wakeAt, now }: CommitRollbackOptions,
  version: number,
): Promise<boolean> {
  const columns = stateColumns(after.state, before.environment);
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
      version,
      ...replaced('candidates', after.candidates),
      ...replaced('verdicts', after.verdicts),
      ...replaced('ci', after.ci),
      ...replaced('escalation', after.escalation),
      wake_at:
        wakeAt === undefined
          ? null
          : tx.raw(
              'CASE WHEN woken = true THEN CAST(? AS bigint) ELSE CAST(? AS bigint) END',
              [Math.min(now, wakeAt), wakeAt],
            ),
      woken: false,
      lease_holder: null,
      lease_until: null,
    });
  return updated > 0;
}

function replaced(column: string, value: unknown): Record<string, string> {
  return value === undefined ? {} : { [column]: JSON.stringify(value) };
}
