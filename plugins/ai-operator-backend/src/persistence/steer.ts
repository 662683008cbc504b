import { Knex } from 'knex';

/**
 * Makes what a person did count at once: people who decide on what they saw
 * before are told, a processor that is at work loses its commit, and its claim
 * is given to the next.
 */
export async function steerRollback(
  tx: Knex,
  correlationId: string,
  now: number,
): Promise<void> {
  await tx('rollbacks')
    .where({ correlation_id: correlationId })
    .update({
      steering: tx.raw('steering + 1'),
      version: tx.raw('version + 1'),
      lease_holder: null,
      lease_until: null,
      // Nothing more is looked at once it is back in Idle.
      wake_at: tx.raw(
        `CASE WHEN state = 'Idle' THEN wake_at ELSE CAST(? AS bigint) END`,
        [now],
      ),
      woken: tx.raw(`state <> 'Idle'`),
    });
}

/**
 * Keeps everybody else from changing a rollback until the transaction ends, and
 * says how it is; undefined when it is not stored. The first statement of its
 * transaction: who comes later decides on what this one leaves.
 *
 * @param which - its id, or a query that selects it
 */
export async function holdRollback(
  tx: Knex,
  which: string | Knex.QueryBuilder,
): Promise<
  { correlation_id: string; steering: number; state: string } | undefined
> {
  const rows: Array<{
    correlation_id: string;
    steering: number;
    state: string;
  }> = await tx('rollbacks')
    .where('correlation_id', which)
    .update({ steering: tx.ref('steering') })
    .returning(['correlation_id', 'steering', 'state']);
  return rows[0];
}
