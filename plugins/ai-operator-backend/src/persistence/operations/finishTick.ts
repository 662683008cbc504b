import {
  ApplicationKey,
  AuditRecord,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { Knex } from 'knex';
import { appendAudit } from '../audit/append';
import { ApplicationRecord, HealthCheck } from '../../core/application';
import { Effect } from '../../core/effect';
import { Rollback } from '../../core/rollback';
import { Database, chunks, INSERT_CHUNK } from '../database';
import { addEffects } from '../addEffects';
import { keyOf, plainText, rollbackToRow } from '../rows';
import { InstanceRow } from '../tables';
import { upsertApplications } from '../upsertApplications';
import { wakeRollbacks } from '../wake';

export interface FinishTickOptions {
  instance: string;
  ticket: number;
  now: number;
  /** False when the instance could not be read; then `problem` says why. */
  ok: boolean;
  problem?: string;
  /** New and changed applications only. */
  records: ApplicationRecord[];
  /** Checks worth keeping. */
  checks: Array<{ key: ApplicationKey; check: HealthCheck }>;
  /** Applications the instance no longer lists. */
  gone: ApplicationKey[];
  /** Rollbacks that begin with this tick, each with the sentence for the timeline. Due at `now`. */
  opened: Array<{ rollback: Rollback; because: string }>;
  /** Correlation ids of open rollbacks to look at now. */
  wake: string[];
  audit: AuditRecord[];
  effects: Array<{ correlationId: string; effect: Effect }>;
}

export type FinishTickResult =
  | {
      result: 'committed';
      /**
       * Correlation ids that were not opened because another rollback holds
       * the application (open, or in Abort and not reset). Their audit records
       * and effects were left out too.
       */
      notOpened: string[];
    }
  | { result: 'lost' };

/**
 * Writes all that one tick of one instance found, in one transaction.
 *
 * Concurrency: the instance's ticket is checked by the first statement; after
 * somebody else has claimed the instance the answer is `lost` and nothing is
 * written. The lease itself stays with its holder. A rollback is only opened
 * when none holds the application (unique index), so a stale memory cannot open
 * a second one. Waking does not touch a rollback's version: a processor at work
 * on it keeps its claim and looks again right after its commit.
 */
export async function finishTick(
  db: Database,
  options: FinishTickOptions,
): Promise<FinishTickResult> {
  return db.knex.transaction(async tx => {
    if (!(await recordTick(tx, options))) {
      return { result: 'lost' };
    }
    await upsertApplications(db, tx, options.records);
    for (const rows of chunks(options.checks, INSERT_CHUNK)) {
      await tx('health_checks').insert(
        rows.map(({ key, check }) => ({
          ...keyOf(key),
          at: check.at,
          body: JSON.stringify(check),
        })),
      );
    }
    for (const keys of chunks(options.gone, INSERT_CHUNK)) {
      await tx('applications')
        .whereIn(
          ['instance', 'namespace', 'name'],
          keys.map(key => [key.instance, key.namespace, key.name]),
        )
        .delete();
    }
    const notOpened = await openRollbacks(tx, options);
    await wakeRollbacks(tx, options.wake, options.now);
    await addEffects(
      tx,
      options.effects.filter(item => !notOpened.has(item.correlationId)),
      options.now,
    );
    await appendAudit(
      tx,
      options.audit.filter(
        record => !record.correlationId || !notOpened.has(record.correlationId),
      ),
    );
    return { result: 'committed', notOpened: [...notOpened] };
  });
}

async function recordTick(
  tx: Knex,
  { instance, ticket, now, ok, problem }: FinishTickOptions,
): Promise<boolean> {
  const updated = await tx<InstanceRow>('instances')
    .where({ name: instance, ticket })
    .update(
      ok
        ? {
            last_tick_at: now,
            last_ok_at: now,
            consecutive_failures: 0,
            problem: null,
          }
        : {
            last_tick_at: now,
            consecutive_failures: tx.raw('consecutive_failures + 1'),
            problem: plainText(problem ?? 'The instance could not be read.'),
          },
    );
  return updated > 0;
}

async function openRollbacks(
  tx: Knex,
  { opened, now }: FinishTickOptions,
): Promise<Set<string>> {
  const notOpened = new Set<string>();
  for (const { rollback, because } of opened) {
    const inserted = await tx('rollbacks')
      .insert({ ...rollbackToRow(rollback), wake_at: now })
      .onConflict()
      .ignore()
      .returning('correlation_id');
    if (inserted.length === 0) {
      notOpened.add(rollback.correlationId);
      continue;
    }
    await tx('transitions').insert({
      correlation_id: rollback.correlationId,
      version: rollback.version,
      at: rollback.openedAt,
      from_state: 'Idle',
      to_state: rollback.state.name,
      because: plainText(because),
    });
  }
  return notOpened;
}
