// @ts-check

/*
 * Evidence: the audit trail becomes a chain that nobody changes unseen. The
 * database itself refuses to change entries, and to remove any before their
 * time; what was removed after it leaves an anchor from which the chain goes on.
 *
 *   hash = SHA-256( prev_hash + "\n" + record ), lower-case hex, all in UTF-8
 *
 * and `record` is canonical JSON (RFC 8785). As before, times are epoch
 * milliseconds of the injected clock, except `lease_until` and the age of what
 * is removed, which are measured with the database's own clock.
 */

const { createHash } = require('node:crypto');

/** `prev_hash` of the first entry. */
const CHAIN_START = '0'.repeat(64);

/** Nothing younger than this is ever removed (ms): 90 days. */
const FLOOR = 90 * 24 * 60 * 60 * 1000;

/** Rows read and written at once, within what SQLite compiles. */
const BATCH = 250;

/** @param {import('knex').Knex} knex */
function isPostgres(knex) {
  return knex.client.config.client === 'pg';
}

/** @param {import('knex').Knex} knex */
function databaseNow(knex) {
  return isPostgres(knex)
    ? `CAST(extract(epoch from clock_timestamp()) * 1000 AS bigint)`
    : `CAST(unixepoch('subsec') * 1000 AS INTEGER)`;
}

/**
 * Canonical JSON as it was when this migration was written: a chain that is
 * made once must not depend on code that goes on changing.
 *
 * @param {unknown} value - as `JSON.parse` gives it
 * @returns {string}
 */
