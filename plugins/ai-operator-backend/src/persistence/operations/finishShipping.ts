import { AuditRecord } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Knex } from 'knex';
import { appendAudit } from '../audit/append';
import { chunks, Database, INSERT_CHUNK } from '../database';
import { plainText } from '../rows';
import { AuditSetAsideRow, AuditSinkRow } from '../tables';

/** A record a sink will not take, and what it said. */
export interface SetAside {
  seq: number;
  because: string;
}

/** How one try at shipping ended. Times in ms epoch. */
export interface FinishShippingOptions {
  name: string;
  ticket: number;
  now: number;
  /** Everything up to here is stored or set aside now; at least what it was. */
  shippedSeq: number;
  /** Refused, now or once more. */
  setAside: readonly SetAside[];
  /** Were set aside, and are no more: stored by now, or removed after their retention. */
  resolved: readonly number[];
  /** Were set aside, and nothing is known of this try. */
  triedAgain: readonly number[];
  /** What is wrong with it at present; absent: nothing. */
  problem?: { because: string; nextTryAt?: number };
  /** Set while it takes no records at all; counted with each such try. */
  failingSince?: number;
  /** When people were told that it fails. */
  toldAt?: number;
  audit: AuditRecord[];
}

/**
 * Stores how a try at shipping ended, with its audit records, in one transaction,
 * and gives the sink back.
 *
 * Concurrency: `lost` when somebody else has claimed the sink since; nothing is
 * written then. What was shipped is shipped again by the other, and the sink
 * knows it already.
 */
export async function finishShipping(
  db: Database,
  options: FinishShippingOptions,
): Promise<'finished' | 'lost'> {
  const { name, now, problem, shippedSeq } = options;
  return db.knex.transaction(async tx => {
    const updated = await tx<AuditSinkRow>('audit_sinks')
      .where({ name, ticket: options.ticket })
      .update({
        // It was there again, if anything got there.
        shipped_at: tx.raw(
          'CASE WHEN shipped_seq < ? THEN ? ELSE shipped_at END',
          [shippedSeq, now],
        ),
        shipped_seq: shippedSeq,
        failures:
          options.failingSince === undefined ? 0 : tx.raw('failures + 1'),
        failing_since: options.failingSince ?? null,
        told_at: options.toldAt ?? null,
        problem: problem ? plainText(problem.because) : null,
        next_try_at: problem?.nextTryAt ?? null,
        lease_holder: null,
        lease_until: null,
      });
    if (updated === 0) {
      return 'lost';
    }
    await saveSetAside(tx, options);
    await appendAudit(tx, options.audit);
    return 'finished';
  });
}

async function saveSetAside(
  tx: Knex,
  { name, now, resolved, setAside, triedAgain }: FinishShippingOptions,
): Promise<void> {
  const table = () => tx<AuditSetAsideRow>('audit_set_aside');
  for (const some of chunks(setAside, INSERT_CHUNK)) {
    await table()
      .insert(
        some.map(({ seq, because }) => ({
          sink: name,
          seq,
          at: now,
          tried_at: now,
          because: plainText(because),
        })),
      )
      .onConflict(['sink', 'seq'])
      .merge(['tried_at', 'because']);
  }
  for (const some of chunks(resolved, INSERT_CHUNK)) {
    await table().where({ sink: name }).whereIn('seq', some).delete();
  }
  for (const some of chunks(triedAgain, INSERT_CHUNK)) {
    await table()
      .where({ sink: name })
      .whereIn('seq', some)
      .update({ tried_at: now });
  }
}
