// @ts-check

/*
 * People: their commands, the escalation issues they write them on, and pauses.
 * As before, times are epoch milliseconds of the injected clock, except
 * `lease_until`, which is the database's own clock.
 */

/** @param {import('knex').Knex} knex */
function isPostgres(knex) {
  return knex.client.config.client === 'pg';
}

/**
 * SQL for one value within a column of JSON text.
 *
 * @param {import('knex').Knex} knex
 * @param {string} column
 * @param {string[]} path
 */
function jsonText(knex, column, path) {
  return isPostgres(knex)
    ? `(CAST(${column} AS jsonb) #>> '{${path.join(',')}}')`
    : `json_extract(${column}, '$.${path.join('.')}')`;
}

/**
 * Adds a part to JSON objects where it is missing.
 *
 * @param {import('knex').Knex} knex
 * @param {{column: string, name: string, value: {from: string} | {json: string}, where: string}} part
 */
async function addJsonPart(knex, { column, name, value, where }) {
  const [set, missing] = isPostgres(knex)
    ? [
        `CAST(jsonb_set(CAST(${column} AS jsonb), '{${name}}', ${
          'from' in value
            ? `CAST(${column} AS jsonb) -> '${value.from}'`
            : `CAST('${value.json}' AS jsonb)`
        }) AS text)`,
        `CAST(${column} AS jsonb) -> '${name}' IS NULL`,
      ]
    : [
        `json_set(${column}, '$.${name}', ${
          'from' in value
            ? `json_extract(${column}, '$.${value.from}')`
            : `json('${value.json}')`
        })`,
        `json_extract(${column}, '$.${name}') IS NULL`,
      ];
  await knex.raw(
    `UPDATE rollbacks SET ${column} = ${set} WHERE ${where} AND ${missing}`,
  );
}

/** @param {import('knex').Knex} knex */
async function addRollbackColumns(knex) {
  await knex.schema.alterTable('rollbacks', table => {
    table
      .integer('steering')
      .notNullable()
      .defaultTo(1)
      .comment('Version people decide on: raised by moves and by commands');
    table
      .text('pull_repository')
      .comment('Repository it works on, lower case; kept after the end');
    table.integer('pull_number');
    table.text('pull_head_sha');
    table.index(['pull_repository', 'pull_number'], 'rollbacks_pull_idx');
  });
  // What ended in Idle no longer names its repository; its request does.
  const asked = `(SELECT ${jsonText(knex, 'o.effect', [
    'source',
    'repository',
  ])} FROM outbox o
     WHERE o.correlation_id = rollbacks.correlation_id
       AND o.kind = 'open_pull_request' ORDER BY o.id DESC LIMIT 1)`;
  const state = jsonText(knex, 'state_body', ['source', 'repository']);
  await knex.raw(`UPDATE rollbacks SET
      pull_repository = lower(COALESCE(${state}, ${asked})),
      pull_number = CAST(${jsonText(knex, 'state_body', [
        'pullRequest',
        'number',
      ])} AS integer),
      pull_head_sha = ${jsonText(knex, 'state_body', [
        'pullRequest',
        'headSha',
      ])}`);
  await addJsonPart(knex, {
    column: 'escalation',
    name: 'firstAt',
    value: { from: 'at' },
    where: 'escalation IS NOT NULL',
  });
  await addJsonPart(knex, {
    column: 'state_body',
    name: 'heldBy',
    value: { json: '[]' },
    where: `state = 'AwaitingHumanReview'`,
  });
}

/** @param {import('knex').Knex} knex */
async function createCommands(knex) {
  await knex.schema.createTable('commands', table => {
    table.comment('What people told the operator about a rollback');
    table.bigIncrements('seq').comment('Order in which they were recorded');
    table
      .text('id')
      .notNullable()
      .comment('portal:<uuid> or issue:<comment id>: recorded once');
    table
      .text('correlation_id')
      .notNullable()
      .references('correlation_id')
      .inTable('rollbacks')
      .onDelete('CASCADE');
    table.text('command').comment('Empty when it was not understood');
    table.text('source').notNullable();
    table.text('person').notNullable().comment('PersonRef as JSON');
    table.text('reason');
    table.bigInteger('at').notNullable().comment('When it was given');
    table.text('head_sha').comment('Head the person decided about');
    table.text('result').notNullable();
    table.text('because');
    table.bigInteger('handled_at').comment('When the result was decided');
    table.text('comment_repository').comment('Of the escalation issue');
    table.integer('comment_issue').comment('Number of the escalation issue');
    table.bigInteger('comment_id').comment('On that issue');
    table.bigInteger('comment_at').comment('Its last change when it was read');
    table.unique(['id'], { indexName: 'commands_id_uniq' });
    table.index(['correlation_id', 'at'], 'commands_rollback_idx');
  });
}

