import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  AuditRecord,
  EventName,
  EventPayloads,
  RollbackDetail,
  rollbackDetailSchema,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { DEMO_ACCESS } from '@ai-operator/world';
import request from 'supertest';
import { listAudit } from '../../persistence';
import { Scenario, timeOf } from './scenario';

const run = promisify(execFile);

export const REPOSITORY = 'my-org/payment-service';

/** `10:30:00 Idle -> DegradationDetected`, in order. */
export async function moves({ db }: Scenario): Promise<string[]> {
  const rows = await db.knex('transitions').orderBy('id');
  return rows.map(
    row => `${timeOf(Number(row.at))} ${row.from_state} -> ${row.to_state}`,
  );
}

/** Payload of the first event of this type. */
export function payloadOf<N extends EventName>(
  { events }: Scenario,
  name: N,
): EventPayloads[N] | undefined {
  return events.find(({ type }) => type === name)?.payload as
    | EventPayloads[N]
    | undefined;
}

/** `10:30:00 degradation.detected`, in the order of publishing; state transitions left out. */
export function eventsOf({ events }: Scenario): string[] {
  return events
    .filter(({ type }) => type !== 'fsm.state_transition')
    .map(({ timestamp, type }) => `${timeOf(timestamp)} ${type}`);
}

/** All events in the order of publishing; transitions as `10:30:20 Idle -> DegradationDetected`. */
export function toldOf({ events }: Scenario): string[] {
  return events.map(({ timestamp, type, payload }) =>
    'transition' in payload
      ? `${timeOf(timestamp)} ${payload.from} -> ${payload.to}`
      : `${timeOf(timestamp)} ${type}`,
  );
}

export async function auditOf(
  { db }: Scenario,
  correlationId: string,
): Promise<AuditRecord[]> {
  const rows = await listAudit(db, { correlationId, limit: 1_000 });
  return rows.map(({ record, unreadable }) => {
    if (!record) {
      throw new Error(unreadable);
    }
    return record;
  });
}

/** What the REST API tells about a rollback, checked against the schema. */
export async function restRollback(
  { rest }: Scenario,
  correlationId: string,
): Promise<RollbackDetail> {
  const response = await request(rest).get(`/v1/rollbacks/${correlationId}`);
  expect(response.status).toBe(200);
  return rollbackDetailSchema.parse(response.body);
}

/** Asks the world's GitHub as anybody with a token may. */
export async function askGitHub<T>(
  { url }: Scenario,
  path: string,
): Promise<T> {
  const response = await fetch(`${url}/api/v3${path}`, {
    headers: { authorization: `token ${DEMO_ACCESS.github.readerToken}` },
  });
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

/** Runs git in a fresh clone of the repository, made over HTTP as a developer would. */
export async function inClone<T>(
  { url }: Scenario,
  branch: string,
  work: (git: (...args: string[]) => Promise<string>) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'ai-operator-clone-'));
  try {
    await run('git', [
      'clone',
      '--quiet',
      '--branch',
      branch,
      `${url}/${REPOSITORY}.git`,
      folder,
    ]);
    return await work(async (...args) => {
      const { stdout } = await run('git', ['-C', folder, ...args]);
      return stdout.trim();
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
