import { Pager } from '@ai-operator/backstage-plugin-ai-operator-node';
import {
  COMPANY,
  DEMO_ACCESS,
  ManualClock,
  startWorld,
  World,
} from '@ai-operator/world';
import { mkdtemp, rm } from 'fs/promises';
import { tmpdir } from 'os';
import { join } from 'path';
import { Secret } from '../../config';
import { PagerPort } from '../../ports';
import { closedAddress, startLocalServer } from '../__testUtils__/localServer';
import { Recording, startRecording } from '../__testUtils__/recording';
import { createPager } from '.';

const NOW = '2026-02-27T11:31:00.000Z';
const INCIDENT = '6a8e7f2c-1111-4222-8333-444455556666';

const request = {
  incident: INCIDENT,
  application: 'payment-service',
  environment: 'production',
  summary: 'payment-service (production) is degraded and nobody has answered',
  details: 'CI failed.\nOpen the portal.',
  link: 'http://localhost:3000/ai-operator/rollbacks/1',
};

function webhook(
  url: string,
  headers: Record<string, string> = {},
): Recording & { pager: PagerPort } {
  const recording = startRecording({ now: () => Date.parse(NOW) });
  const pager = createPager({
    webhook: {
      url,
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name,
          new Secret(value),
        ]),
      ),
    },
    environment: recording.environment,
  });
  return { ...recording, pager };
}

describe('the pager webhook, against the simulated pager', () => {
  let dataDir: string;
  let world: World;
  let url: string;
  let close: () => Promise<void>;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'pager-'));
    ({ world, url, close } = await startWorld({
      clock: new ManualClock(NOW),
      dataDir,
      port: 0,
      cast: { ...COMPANY, services: [] },
    }));
  });
  afterEach(() => world.faults.clear());
  afterAll(async () => {
    await close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const toWorld = () =>
    webhook(`${url}/pager/webhook`, {
      Authorization: `Bearer ${DEMO_ACCESS.pager.token}`,
    });

  it('wakes somebody once, however often it is sent', async () => {
    const { pager, call, records } = toWorld();
    await expect(pager.page(request, call)).resolves.toBe('paged');
    await expect(pager.page(request, call)).resolves.toBe('paged');
    expect(world.pager.incidents()).toEqual([
      {
        event: 'ai-operator.page',
        dedupKey: INCIDENT,
        summary: request.summary,
        severity: 'critical',
        application: 'payment-service',
        environment: 'production',
        link: request.link,
        details: request.details,
        sentAt: NOW,
        firstAt: Date.parse(NOW),
        lastAt: Date.parse(NOW),
        deliveries: 2,
        idempotencyKey: INCIDENT,
      },
    ]);
    expect(records[0]).toMatchObject({
      name: 'pager.page',
      parameters: { pager: 'webhook', incident: INCIDENT },
      result: 'success',
      response: { result: 'paged', status: 202 },
      retryCount: 0,
    });
  });

  it.each([
    [{ kind: 'status', status: 500 }, 'UNAVAILABLE', undefined],
    [{ kind: 'status', status: 504 }, 'TIMEOUT', undefined],
    [
      { kind: 'rate-limit', retryAfterSeconds: 30 },
      'RATE_LIMITED',
      Date.parse(NOW) + 30_000,
    ],
    [{ kind: 'reset' }, 'UNAVAILABLE', undefined],
  ] as const)(
    'tells %j from a page, and leaves trying again to the outbox',
    async (fault, code, retryAt) => {
      const { pager, call, records, slept } = toWorld();
      world.faults.add({ system: 'pager', ...fault });
      await expect(pager.page(request, call)).rejects.toMatchObject({
        name: 'PortError',
        code,
        ...(retryAt !== undefined && { retryAt }),
      });
      expect(records).toMatchObject([{ result: 'failure', errorCode: code }]);
      expect(slept).toEqual([]);
    },
  );

  it('says that it was not let in, and keeps its token to itself', async () => {
    const recording = webhook(`${url}/pager/webhook`, {
      Authorization: 'Bearer the-token',
    });
    await expect(
      recording.pager.page(request, recording.call),
    ).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: expect.stringMatching(/^Pager webhook.* answered 401/),
    });
    expect(JSON.stringify(recording.records)).not.toContain('the-token');
  });

  it('says what the other side did not like', async () => {
    const { pager, call } = toWorld();
    await expect(
      pager.page({ ...request, link: '/no/address' }, call),
    ).rejects.toMatchObject({
      code: 'VALIDATION',
      message: expect.stringContaining('link'),
    });
  });
});