/** @param {import('knex').Knex} knex */
async function createEscalationIssues(knex) {
  await knex.schema.createTable('escalation_issues', table => {
    table.comment('Issues on which people are asked; their comments are read');
    table
      .text('correlation_id')
      .primary()
      .references('correlation_id')
      .inTable('rollbacks')
      .onDelete('CASCADE');
    table.text('repository').notNullable();
    table.integer('number').notNullable();
    table.text('url').notNullable();
    table.bigInteger('opened_at').notNullable();
    table.bigInteger('poll_at').comment('Empty when it is not read any more');
    table
      .boolean('woken')
      .notNullable()
      .defaultTo(false)
      .comment('Something happened there while it was read: read it again');
    table.bigInteger('closed_at');
    table
      .bigInteger('watch_until')
      .comment('Until when a closed issue is still read');
    table.text('lease_holder');
    table.bigInteger('lease_until').comment('Database time (ms)');
    table.bigInteger('ticket').notNullable().defaultTo(0);
    table.index(['poll_at'], 'escalation_issues_poll_idx');
    // The number first: repositories are compared in lower case.
    table.index(['number', 'repository'], 'escalation_issues_number_idx');
  });
  // Issues that are open already are read from now on.
  const number = jsonText(knex, 'o.outcome', ['issueNumber']);
  const url = jsonText(knex, 'o.outcome', ['issueUrl']);
  const repository = jsonText(knex, 'o.effect', ['repository']);
  await knex.raw(`INSERT INTO escalation_issues
      (correlation_id, repository, number, url, opened_at, poll_at)
    SELECT o.correlation_id, ${repository}, CAST(${number} AS integer), ${url},
           o.finished_at, o.finished_at
      FROM outbox o JOIN rollbacks r ON r.correlation_id = o.correlation_id
     WHERE r.state <> 'Idle' AND o.kind = 'escalate'
       AND o.finished_at IS NOT NULL
       AND ${number} IS NOT NULL AND ${url} IS NOT NULL
       AND ${repository} IS NOT NULL
       AND o.id = (SELECT max(l.id) FROM outbox l
                    WHERE l.correlation_id = o.correlation_id
                      AND l.kind = 'escalate' AND l.finished_at IS NOT NULL
                      AND ${jsonText(knex, 'l.outcome', [
                        'issueNumber',
                      ])} IS NOT NULL)`);
}

/** @param {import('knex').Knex} knex */
async function createPauses(knex) {
  await knex.schema.createTable('pauses', table => {
    table.comment('Pauses, in force and ended; without application: of all');
    table.text('id').primary();
    table.text('instance');
    table.text('namespace');
    table.text('name');
    table.text('reason').notNullable();
    table.text('by').notNullable().comment('Entity ref');
    table.bigInteger('at').notNullable();
    table.bigInteger('until').comment('Empty: until somebody resumes');
    table.bigInteger('ended_at').comment('When somebody ended it');
    table.text('ended_by');
    table.text('ended_because');
    table.index(['at'], 'pauses_at_idx');
  });
  await knex.schema.raw(
    `CREATE INDEX pauses_open_idx ON pauses (instance, namespace, name)
       WHERE ended_at IS NULL`,
  );
}

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await addRollbackColumns(knex);
  await createCommands(knex);
  await createEscalationIssues(knex);
  await createPauses(knex);
  // A slow issue or a broken Slack keeps no pull request waiting.
  await knex('outbox').where({ kind: 'escalate' }).update({ lane: 'issue' });
  await knex.schema.raw(
    `CREATE INDEX outbox_quota_idx ON outbox (finished_at)
       WHERE kind IN ('open_pull_request', 'merge_pull_request')`,
  );
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.raw('DROP INDEX outbox_quota_idx');
  // The version before knows neither these effects nor more than two lanes.
  await knex('outbox')
    .whereIn('kind', ['close_issue', 'answer_comment', 'notify', 'page'])
    .delete();
  await knex('outbox').where({ kind: 'escalate' }).update({ lane: 'actions' });
  // Nor does it look at a rollback in Abort.
  await knex('rollbacks').where({ state: 'Abort' }).update({ wake_at: null });
  await knex.schema.dropTable('pauses');
  await knex.schema.dropTable('escalation_issues');
  await knex.schema.dropTable('commands');
  await knex.schema.raw('DROP INDEX rollbacks_pull_idx');
  // Written out: for SQLite, knex would make the table anew and lose with it
  // the rows of all tables that refer to it.
  for (const column of [
    'steering',
    'pull_repository',
    'pull_number',
    'pull_head_sha',
  ]) {
    await knex.schema.raw(`ALTER TABLE rollbacks DROP COLUMN ${column}`);
  }
};
