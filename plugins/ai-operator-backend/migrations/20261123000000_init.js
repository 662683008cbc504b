// @ts-check

/*
 * Times are epoch milliseconds of the injected clock, except `lease_until`,
 * which is the database's own clock: leases compare database time with
 * database time. JSON is kept as text, so that both databases store the same
 * bytes.
 */

/**
 * @param {import('knex').Knex.CreateTableBuilder} table
 */
function leaseColumns(table) {
  table
    .text('lease_holder')
    .comment('Who works on this row; empty when nobody does');
  table
    .bigInteger('lease_until')
    .comment('Database time (ms) at which anybody may take the row');
  table
    .bigInteger('ticket')
    .notNullable()
    .defaultTo(0)
    .comment('Raised by every claim; a write with an old ticket is refused');
}

/**
 * @param {import('knex').Knex.CreateTableBuilder} table
 */
function applicationKeyColumns(table) {
  table.text('instance').notNullable();
  table.text('namespace').notNullable();
  table.text('name').notNullable();
}

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('instances', table => {
    table.comment('Argo CD instances, their poll lease and how polling goes');
    table.text('name').primary();
    leaseColumns(table);
    table.integer('consecutive_failures').notNullable().defaultTo(0);
    table.bigInteger('last_tick_at');
    table.bigInteger('last_ok_at');
    table.text('problem').comment('Why the last tick failed');
  });

  await knex.schema.createTable('applications', table => {
    table.comment('The latest record of every watched application');
    applicationKeyColumns(table);
    table.text('project').notNullable();
    table
      .text('environment')
      .notNullable()
      .comment('Empty when the environment is missing or not mapped');
    table.text('health').notNullable();
    table.integer('health_rank').notNullable().comment('Worst first');
    table.bigInteger('health_since').notNullable();
    table.bigInteger('checked_at').notNullable();
    table.text('labels').notNullable().comment('JSON object');
    table.text('search_text').notNullable().comment('Lower case');
    table.text('record').notNullable().comment('ApplicationRecord as JSON');
    table.primary(['instance', 'namespace', 'name']);
    table.index(['name', 'namespace', 'instance'], 'applications_name_idx');
    table.index(
      ['health_rank', 'name', 'namespace', 'instance'],
      'applications_health_idx',
    );
    table.index(
      ['health_since', 'name', 'namespace', 'instance'],
      'applications_since_idx',
    );
    table.index(
      ['environment', 'name', 'namespace', 'instance'],
      'applications_environment_idx',
    );
  });

  await knex.schema.createTable('health_checks', table => {
    table.comment('Notable health checks: what portal and evidence show');
    table.bigIncrements('id');
    applicationKeyColumns(table);
    table.bigInteger('at').notNullable();
    table.text('body').notNullable().comment('HealthCheck as JSON');
    table.index(
      ['instance', 'namespace', 'name', 'at'],
      'health_checks_application_idx',
    );
    table.index(['at'], 'health_checks_at_idx');
  });

  await knex.schema.createTable('rollbacks', table => {
    table.comment('One row per rollback, open or ended');
    table.text('correlation_id').primary();
    applicationKeyColumns(table);
    table.text('environment').notNullable();
    table.text('current_revision').notNullable();
    table.bigInteger('opened_at').notNullable();
    table.integer('version').notNullable();
    table.text('state').notNullable();
    table.bigInteger('state_since').notNullable();
    table.bigInteger('confirmed_at');
    table
      .bigInteger('active_at')
      .comment('When it took one of the places for concurrent rollbacks');
    table.bigInteger('ended_at').comment('Set in Idle and Abort');
    table.text('outcome');
    table.text('abort_reason');
    table.boolean('needs_human').notNullable();
    table.text('state_body').notNullable().comment('RollbackState as JSON');
    table.text('candidates').comment('JSON');
    table.text('verdicts').comment('JSON');
    table.text('ci').comment('JSON');
    table.text('escalation').comment('JSON');
    table.text('escalation_issue_url');
    table
      .bigInteger('wake_at')
      .comment('Empty when nothing more is to be done');
    table
      .boolean('woken')
      .notNullable()
      .defaultTo(false)
      .comment('Woken while somebody worked on it: look again at once');
    leaseColumns(table);
    table.index(['wake_at'], 'rollbacks_wake_idx');
    table.index(['opened_at', 'correlation_id'], 'rollbacks_opened_idx');
    table.index(
      ['environment', 'opened_at', 'correlation_id'],
      'rollbacks_environment_idx',
    );
    table.index(
      ['state', 'opened_at', 'correlation_id'],
      'rollbacks_state_idx',
    );
    table.index(
      ['instance', 'namespace', 'name', 'opened_at'],
      'rollbacks_application_idx',
    );
    table.index(['name', 'opened_at', 'correlation_id'], 'rollbacks_name_idx');
    table.index(
      ['needs_human', 'opened_at', 'correlation_id'],
      'rollbacks_needs_human_idx',
    );
    table.index(['ended_at', 'correlation_id'], 'rollbacks_ended_idx');
  });
  // At most one rollback holds an application: an open one, or one in Abort
  // that nobody has reset.
  await knex.schema.raw(
    `CREATE UNIQUE INDEX rollbacks_holds_application_idx
       ON rollbacks (instance, namespace, name) WHERE state <> 'Idle'`,
  );
  await knex.schema.raw(
    `CREATE INDEX rollbacks_open_idx
       ON rollbacks (opened_at, correlation_id)
       WHERE state NOT IN ('Idle', 'Abort')`,
  );

  await knex.schema.createTable('transitions', table => {
    table.comment('Moves of the state machine, for the timeline');
    table.bigIncrements('id');
    table
      .text('correlation_id')
      .notNullable()
      .references('correlation_id')
      .inTable('rollbacks')
      .onDelete('CASCADE');
    table.integer('version').notNullable().comment('Version it led to');
    table.bigInteger('at').notNullable();
    table.text('from_state').notNullable();
    table.text('to_state').notNullable();
    table.text('because').notNullable();
    table.unique(['correlation_id', 'version'], {
      indexName: 'transitions_version_uniq',
    });
  });

  await knex.schema.createTable('outbox', table => {
    table.comment('Effects asked for and not forgotten; events among them');
    table.bigIncrements('id').comment('Order in which they were asked for');
    table
      .text('correlation_id')
      .notNullable()
      .references('correlation_id')
      .inTable('rollbacks')
      .onDelete('CASCADE');
    table.text('key').notNullable().comment('Deterministic key of the effect');
    table.text('kind').notNullable();
    table
      .text('lane')
      .notNullable()
      .comment('Order is kept within a lane: actions, or events');
    table.text('effect').notNullable().comment('Effect as JSON');
    table.bigInteger('created_at').notNullable();
    table.integer('attempt').notNullable().defaultTo(0);
    table.bigInteger('available_at').notNullable();
    table.text('last_problem');
    table.text('outcome').comment('EffectOutcome as JSON, once finished');
    table.bigInteger('finished_at');
    leaseColumns(table);
    table.unique(['correlation_id', 'key'], { indexName: 'outbox_key_uniq' });
  });
  await knex.schema.raw(
    `CREATE INDEX outbox_due_idx ON outbox (available_at, id) WHERE finished_at IS NULL`,
  );
  await knex.schema.raw(
    `CREATE INDEX outbox_order_idx ON outbox (correlation_id, lane, id) WHERE finished_at IS NULL`,
  );

  await knex.schema.createTable('audit', table => {
    table.comment('The decision trail; rows are only ever added');
    table
      .bigInteger('seq')
      .primary()
      .comment('Without gaps, in commit order; allotted from audit_head');
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
  await knex.schema.raw(
    `CREATE INDEX audit_unshipped_idx ON audit (seq) WHERE shipped_at IS NULL`,
  );
  await knex.schema.createTable('audit_head', table => {
    table.comment('One row: the last sequence number given to an audit row');
    table.integer('id').primary();
    table.bigInteger('seq').notNullable();
  });
  await knex('audit_head').insert({ id: 1, seq: 0 });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('audit_head');
  await knex.schema.dropTable('audit');
  await knex.schema.dropTable('outbox');
  await knex.schema.dropTable('transitions');
  await knex.schema.dropTable('rollbacks');
  await knex.schema.dropTable('health_checks');
  await knex.schema.dropTable('applications');
  await knex.schema.dropTable('instances');
};
