/** @jest-environment node */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ResponseError } from '@backstage/errors';
import {
  auditPage,
  auditStory,
  busyOverview,
  CORRELATION_ID,
  decision,
  doctorReport,
  entityAnswer,
  exportLines,
  fleetApplications,
  pauseOfOrders,
  SCENARIOS,
  trailBroken,
  trailSetAside,
  trailUnknown,
  trailWaiting,
  trailWell,
  verifiedBroken,
  waitingForCi,
} from '../../dev/fixtures';
import { errorCode, errorMessage } from './errors';
import { AiOperatorClient } from './AiOperatorClient';

const NOW = 1_700_000_000_000;

describe('AiOperatorClient', () => {
  let server: Server;
  let client: AiOperatorClient;
  let requests: string[];
  let received: Array<{ headers: IncomingHttpHeaders; body: string }>;
  let answer: { status: number; body: string };
  let breaksAfter: string | undefined;

  beforeEach(async () => {
    requests = [];
    received = [];
    breaksAfter = undefined;
    server = createServer(async (request, response) => {
      requests.push(`${request.method} ${request.url}`);
      const body = await text(request);
      received.push({ headers: request.headers, body });
      if (breaksAfter !== undefined) {
        response.writeHead(200);
        response.write(breaksAfter, () => response.destroy());
        return;
      }
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(answer.body);
    });
    await new Promise<void>(resolve =>
      server.listen(0, '127.0.0.1', () => resolve()),
    );
    const { port } = server.address() as AddressInfo;
    client = new AiOperatorClient({
      discoveryApi: {
        getBaseUrl: async plugin => `http://127.0.0.1:${port}/api/${plugin}`,
      },
      fetchApi: { fetch },
    });
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });

  function answerWith(body: unknown, status = 200) {
    answer = { status, body: JSON.stringify(body) };
  }

  it.each(SCENARIOS)('reads the applications of an entity: $id', async s => {
    const entityRef = 'component:default/payment-service';
    const body = entityAnswer(s, entityRef, NOW);
    answerWith(body);
    await expect(client.getEntityApplications(entityRef)).resolves.toEqual(
      JSON.parse(JSON.stringify(body)),
    );
    expect(requests).toEqual([
      'GET /api/ai-operator/v1/entities/component/default/payment-service/applications',
    ]);
  });

  it('asks for one page with the filters that are set', async () => {
    answerWith({ items: fleetApplications(NOW), totalItems: 26 });
    await client.listApplications({
      environment: 'staging',
      health: undefined,
      text: 'a & b',
      sort: 'health',
      order: 'asc',
      limit: 20,
      cursor: 'abc',
    });
    expect(requests).toEqual([
      'GET /api/ai-operator/v1/applications?environment=staging&text=a+%26+b&sort=health&order=asc&limit=20&cursor=abc',
    ]);
  });

  it('reads one rollback and escapes what is put into the address', async () => {
    answerWith(waitingForCi(NOW));
    await expect(client.getRollback(CORRELATION_ID)).resolves.toMatchObject({
      state: 'PRCreated',
    });
    await client.getRollback('../overview');
    expect(requests[1]).toBe('GET /api/ai-operator/v1/rollbacks/..%2Foverview');
  });

  it('reads the overview', async () => {
    answerWith(busyOverview(NOW));
    await expect(client.getOverview()).resolves.toMatchObject({
      applications: { total: 26 },
    });
  });

  describe('a command', () => {
    const result = {
      correlationId: CORRELATION_ID,
      command: decision(NOW, { result: 'pending' }),
      message: 'Recorded.',
      review: { submitted: false, because: 'There was no token.' },
      githubDemands: ['1 approving review'],
    };

    it.each([
      ['APPROVE', 'approve'],
      ['ABORT', 'abort'],
      ['MANUAL', 'manual'],
      ['RESET', 'reset'],
    ] as const)('%s goes to its own address', async (action, path) => {
      answerWith(result, 202);
      await expect(
        client.command(CORRELATION_ID, action, {
          reason: 'because',
          expectedVersion: 5,
        }),
      ).resolves.toEqual(result);
      expect(requests).toEqual([
        `POST /api/ai-operator/v1/rollbacks/${CORRELATION_ID}/${path}`,
      ]);
      const [{ headers, body }] = received;
      expect(headers['content-type']).toBe('application/json');
      expect(JSON.parse(body)).toEqual({
        reason: 'because',
        expectedVersion: 5,
      });
      expect(headers).not.toHaveProperty('x-ai-operator-github-token');
    });

    it('takes the token in its header and nowhere else', async () => {
      answerWith(result, 202);
      await client.command(
        CORRELATION_ID,
        'APPROVE',
        { expectedVersion: 5 },
        { githubToken: 'gho_secret' },
      );
      const [{ headers, body }] = received;
      expect(headers['x-ai-operator-github-token']).toBe('gho_secret');
      expect(headers.authorization).toBeUndefined();
      expect(`${requests} ${body}`).not.toContain('gho_secret');
    });

    it('keeps code and message of a refusal, without the token', async () => {
      answerWith(
        {
          error: {
            name: 'ConflictError',
            message: 'erin aborted it 3 s ago',
            code: 'VERSION_CONFLICT',
          },
          response: { statusCode: 409 },
        },
        409,
      );
      const error = await client
        .command(CORRELATION_ID, 'APPROVE', {}, { githubToken: 'gho_secret' })
        .catch(e => e);
      expect(errorCode(error)).toBe('VERSION_CONFLICT');
      expect(errorMessage(error)).toBe('erin aborted it 3 s ago (HTTP 409)');
      expect(JSON.stringify(error) + error.stack).not.toContain('gho_secret');
    });

    it('names the question of an answer it does not know', async () => {
      answerWith({ ...result, message: undefined }, 202);
      await expect(
        client.command(CORRELATION_ID, 'RESET', { reason: 'x' }),
      ).rejects.toThrow(
        `answered POST /v1/rollbacks/${CORRELATION_ID}/reset in a shape`,
      );
    });
  });

  it('reads, sets and ends pauses', async () => {
    const list = { now: NOW, items: [pauseOfOrders(NOW)] };
    answerWith(list);
    await expect(client.getPauses()).resolves.toEqual(list);
    const request = {
      application: pauseOfOrders(NOW).application,
      paused: true,
      reason: 'load test',
      until: NOW + 60_000,
    };
    await expect(client.setPause(request)).resolves.toEqual(list);
    expect(requests).toEqual([
      'GET /api/ai-operator/v1/pause',
      'PUT /api/ai-operator/v1/pause',
    ]);
    expect(JSON.parse(received[1].body)).toEqual(request);
  });

  it("reads the doctor's report", async () => {
    answerWith(doctorReport(NOW));
    await expect(client.getDoctor()).resolves.toEqual(doctorReport(NOW));
    expect(requests).toEqual(['GET /api/ai-operator/v1/doctor']);
  });

  describe('the audit trail', () => {
    it('is read page by page', async () => {
      const page = auditPage(NOW, auditStory(NOW), { limit: 5 });
      answerWith(page);
      await expect(
        client.listAudit({
          correlationId: CORRELATION_ID,
          order: 'newest',
          limit: 5,
          cursor: undefined,
        }),
      ).resolves.toEqual(JSON.parse(JSON.stringify(page)));
      expect(requests).toEqual([
        `GET /api/ai-operator/v1/audit?correlationId=${CORRELATION_ID}&order=newest&limit=5`,
      ]);
    });

    it.each([
      ['well', trailWell(NOW)],
      ['unknown', trailUnknown(NOW)],
      ['broken', trailBroken(NOW)],
      ['waiting', trailWaiting(NOW)],
      ['set aside', trailSetAside(NOW)],
    ])('tells how it is: %s', async (_, status) => {
      answerWith(status);
      await expect(client.getAuditStatus()).resolves.toEqual(status);
      expect(requests).toEqual(['GET /api/ai-operator/v1/audit/status']);
    });

    it('is recomputed from where the part before ended', async () => {
      answerWith(verifiedBroken(NOW, 17));
      await expect(
        client.verifyAudit({ correlationId: CORRELATION_ID, from: 31 }),
      ).resolves.toEqual(verifiedBroken(NOW, 17));
      expect(requests).toEqual([
        `GET /api/ai-operator/v1/audit/verify?correlationId=${CORRELATION_ID}&from=31`,
      ]);
    });

    it('is exported as it is', async () => {
      const lines = exportLines(auditStory(NOW));
      answer = { status: 200, body: lines };
      const content = await client.exportAudit(CORRELATION_ID);
      expect(await content.text()).toBe(lines);
      expect(requests).toEqual([
        `GET /api/ai-operator/v1/audit/export?correlationId=${CORRELATION_ID}`,
      ]);
    });

    it('is not taken for exported when the backend refuses', async () => {
      answerWith(
        {
          error: { name: 'NotAllowedError', message: 'ai-operator.read' },
          response: { statusCode: 403 },
        },
        403,
      );
      const error = await client.exportAudit(CORRELATION_ID).catch(e => e);
      expect(errorMessage(error)).toBe('ai-operator.read (HTTP 403)');
    });

    it('is not taken for exported when the connection breaks', async () => {
      breaksAfter = '{"seq":1}\n';
      await expect(client.exportAudit(CORRELATION_ID)).rejects.toThrow();
    });
  });

  it('rejects with what the backend said', async () => {
    answerWith(
      {
        error: { name: 'NotFoundError', message: 'There is no rollback x' },
        response: { statusCode: 404 },
      },
      404,
    );
    const error = await client.getRollback('x').catch(e => e);
    expect(error).toBeInstanceOf(ResponseError);
    expect(error.body.error.message).toBe('There is no rollback x');
  });

  it('names the field of a malformed answer', async () => {
    const overview = busyOverview(NOW);
    answerWith({
      ...overview,
      needsHuman: [{ ...overview.needsHuman[0], state: 'Dancing' }],
    });
    const error = await client.getOverview().catch(e => e);
    expect(error.name).toBe('MalformedAnswerError');
    expect(error.message).toContain('GET /v1/overview');
    expect(error.message).toContain('needsHuman.0.state');
  });

  it('says so when the answer is not JSON', async () => {
    answer = { status: 200, body: '<html>' };
    const error = await client.getOverview().catch(e => e);
    expect(error.message).toContain(
      'answered GET /v1/overview with something that is not JSON',
    );
    expect(error.cause).toMatchObject({ name: 'SyntaxError' });
  });

  it('gives up when it is told to', async () => {
    answerWith(busyOverview(NOW));
    const controller = new AbortController();
    controller.abort(new Error('left the page'));
    await expect(
      client.getOverview({ signal: controller.signal }),
    ).rejects.toThrow('left the page');
    expect(requests).toEqual([]);
  });
});
