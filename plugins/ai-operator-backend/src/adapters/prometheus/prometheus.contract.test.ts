import { startLocalServer } from '../__testUtils__/localServer';
import {
  startWorldAdapters,
  WorldAdapters,
} from '../__testUtils__/worldAdapters';
import { startRecording } from '../__testUtils__/recording';
import { Secret } from '../../config';
import { PrometheusConfig } from '../../config';
import { DEFAULTS } from '../../config/defaults';
import { Prometheus } from './Prometheus';
import { escapePromString, promDuration, renderQuery } from './renderQuery';

const DAY = 24 * 3_600_000;

describe('Prometheus', () => {
  let bench: WorldAdapters;
  let history: Array<{ revision: string; deployedAt: number }>;

  beforeAll(async () => {
    bench = await startWorldAdapters();
    ({ history } = await bench.argocd.getApplication(
      { instance: 'staging', namespace: 'argocd', name: 'payment-service' },
      bench.call,
    ));
  });
  beforeEach(() => {
    bench.world.faults.clear();
    bench.forget();
  });
  afterAll(async () => {
    await bench.stop();
  });

  const uptime = (revision: string, at: number) =>
    bench.metricsSource.uptime(
      {
        application: 'payment-service',
        environment: 'staging',
        revision,
        at,
        windowMs: DAY,
      },
      bench.call,
    );

  it('tells how well a revision ran in the day after it was deployed', async () => {
    const [shaky, stable] = history;
    const stableUptime = await uptime(stable.revision, stable.deployedAt + DAY);
    expect(stableUptime).toBeCloseTo(0.998, 3);
    const shakyUptime = await uptime(shaky.revision, shaky.deployedAt + DAY);
    expect(shakyUptime).toBeCloseTo(0.95, 2);
    expect(bench.records).toMatchObject([
      { name: 'prometheus.queryUptime', response: { uptime: stableUptime } },
      { result: 'success' },
    ]);
  });

  it('has no figure for a revision that never ran', async () => {
    expect(await uptime('0'.repeat(40), bench.clock.now())).toBeUndefined();
  });

  it.each([
    ['an answer that does not come', { kind: 'hang' }, 'TIMEOUT'],
    ['an outage', { kind: 'status', status: 503 }, 'UNAVAILABLE'],
    ['a query it refuses', { kind: 'status', status: 400 }, 'VALIDATION'],
    ['half a document', { kind: 'malformed' }, 'MALFORMED_ANSWER'],
  ] as const)('reports %s', async (_name, fault, code) => {
    bench.world.faults.add({ system: 'prometheus', ...fault });
    await expect(uptime('abc', bench.clock.now())).rejects.toMatchObject({
      code,
    });
  });
});

