import { once } from 'node:events';
import { get, IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { mockCredentials, TestDatabases } from '@backstage/backend-test-utils';
import { appendAuditRecords, Database } from '../persistence';
import { anAudit } from '../persistence/__testUtils__/fixtures';
import supertest from 'supertest';
import { startServer } from './__testUtils__/server';
import { listen, tamper, writeTrail } from './__testUtils__/trail';

// A hundred thousand records are written, read and compared.
jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

type Listening = Awaited<ReturnType<typeof listen>>;

let listening: Listening | undefined;

afterEach(async () => {
  await listening?.close();
  listening = undefined;
});

/** A server on a real socket, since back-pressure and breaking off are the socket's. */
async function start() {
  const server = await startServer(databases);
  listening = await listen(server.app);
  return { ...server, url: listening.url };
}

async function ask(url: string): Promise<IncomingMessage> {
  const request = get(url, {
    headers: { authorization: mockCredentials.user.header() },
  });
  const [response] = await once(request, 'response');
  return response;
}

/** Counts the pages that are read from the trail. */
function countReads({ knex }: Database): { count: number } {
  const reads = { count: 0 };
  knex.on('query', ({ sql }) => {
    if (/^select .* from `audit` where/.test(sql)) {
      reads.count += 1;
    }
  });
  return reads;
}

/** Waits until nothing more is read. */
async function settled(reads: { count: number }): Promise<number> {
  for (let before = -1; before !== reads.count; ) {
    before = reads.count;
    await sleep(200);
  }
  return reads.count;
}

describe('GET /v1/audit/export', () => {
  it('ends with the last entry there was when it was asked for', async () => {
    const { db, url } = await start();
    await writeTrail(db, 20_000);
    const response = await ask(`${url}/v1/audit/export`);
    await appendAuditRecords(db, {
      audit: Array.from({ length: 600 }, () => anAudit()),
    });
    const lines = (await text(response)).trim().split('\n');
    expect(JSON.parse(lines[lines.length - 1]).seq).toBe(20_000);
  });

  it('is a file with a line for each entry, its record exactly as it is stored', async () => {
    const { db, url } = await start();
    await appendAuditRecords(db, {
      audit: [
        anAudit({ correlationId: 'r1', metadata: { b: 1, a: 'ä\u2028"\\\n' } }),
        anAudit({ correlationId: 'r2', reasoning: '"record":{}' }),
        anAudit({ correlationId: 'r1' }),
      ],
    });
    const response = await ask(`${url}/v1/audit/export`);
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      'content-disposition':
        'attachment; filename="ai-operator-audit-1-end.jsonl"',
      'cache-control': 'no-store',
    });
    const rows = await db.knex('audit').orderBy('seq');
    const lines = rows.map(
      ({ seq, prev_hash, hash, record }) =>
        `{"seq":${seq},"prevHash":"${prev_hash}","hash":"${hash}","record":${record}}\n`,
    );
    expect(await text(response)).toBe(lines.join(''));

    const story = await ask(`${url}/v1/audit/export?correlationId=r1`);
    expect(story.headers['content-disposition']).toBe(
      'attachment; filename="ai-operator-audit-r1.jsonl"',
    );
    expect(await text(story)).toBe(lines[0] + lines[2]);
    const part = await ask(`${url}/v1/audit/export?from=2&to=2`);
    expect(part.headers['content-disposition']).toContain('audit-2-2.jsonl');
    expect(await text(part)).toBe(lines[1]);
    const none = await ask(`${url}/v1/audit/export?from=4`);
    expect(await text(none)).toBe('');
  });

  it('has only harmless characters in the name of the file', async () => {
    const { url } = await start();
    const id = encodeURIComponent('../"r1"; x=ä');
    const response = await ask(`${url}/v1/audit/export?correlationId=${id}`);
    response.resume();
    expect(response.headers['content-disposition']).toBe(
      'attachment; filename="ai-operator-audit-.._r1_x_.jsonl"',
    );
  });

  it('shows what was tampered with until it is no record any more', async () => {
    const { db, url } = await start();
    await writeTrail(db, 3);
    const forged = '{}}\n{"seq":2';
    await tamper(db, 'changed', 1);
    await tamper(db, { record: forged }, 2);
    const lines = (await text(await ask(`${url}/v1/audit/export`)))
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(lines.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(lines[0].record.reasoning).toBe('not entry 1');
    expect(lines[1].text).toBe(forged);
    expect(lines[1]).not.toHaveProperty('record');
  });

  it.each([
    ['from=5&to=4', 'to'],
    ['from=0', 'from'],
    ['to=last', 'to'],
    ['limit=5', 'limit'],
  ])('refuses ?%s', async (query, field) => {
    const { get: request } = await startServer(databases);
    const { body } = await request(`/v1/audit/export?${query}`).expect(400);
    expect(body.error).toMatchObject({ code: 'BAD_REQUEST', field });
  });

  it('answers with an error when it cannot begin', async () => {
    const { db, get: request } = await startServer(databases);
    await db.knex.schema.dropTable('audit');
    const { body, headers } = await request('/v1/audit/export').expect(500);
    expect(body.error.code).toBe('INTERNAL');
    expect(headers).not.toHaveProperty('content-disposition');
  });

  it('reads no more than the client takes, and gives a hundred thousand entries whole', async () => {
    const { db, url } = await start();
    await writeTrail(db, 100_000);
    const reads = countReads(db);
    const response = await ask(`${url}/v1/audit/export`);
    response.pause();
    const early = await settled(reads);
    // Of 401 pages: what the buffers of two sockets hold, and that is a few megabytes.
    expect(early).toBeLessThan(100);
    let lines = 0;
    let largestHeap = 0;
    const before = process.memoryUsage().heapUsed;
    for await (const chunk of response) {
      lines += chunk.toString('latin1').split('\n').length - 1;
      largestHeap = Math.max(largestHeap, process.memoryUsage().heapUsed);
    }
    expect(lines).toBe(100_000);
    expect(reads.count).toBe(401);
    // The file itself has some 45 MB.
    expect(largestHeap - before).toBeLessThan(150 * 1024 * 1024);
  });

  it('stops reading when the client goes away, and keeps no place for it', async () => {
    const { db, logger, url } = await start();
    await writeTrail(db, 50_000);
    const reads = countReads(db);
    for (let n = 0; n < 6; n += 1) {
      const response = await ask(`${url}/v1/audit/export`);
      expect(response.statusCode).toBe(200);
      response.on('error', () => {});
      response.destroy();
      await settled(reads);
    }
    expect(reads.count).toBeLessThan(6 * 60);
    const last = await ask(`${url}/v1/audit/export?from=50000`);
    expect(last.statusCode).toBe(200);
    expect((await text(last)).split('\n')).toHaveLength(2);
    expect(logger.error).not.toHaveBeenCalled();
  });

  it('breaks the connection when it fails in the middle, so that nobody takes the part for the whole', async () => {
    const { db, logger, url } = await start();
    await writeTrail(db, 50_000);
    const reads = countReads(db);
    const response = await ask(`${url}/v1/audit/export`);
    response.pause();
    await settled(reads);
    await db.knex.schema.dropTable('audit');
    await expect(text(response)).rejects.toThrow('aborted');
    expect(response.complete).toBe(false);
    expect(logger.error).toHaveBeenCalledWith(
      expect.stringContaining('GET /v1/audit/export failed'),
      expect.anything(),
    );
  });

  it('goes to four clients at once and no more', async () => {
    const { db, url } = await start();
    await writeTrail(db, 50_000);
    const responses = await Promise.all(
      [1, 2, 3, 4].map(() => ask(`${url}/v1/audit/export`)),
    );
    responses.forEach(response => response.pause());
    const fifth = await ask(`${url}/v1/audit/export`);
    expect(fifth.statusCode).toBe(503);
    expect(JSON.parse(await text(fifth)).error.code).toBe('BUSY');
    for (const response of responses) {
      response.on('error', () => {});
      response.destroy();
    }
  });

  it('reads nothing for a client that only wants the headers', async () => {
    const { db, app } = await start();
    await writeTrail(db, 10);
    const { headers, text: body } = await supertest(app)
      .head('/api/ai-operator/v1/audit/export')
      .set('authorization', mockCredentials.user.header())
      .expect(200);
    expect(headers['content-type']).toContain('application/x-ndjson');
    expect(body).toBeFalsy();
  });
});
