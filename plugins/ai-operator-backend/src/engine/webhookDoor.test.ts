import { mockServices } from '@backstage/backend-test-utils';
import { Rollback } from '../core';
import { claimRollbacks, Database, finishIssueLook } from '../persistence';
import {
  openOne,
  SHA,
  states,
  T0,
} from '../persistence/__testUtils__/fixtures';
import { FakeGitHub } from '../ports/fakes';
import {
  dueIssues,
  escalated,
  INCIDENTS,
  openMemory,
} from './__testUtils__/escalated';
import { RepositoryNews, WebhookDoor } from './webhookDoor';

const REPOSITORY = 'my-org/payment-service';
const NOW = T0 + 60_000;
const LATER = NOW + 3_600_000;

describe('WebhookDoor', () => {
  let db: Database;
  let door: WebhookDoor;
  let onWoken: jest.Mock;
  let rollback: Rollback;
  let issue: number;

  /** Ids of the rollbacks that are due at `now`; they stay as they are. */
  async function dueRollbacks(): Promise<string[]> {
    const rows = await db
      .knex('rollbacks')
      .where('wake_at', '<=', NOW)
      .select('correlation_id');
    return rows.map(row => row.correlation_id);
  }

  async function issuesDue(): Promise<string[]> {
    const due = await dueIssues(db, NOW);
    return due.map(({ correlationId }) => correlationId);
  }

  beforeEach(async () => {
    db = await openMemory();
    onWoken = jest.fn();
    door = new WebhookDoor({
      db,
      clock: { now: () => NOW },
      logger: mockServices.logger.mock(),
      onWoken,
    });
    const github = new FakeGitHub();
    ({ rollback, issue } = await escalated(
      db,
      github,
      { environment: 'production', state: states(T0).awaitingMerge },
      LATER,
    ));
    await db.knex('rollbacks').update({
      wake_at: LATER,
      woken: false,
      pull_repository: REPOSITORY,
      pull_number: 42,
      pull_head_sha: SHA.head,
    });
  });

  afterEach(async () => {
    await db.knex.destroy();
  });

  it.each<[string, RepositoryNews]>([
    [
      'a review or a change of its pull request',
      { repository: REPOSITORY, pullRequest: 42, headSha: SHA.head },
    ],
    [
      'a push that gave its pull request another head',
      { repository: REPOSITORY, pullRequest: 42, headSha: SHA.bad },
    ],
    ['CI of its head', { repository: REPOSITORY, headSha: SHA.head }],
    ['a comment on its pull request', { repository: REPOSITORY, issue: 42 }],
    [
      'another spelling of its repository',
      { repository: 'My-Org/Payment-Service', pullRequest: 42 },
    ],
  ])('%s makes a rollback due at once', async (_name, news) => {
    await door.receive(news);
    expect(await dueRollbacks()).toEqual([rollback.correlationId]);
    expect(await issuesDue()).toEqual([]);
    expect(onWoken).toHaveBeenCalledTimes(1);
  });

  it('a comment on its issue makes the issue due, and not the rollback', async () => {
    await door.receive({ repository: INCIDENTS, issue });
    expect(await dueRollbacks()).toEqual([]);
    expect(await issuesDue()).toEqual([rollback.correlationId]);
    expect(onWoken).toHaveBeenCalledTimes(1);
  });

  it.each<[string, RepositoryNews]>([
    ['another pull request', { repository: REPOSITORY, pullRequest: 43 }],
    ['another commit', { repository: REPOSITORY, headSha: SHA.bad }],
    ['another issue', { repository: INCIDENTS, issue: 999 }],
    [
      'the same number elsewhere',
      { repository: 'my-org/cart-service', pullRequest: 42, issue: 42 },
    ],
    ['nothing in particular', { repository: REPOSITORY }],
  ])('%s wakes nobody', async (_name, news) => {
    await door.receive(news);
    expect(await dueRollbacks()).toEqual([]);
    expect(await issuesDue()).toEqual([]);
    expect(onWoken).not.toHaveBeenCalled();
  });

  it('leaves rollbacks alone that have ended, and wakes aborted ones', async () => {
    await openOne(db, 'cart-service', { state: states(T0).abort });
    await db
      .knex('rollbacks')
      .update({ pull_repository: REPOSITORY, pull_number: 42, wake_at: LATER });
    await db
      .knex('rollbacks')
      .where({ correlation_id: rollback.correlationId })
      .update({ state: 'Idle' });
    await door.receive({ repository: REPOSITORY, pullRequest: 42 });
    const due = await dueRollbacks();
    expect(due).toHaveLength(1);
    expect(due).not.toContain(rollback.correlationId);
  });

  it('takes no work away from whoever has it, and lets them look again', async () => {
    await db.knex('rollbacks').update({ wake_at: NOW });
    const claim = () =>
      claimRollbacks(db, {
        now: NOW,
        limit: 1,
        holder: 'another replica',
        leaseMs: 60_000,
      });
    expect(await claim()).toHaveLength(1);
    await door.receive({ repository: REPOSITORY, pullRequest: 42 });
    expect(await claim()).toEqual([]);
    await expect(db.knex('rollbacks').first()).resolves.toMatchObject({
      woken: 1,
      lease_holder: 'another replica',
    });

    await db.knex('escalation_issues').update({ poll_at: NOW });
    const [reading] = await dueIssues(db, NOW);
    await door.receive({ repository: INCIDENTS, issue });
    expect(await issuesDue()).toEqual([]);
    await finishIssueLook(db, { ...reading, pollAt: LATER });
    expect(await issuesDue()).toEqual([rollback.correlationId]);
  });

  it('changes nothing but when somebody looks: twice is as once', async () => {
    const news = { repository: REPOSITORY, pullRequest: 42 };
    await door.receive(news);
    const once = await db.knex('rollbacks').first();
    await door.receive(news);
    expect(await db.knex('rollbacks').first()).toEqual(once);
    expect(once).toMatchObject({ version: 1, steering: 1 });
  });

  it('remembers when the latest one came, whatever it was about', async () => {
    expect(door.lastAt).toBeUndefined();
    await door.receive({ repository: 'my-org/other', pullRequest: 1 });
    expect(door.lastAt).toBe(NOW);
  });

  it('does not hide that the database is away', async () => {
    await db.knex.destroy();
    await expect(
      door.receive({ repository: REPOSITORY, pullRequest: 42 }),
    ).rejects.toThrow();
    expect(onWoken).not.toHaveBeenCalled();
  });
});