describe('what Prometheus may answer', () => {
  const config = (url: string): PrometheusConfig => ({
    url,
    query: DEFAULTS.prometheus.query,
    auth: { kind: 'none' },
    requestTimeout: 1_000,
  });
  const request = {
    application: 'payment-service',
    environment: 'staging',
    revision: 'abc',
    at: 1_500,
    windowMs: DAY,
  };

  async function answering(data: unknown, auth?: PrometheusConfig['auth']) {
    const seen: Array<{ query: unknown; authorization?: string }> = [];
    const server = await startLocalServer((asked, response) => {
      seen.push({
        query: asked.query,
        authorization: asked.get('authorization'),
      });
      response.json({ status: 'success', data });
    });
    const recording = startRecording();
    const prometheus = new Prometheus(
      { ...config(server.url), ...(auth ? { auth } : {}) },
      recording.environment,
    );
    try {
      const result = await prometheus
        .uptime(request, recording.call)
        .catch((error: unknown) => error);
      return { result, seen, records: recording.records };
    } finally {
      await server.close();
    }
  }

  const vector = (...values: string[]) => ({
    resultType: 'vector',
    result: values.map(value => ({ metric: {}, value: [1.5, value] })),
  });

  const labelled = (...series: Array<[string | undefined, string]>) => ({
    resultType: 'vector',
    result: series.map(([environment, value]) => ({
      metric: environment === undefined ? {} : { environment },
      value: [1.5, value],
    })),
  });

  it.each([
    ['no series: no figure', labelled(), undefined],
    ['pods of this environment: their average', [0.9, 1], 0.95],
    [
      'the other environment does not count, neither for better',
      labelled(['staging', '0.95'], ['production', '1']),
      0.95,
    ],
    ['nor for worse', labelled(['staging', '1'], ['production', '0.5']), 1],
    [
      'only the other environment: no figure',
      labelled(['production', '1']),
      undefined,
    ],
    [
      'without the label anything may be ours: the lowest',
      labelled([undefined, '1'], [undefined, '0.5']),
      0.5,
    ],
    [
      'names we do not know may be ours, too',
      labelled(['stg-eu', '0.5'], ['prd-eu', '1']),
      0.5,
    ],
    [
      'what may be ours never betters what is',
      labelled(['staging', '0.9'], [undefined, '1']),
      0.9,
    ],
    ['but may worsen it', labelled(['staging', '1'], [undefined, '0.5']), 0.5],
  ])('%s', async (_name, data, expected) => {
    const { result } = await answering(
      Array.isArray(data)
        ? labelled(
            ...data.map((value): [string, string] => [
              'staging',
              String(value),
            ]),
          )
        : data,
    );
    expect(result).toBe(expected);
  });

  it.each([
    ['NaN', vector('NaN')],
    ['infinity', vector('0.5', '+Inf')],
    ['more than everything', vector('1.2')],
    ['another type', { resultType: 'scalar', result: [1, '1'] }],
    ['no value', { resultType: 'vector', result: [{ metric: {} }] }],
  ])('calls %s malformed', async (_name, data) => {
    expect((await answering(data)).result).toMatchObject({
      code: 'MALFORMED_ANSWER',
      message: expect.stringContaining("'data.result"),
    });
  });

  it('asks as of the time in question, with its credentials', async () => {
    const bearer = await answering(vector('1'), {
      kind: 'bearer',
      token: new Secret('the-token'),
    });
    expect(bearer.seen).toEqual([
      {
        query: {
          query: 'avg_over_time(up{app="payment-service",revision="abc"}[24h])',
          time: '1.5',
        },
        authorization: 'Bearer the-token',
      },
    ]);
    expect(JSON.stringify(bearer.records)).not.toContain('the-token');
    const basic = await answering(vector('1'), {
      kind: 'basic',
      username: 'operator',
      password: new Secret('pass'),
    });
    expect(basic.seen[0].authorization).toBe(
      `Basic ${Buffer.from('operator:pass').toString('base64')}`,
    );
  });

  it('says when none is configured', async () => {
    const recording = startRecording();
    const none = new Prometheus(undefined, recording.environment);
    expect(none.configured()).toBe(false);
    await expect(none.uptime(request, recording.call)).rejects.toMatchObject({
      code: 'MISCONFIGURED',
    });
  });
});

describe('queries', () => {
  it('keeps any value inside its string', () => {
    expect(escapePromString('pay"} or vector(1) #')).toBe(
      'pay\\u0022\\u007d or vector\\u00281\\u0029 \\u0023',
    );
    expect(escapePromString("a\\b'\n`")).toBe('a\\u005cb\\u0027\\u000a\\u0060');
    expect(escapePromString('😀')).toBe('\\U0001f600');
  });

  it('fills placeholders and leaves other braces alone', () => {
    expect(
      renderQuery(
        'avg_over_time(up{app="{app}",env=~"{environment}",x="{other}"}[{window}])',
        {
          app: '{revision}',
          revision: 'r',
          environment: 'staging',
          windowMs: 90_000,
        },
      ),
    ).toBe(
      'avg_over_time(up{app="\\u007brevision\\u007d",env=~"staging",x="{other}"}[90s])',
    );
  });

  it.each([
    [DAY, '24h'],
    [3_600_000, '1h'],
    [5_400_000, '90m'],
    [30_000, '30s'],
    [1_500, '1500ms'],
  ])('%d ms is %s', (ms, text) => {
    expect(promDuration(ms)).toBe(text);
  });
});
