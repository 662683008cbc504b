import { once } from 'node:events';
import { createServer, RequestListener } from 'node:http';
import { AddressInfo } from 'node:net';
import { Knex } from 'knex';
import { ChainedRow, chainHash, Database } from '../../persistence';
import { aChain } from '../../persistence/__testUtils__/chains';
import { chunks } from '../../persistence/database';

/** Writes a trail of so many entries, faster than one by one; what was written. */
export async function writeTrail(
  { knex }: Database,
  length: number,
): Promise<ChainedRow[]> {
  const chain = aChain(length);
  await knex.transaction(async tx => {
    for (const rows of chunks(chain, 100)) {
      await tx('audit').insert(
        rows.map(row => ({
          seq: row.seq,
          at: row.at,
          correlation_id: row.correlationId ?? null,
          level: row.level,
          action_type: row.actionType,
          record: row.text,
          prev_hash: row.prevHash,
          hash: row.hash,
        })),
      );
    }
    const { seq, hash } = chain[chain.length - 1];
    await tx('audit_head').where({ id: 1 }).update({ seq, hash });
  });
  return chain;
}

/** Listens on a port of its own until `close`. */
export async function listen(app: RequestListener) {
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/api/ai-operator`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** What the owner of a database can do when they take the triggers away first. */
export type Tampering =
  | 'changed'
  | 'deleted'
  | 'inserted'
  | 'swapped'
  /** Columns that are overwritten. */
  | Record<string, string | number>;

/** What needs the triggers out of the way. */
export async function withoutTriggers(
  { knex }: Database,
  change: (knex: Knex) => Promise<unknown>,
): Promise<void> {
  const triggers: Array<{ name: string; sql: string }> = await knex(
    'sqlite_master',
  )
    .where({ type: 'trigger' })
    .select('name', 'sql');
  for (const { name } of triggers) {
    await knex.raw(`DROP TRIGGER ${name}`);
  }
  await change(knex);
  for (const { sql } of triggers) {
    await knex.raw(sql);
  }
}

/** Tampers with one entry of a trail in SQLite. */
export async function tamper(
  db: Database,
  how: Tampering,
  seq: number,
): Promise<void> {
  await withoutTriggers(db, async knex => {
    if (typeof how === 'object') {
      await knex('audit').where({ seq }).update(how);
      return;
    }
    switch (how) {
      case 'changed': {
        const row = await knex('audit').where({ seq }).first();
        const record = row.record.replace('"reasoning":"', '"reasoning":"not ');
        await knex('audit').where({ seq }).update({ record });
        break;
      }
      case 'deleted':
        await knex('audit').where({ seq }).delete();
        break;
      case 'inserted': {
        // Something that was never written, after this entry; the others move on by one.
        const row = await knex('audit').where({ seq }).first();
        await knex.raw('UPDATE audit SET seq = -(seq + 1) WHERE seq > ?', [
          seq,
        ]);
        await knex.raw('UPDATE audit SET seq = -seq WHERE seq < 0');
        const record = row.record.replace('"reasoning":"', '"reasoning":"not ');
        await knex('audit').insert({
          ...row,
          seq: seq + 1,
          record,
          prev_hash: row.hash,
          hash: chainHash(row.hash, record),
        });
        break;
      }
      default: {
        // With the entry after it, each under the other's number.
        await knex('audit').where({ seq }).update({ seq: -1 });
        await knex('audit')
          .where({ seq: seq + 1 })
          .update({ seq });
        await knex('audit')
          .where({ seq: -1 })
          .update({ seq: seq + 1 });
      }
    }
  });
}