function canonicalJson(value) {
  if (typeof value === 'string') {
    return JSON.stringify(value.replace(/\p{Surrogate}/gu, '\uFFFD'));
  }
  if (Array.isArray(value)) {
    return `[${value.map(canonicalJson).join(',')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .map(([name, item]) => [canonicalJson(name), name, item])
      .sort(([, a], [, b]) => (a < b ? -1 : 1))
      .map(([name, , item]) => `${name}:${canonicalJson(item)}`);
    return `{${entries.join(',')}}`;
  }
  return JSON.stringify(value);
}

/**
 * @param {string} prevHash
 * @param {string} text
 */
function chainHash(prevHash, text) {
  return createHash('sha256').update(`${prevHash}\n${text}`).digest('hex');
}

/**
 * Puts the table aside, so that one of another shape can take its name.
 *
 * @param {import('knex').Knex} knex
 */
async function setAuditAside(knex) {
  await knex.schema.renameTable('audit', 'audit_before');
  for (const index of ['audit_correlation_idx', 'audit_at_idx']) {
    await knex.schema.raw(`DROP INDEX ${index}`);
  }
  if (isPostgres(knex)) {
    await knex.schema.raw('ALTER INDEX audit_pkey RENAME TO audit_before_pkey');
  }
}

/** @param {import('knex').Knex} knex */
async function createChainedAudit(knex) {
  await knex.schema.createTable('audit', table => {
    table.comment('The audit trail: a chain; rows are only ever added');
    // For SQLite the key is the row's own number: new entries go to the end.
    const seq = isPostgres(knex)
      ? table.bigInteger('seq')
      : table.integer('seq');
    seq.primary().comment('Without gaps, in commit order');
    table.bigInteger('at').notNullable();
    table.text('correlation_id');
    table.text('level').notNullable();
    table.text('action_type').notNullable();
    table
      .text('record')
      .notNullable()
      .comment('AuditRecord as canonical JSON: the text that was hashed');
    table.text('prev_hash').notNullable().comment('Hash of the entry before');
    table.text('hash').notNullable();
    table.index(['correlation_id', 'seq'], 'audit_correlation_idx');
    table.index(['action_type', 'seq'], 'audit_type_idx');
    table.index(['at'], 'audit_at_idx');
  });
}

/**
 * Rows of the version before as entries that follow on `hash`.
 *
 * @param {Array<Record<string, any>>} rows
 * @param {string} hash
 */
function chained(rows, hash) {
  let prevHash = hash;
  return rows.map(({ shipped_at: _shipped, ...row }) => {
    const record = canonicalJson(JSON.parse(row.record));
    const entry = {
      ...row,
      seq: row.seq,
      record,
      prev_hash: prevHash,
      hash: chainHash(prevHash, record),
    };
    prevHash = entry.hash;
    return entry;
  });
}

/** @param {import('knex').Knex} knex */
async function chainWhatIsThere(knex) {
  let last = { seq: 0, hash: CHAIN_START };
  for (;;) {
    const rows = await knex('audit_before')
      .where('seq', '>', last.seq)
      .orderBy('seq')
      .limit(BATCH);
    if (rows.length === 0) {
      break;
    }
    const entries = chained(rows, last.hash);
    await knex('audit').insert(entries);
    const { seq, hash } = entries[entries.length - 1];
    last = { seq: Number(seq), hash };
  }
  await knex('audit_head').where({ id: 1 }).update({ hash: last.hash });
}

/** @param {import('knex').Knex} knex */
async function createAnchors(knex) {
  await knex.schema.createTable('audit_anchors', table => {
    table.comment('Where entries were removed after their retention');
    table
      .bigInteger('seq')
      .primary()
      .comment('The last entry that was removed; the chain goes on from it');
    table.text('hash').notNullable().comment('Of that entry');
    table.bigInteger('at').notNullable().comment('When it was written');
    table.bigInteger('made_at').notNullable();
  });
}

/**
 * @param {import('knex').Knex.CreateTableBuilder} table
 */
function leaseColumns(table) {
  table.text('lease_holder');
  table.bigInteger('lease_until').comment('Database time (ms)');
  table.bigInteger('ticket').notNullable().defaultTo(0);
}

/** @param {import('knex').Knex} knex */
async function createChecks(knex) {
  await knex.schema.createTable('audit_checks', table => {
    table.comment('The regular look the operator itself takes at the trail');
    table.text('name').primary().comment('What is looked at: chain');
    table.bigInteger('due_at').notNullable().comment('When to look next');
    table
      .text('unfinished')
      .comment('A look under way as JSON, to go on with; empty: none is');
    table.text('latest').comment('What the last finished look showed, as JSON');
    leaseColumns(table);
  });
}

/** @param {import('knex').Knex} knex */
async function createSinks(knex) {
  await knex.schema.createTable('audit_sinks', table => {
    table.comment('Where the trail is shipped to, and how far it got');
    table.text('name').primary();
    table.text('kind').notNullable();
    table
      .bigInteger('shipped_seq')
      .notNullable()
      .defaultTo(0)
      .comment('Everything up to here was shipped or set aside');
    table
      .bigInteger('registered_at')
      .notNullable()
      .comment('When it was first configured: older entries wait since then');
    table.bigInteger('shipped_at');
    table.integer('failures').notNullable().defaultTo(0).comment('In a row');
    table.bigInteger('failing_since');
    table.bigInteger('told_at').comment('When people were told of it');
    table.text('problem').comment('Why the last try failed');
    table.bigInteger('next_try_at');
    leaseColumns(table);
  });
  await knex.schema.createTable('audit_set_aside', table => {
    table.comment('Entries that a sink refuses for good');
    table.text('sink').notNullable();
    table.bigInteger('seq').notNullable();
    table.bigInteger('at').notNullable().comment('When it was set aside');
    table.bigInteger('tried_at').notNullable().comment('The last time');
    table.text('because').notNullable();
    table.primary(['sink', 'seq']);
    table.index(['sink', 'tried_at'], 'audit_set_aside_tried_idx');
  });
}

const REFUSED = {
  update: 'The audit trail is never changed: an entry stays as it was written.',
  unanchored:
    'Entries of the audit trail are only removed up to an anchor, from which the chain goes on.',
  young: 'Entries of the audit trail are kept for at least 90 days.',
  place:
    'An entry of the audit trail is only added after the newest one, whose hash it carries.',
  truncate: 'The audit trail is never emptied.',
  anchorChange: 'Anchors of the audit trail are never changed or removed.',
  anchor:
    'An anchor of the audit trail names an entry that is there, is at least 90 days old and comes after the anchor before.',
  head: 'The head of the audit trail only moves forward.',
};

/**
 * What is refused, as conditions on OLD and NEW that both databases understand.
 *
 * @param {import('knex').Knex} knex
 */
function refusals(knex) {
  const old = `${databaseNow(knex)} - ${FLOOR}`;
  const lastAnchor = 'coalesce((SELECT max(seq) FROM audit_anchors), 0)';
  return [
    { name: 'audit_no_update', on: 'UPDATE ON audit', because: REFUSED.update },
    {
      name: 'audit_no_unanchored_delete',
      on: 'DELETE ON audit',
      when: `OLD.seq > ${lastAnchor}`,
      because: REFUSED.unanchored,
    },
    {
      name: 'audit_no_early_delete',
      on: 'DELETE ON audit',
      when: `OLD.at > ${old}`,
      because: REFUSED.young,
    },
    {
      name: 'audit_anchors_no_update',
      on: 'UPDATE ON audit_anchors',
      because: REFUSED.anchorChange,
    },
    {
      name: 'audit_anchors_no_delete',
      on: 'DELETE ON audit_anchors',
      because: REFUSED.anchorChange,
    },
    {
      name: 'audit_anchors_only_true',
      on: 'INSERT ON audit_anchors',
      when: `NEW.seq <= ${lastAnchor} OR NOT EXISTS (
               SELECT 1 FROM audit
                WHERE audit.seq = NEW.seq AND audit.hash = NEW.hash
                  AND audit.at = NEW.at AND audit.at <= ${old})`,
      because: REFUSED.anchor,
    },
    {
      name: 'audit_head_only_forward',
      on: 'UPDATE ON audit_head',
      when: 'NEW.seq < OLD.seq OR NEW.id <> OLD.id',
      because: REFUSED.head,
    },
    {
      name: 'audit_head_no_delete',
      on: 'DELETE ON audit_head',
      because: REFUSED.head,
    },
    {
      name: 'audit_head_only_one',
      on: 'INSERT ON audit_head',
      because: REFUSED.head,
    },
    // "INSERT OR REPLACE" would remove a row without any of the above being
    // asked, so SQLite looks at what is added, too.
    ...(isPostgres(knex)
      ? []
      : [
          {
            name: 'audit_only_after_newest',
            on: 'INSERT ON audit',
            when: `NEW.seq <> coalesce(
                     (SELECT max(seq) FROM audit), ${lastAnchor}) + 1
                OR NEW.prev_hash <> coalesce(
                     (SELECT hash FROM audit WHERE seq = NEW.seq - 1),
                     (SELECT hash FROM audit_anchors WHERE seq = NEW.seq - 1),
                     '${CHAIN_START}')`,
            because: REFUSED.place,
          },
        ]),
  ];
}

/** @param {string} text */
function quoted(text) {
  return `'${text.replaceAll("'", "''")}'`;
}

/** @param {import('knex').Knex} knex */
async function createTriggers(knex) {
  if (!isPostgres(knex)) {
    for (const { name, on, when, because } of refusals(knex)) {
      await knex.schema.raw(
        `CREATE TRIGGER ${name} BEFORE ${on} ${when ? `WHEN ${when}` : ''}
         BEGIN SELECT RAISE(ABORT, ${quoted(because)}); END`,
      );
    }
    return;
  }
  const { rows } = await knex.raw(
    'SELECT quote_ident(current_schema()) AS schema',
  );
  // What a session calls the same must not stand in for the tables of the trail.
  const properties = `RETURNS trigger LANGUAGE plpgsql
       SET search_path = ${rows[0].schema}, pg_temp`;
  for (const { name, on, when, because } of refusals(knex)) {
    // A trigger's own condition costs next to nothing, but cannot look at tables.
    const simple = when !== undefined && !when.includes('SELECT');
    await knex.schema.raw(
      `CREATE FUNCTION ${name}() ${properties} AS $refuse$
       BEGIN
         IF ${simple ? 'true' : when ?? 'true'} THEN
           RAISE EXCEPTION USING MESSAGE = ${quoted(because)},
             ERRCODE = 'integrity_constraint_violation';
         END IF;
         RETURN ${on.startsWith('DELETE') ? 'OLD' : 'NEW'};
       END $refuse$`,
    );
    await knex.schema.raw(
      `CREATE TRIGGER ${name} BEFORE ${on} FOR EACH ROW
       ${simple ? `WHEN (${when})` : ''} EXECUTE FUNCTION ${name}()`,
    );
  }
  await knex.schema.raw(
    `CREATE FUNCTION audit_no_truncate() ${properties} AS $refuse$
     BEGIN
       RAISE EXCEPTION USING MESSAGE = ${quoted(REFUSED.truncate)},
         ERRCODE = 'integrity_constraint_violation';
     END $refuse$`,
  );
  for (const table of ['audit', 'audit_anchors', 'audit_head']) {
    await knex.schema.raw(
      `CREATE TRIGGER ${table}_no_truncate BEFORE TRUNCATE ON ${table}
       FOR EACH STATEMENT EXECUTE FUNCTION audit_no_truncate()`,
    );
  }
}

/** @param {import('knex').Knex} knex */
async function dropTriggers(knex) {
  if (!isPostgres(knex)) {
    for (const { name } of refusals(knex)) {
      await knex.schema.raw(`DROP TRIGGER ${name}`);
    }
    return;
  }
  for (const { name } of refusals(knex)) {
    await knex.schema.raw(`DROP FUNCTION ${name}() CASCADE`);
  }
  await knex.schema.raw('DROP FUNCTION audit_no_truncate() CASCADE');
}

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.raw('DROP INDEX audit_unshipped_idx');
  await setAuditAside(knex);
  await createChainedAudit(knex);
  await knex.schema.alterTable('audit_head', table => {
    table
      .text('hash')
      .notNullable()
      .defaultTo(CHAIN_START)
      .comment('Of the newest entry');
  });
  await chainWhatIsThere(knex);
  await knex.schema.dropTable('audit_before');
  await createAnchors(knex);
  await createChecks(knex);
  await createSinks(knex);
  await createTriggers(knex);
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await dropTriggers(knex);
  for (const table of [
    'audit_set_aside',
    'audit_sinks',
    'audit_checks',
    'audit_anchors',
  ]) {
    await knex.schema.dropTable(table);
  }
  await setAuditAside(knex);
  await knex.schema.raw('DROP INDEX audit_type_idx');
  await knex.schema.createTable('audit', table => {
    table.comment('The audit trail; rows are only ever added');
    table.bigInteger('seq').primary();
    table.bigInteger('at').notNullable();
    table.text('correlation_id');
    table.text('level').notNullable();
    table.text('action_type').notNullable();
    table.text('record').notNullable().comment('AuditRecord: the exact text');
    table.text('prev_hash');
    table.text('hash');
    table.bigInteger('shipped_at');
    table.index(['correlation_id', 'seq'], 'audit_correlation_idx');
    table.index(['at'], 'audit_at_idx');
  });
  const kept = 'seq, at, correlation_id, level, action_type, record';
  await knex.raw(
    `INSERT INTO audit (${kept}) SELECT ${kept} FROM audit_before`,
  );
  await knex.schema.dropTable('audit_before');
  await knex.schema.raw(
    `CREATE INDEX audit_unshipped_idx ON audit (seq) WHERE shipped_at IS NULL`,
  );
  await knex.schema.raw('ALTER TABLE audit_head DROP COLUMN hash');
};