describe('the pager webhook, against any server', () => {
  it('sends its own headers beside the configured ones', async () => {
    const seen: Array<Record<string, unknown>> = [];
    const server = await startLocalServer((received, response) => {
      seen.push({ ...received.headers, body: received.body });
      response.status(204).end();
    });
    const { pager, call } = webhook(`${server.url}/v2`, {
      'X-Routing-Key': 'the-key',
      'Content-Type': 'text/plain',
    });
    await pager.page(
      { ...request, summary: 's'.repeat(2_000), details: 'd'.repeat(20_000) },
      call,
    );
    await server.close();
    expect(server.requests).toEqual(['POST /v2']);
    expect(seen).toMatchObject([
      {
        'x-routing-key': 'the-key',
        'content-type': 'application/json',
        'idempotency-key': INCIDENT,
        body: { summary: `${'s'.repeat(1_023)}…` },
      },
    ]);
    expect(JSON.stringify(seen).length).toBeLessThan(12_500);
  });

  it('follows no redirect', async () => {
    const elsewhere = await startLocalServer((_received, response) =>
      response.end(),
    );
    const server = await startLocalServer((_received, response) =>
      response.redirect(307, `${elsewhere.url}/stolen`),
    );
    const { pager, call } = webhook(server.url);
    await expect(pager.page(request, call)).rejects.toMatchObject({
      code: 'MISCONFIGURED',
    });
    await server.close();
    await elsewhere.close();
    expect(elsewhere.requests).toEqual([]);
  });

  it('does not pass on secrets that an error repeats', async () => {
    const server = await startLocalServer((received, response) =>
      response
        .status(422)
        .send(`key ${received.get('x-routing-key')} of abc-123 is unknown`),
    );
    const { pager, call, records } = webhook(server.url, {
      'X-Routing-Key': 'the-key',
      Authorization: 'Bearer abc-123',
    });
    await expect(pager.page(request, call)).rejects.toThrow(
      'key [secret] of [secret] is unknown',
    );
    await server.close();
    expect(JSON.stringify(records)).not.toMatch(/the-key|abc-123/);
  });

  it('says when nothing listens, and when it is told to stop', async () => {
    const { pager, call } = webhook(await closedAddress());
    await expect(pager.page(request, call)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('nothing listens there'),
    });
    await expect(
      pager.page(request, { ...call, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('does not wait for ever', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
    const server = await startLocalServer(() => {});
    const { pager, call } = webhook(server.url);
    const failure = pager.page(request, call).catch(error => error);
    jest.advanceTimersByTime(10_001);
    jest.useRealTimers();
    expect(await failure).toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining('10000 ms'),
    });
    await server.close();
  });
});

describe("an adopter's pager", () => {
  function custom(page: Pager['page']) {
    const recording = startRecording();
    return {
      ...recording,
      pager: createPager({
        custom: { name: 'PagerDuty', page },
        webhook: { url: 'http://unused.invalid', headers: {} },
        environment: recording.environment,
      }),
    };
  }

  afterEach(() => jest.useRealTimers());

  it('is asked in place of the webhook', async () => {
    const page = jest.fn(async () => {});
    const { pager, call, records } = custom(page);
    await expect(pager.page(request, call)).resolves.toBe('paged');
    const { incident, ...rest } = request;
    expect(page).toHaveBeenCalledWith(
      { id: incident, ...rest },
      { signal: expect.any(AbortSignal) },
    );
    expect(records).toMatchObject([
      {
        name: 'pager.page',
        parameters: { pager: 'PagerDuty', incident },
        result: 'success',
      },
    ]);
  });

  it.each([
    ['rejects', async () => Promise.reject(new Error('no such service'))],
    [
      'throws',
      () => {
        throw new Error('no such service');
      },
    ],
  ])('that %s is told of in its own words', async (_name, page) => {
    const { pager, call, records } = custom(page);
    await expect(pager.page(request, call)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: 'Pager PagerDuty failed: no such service',
    });
    expect(records).toMatchObject([{ errorCode: 'UNAVAILABLE' }]);
  });

  it('is told to stop when its time is over, and not waited for', async () => {
    jest.useFakeTimers();
    let told: AbortSignal | undefined;
    const { pager, call } = custom((_incident, { signal }) => {
      told = signal;
      return new Promise(() => {});
    });
    const failure = pager.page(request, call).catch(error => error);
    await jest.advanceTimersByTimeAsync(9_999);
    expect(told?.aborted).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(await failure).toMatchObject({ code: 'TIMEOUT' });
    expect(told?.aborted).toBe(true);
  });

  it('is told to stop when the caller is', async () => {
    const stop = new AbortController();
    let told: AbortSignal | undefined;
    const { pager, call } = custom((_incident, { signal }) => {
      told = signal;
      return new Promise(() => {});
    });
    const failure = pager
      .page(request, { ...call, signal: stop.signal })
      .catch(error => error);
    stop.abort();
    expect(await failure).toMatchObject({ code: 'CANCELLED' });
    expect(told?.aborted).toBe(true);
  });
});

it('without any pager nobody is woken up, and nothing fails', async () => {
  const { environment, call, records } = startRecording();
  const pager = createPager({ environment });
  await expect(pager.page(request, call)).resolves.toBe('no_pager');
  expect(records).toEqual([]);
});
