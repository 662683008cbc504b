import { randomUUID } from 'node:crypto';
import Knex from 'knex';
import { Rollback } from '../../core';
import {
  claimEffects,
  claimIssues,
  ClaimedIssue,
  createDatabase,
  Database,
  finishEffect,
  migrationsDirectory,
} from '../../persistence';
import { openOne, tick } from '../../persistence/__testUtils__/fixtures';
import { CallContext } from '../../ports';
import { FakeGitHub } from '../../ports/fakes';

/** Where escalation issues are raised. */
export const INCIDENTS = 'my-org/operations';

/** A database of its own, in memory. */
export async function openMemory(): Promise<Database> {
  const knex = Knex({
    client: 'better-sqlite3',
    connection: ':memory:',
    useNullAsDefault: true,
  });
  const db = createDatabase(knex);
  await knex.migrate.latest({ directory: migrationsDirectory() });
  return db;
}

const silent: CallContext = { record: () => {} };

/** An escalation issue that is stored and there, to be read at `pollAt`. @returns its number */
export async function raise(
  db: Database,
  github: FakeGitHub,
  { correlationId }: Rollback,
  pollAt: number,
): Promise<number> {
  const marker = `ai-operator:${correlationId}:escalation`;
  const issue = await github.raiseIssue(
    {
      repository: INCIDENTS,
      title: '[URGENT]',
      body: 'why',
      labels: ['escalation'],
      marker,
    },
    silent,
  );
  const key = `${correlationId}/escalate/${randomUUID()}`;
  await tick(db, {
    effects: [
      {
        correlationId,
        effect: {
          key,
          kind: 'escalate',
          repository: INCIDENTS,
          reason: 'NEEDS_APPROVAL',
          title: '[URGENT]',
          body: 'why',
          labels: [],
        },
      },
    ],
  });
  const claimed = await claimEffects(db, {
    now: pollAt,
    limit: 100,
    holder: 'test',
    leaseMs: 60_000,
  });
  const found = claimed.find(({ effect }) => effect.key === key);
  if (!found) {
    throw new Error('The escalation was not there to be claimed');
  }
  await finishEffect(db, {
    correlationId,
    key,
    ticket: found.ticket,
    outcome: {
      kind: 'escalate',
      result: 'raised',
      issueUrl: issue.url,
      issueNumber: issue.number,
    },
    now: pollAt,
    audit: [],
    wake: false,
    escalationIssue: { repository: INCIDENTS, ...issue, pollAt },
  });
  return issue.number;
}

/** An open rollback with an issue that is due now. */
export async function escalated(
  db: Database,
  github: FakeGitHub,
  rollback: Partial<Rollback>,
  pollAt: number,
): Promise<{ rollback: Rollback; issue: number }> {
  const opened = await openOne(db, 'payment-service', rollback);
  return { rollback: opened, issue: await raise(db, github, opened, pollAt) };
}

/** The issues that are due, claimed as the loop claims them. */
export async function dueIssues(
  db: Database,
  now: number,
): Promise<ClaimedIssue[]> {
  return claimIssues(db, { now, limit: 10, holder: 'test', leaseMs: 60_000 });
}
