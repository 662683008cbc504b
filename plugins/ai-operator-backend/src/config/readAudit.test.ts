import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { rootCertificates } from 'tls';
import { readAudit } from './readAudit';
import { Section } from './section';
import { ConfigProblem } from './types';

const DAY = 24 * 60 * 60_000;

function read(audit?: JsonObject) {
  const problems: ConfigProblem[] = [];
  const root = new Section(
    new ConfigReader({ aiOperator: audit ? { audit } : {} }),
    '',
    problems,
  ).section('aiOperator');
  return { audit: readAudit(root.section('audit')), problems };
}

const nodes = ['https://elasticsearch.example.com:9200/'];

describe('readAudit', () => {
  it('ships nowhere by default, and keeps the trail for 400 days', () => {
    expect(read()).toEqual({
      audit: {
        retention: 400 * DAY,
        productionMergesNeedTrail: true,
        stopMergesAfter: 60_000,
        verifyInterval: 3_600_000,
        elasticsearch: undefined,
        file: undefined,
      },
      problems: [],
    });
  });

  it('needs nothing but an address of Elasticsearch', () => {
    const { audit, problems } = read({ elasticsearch: { nodes } });
    expect(problems).toEqual([]);
    expect(audit.elasticsearch).toEqual({
      nodes: ['https://elasticsearch.example.com:9200'],
      auth: { kind: 'none' },
      ca: undefined,
      indexPrefix: 'ai-operator-audit',
      lifecycle: 90 * DAY,
      requestTimeout: 10_000,
    });
  });

  it('reads everything that can be said', () => {
    const cloudId = `prod:${Buffer.from('eu.example.com$abc$def').toString(
      'base64',
    )}`;
    const { audit, problems } = read({
      retention: { days: 3650 },
      productionMergesNeedTrail: false,
      stopMergesAfter: '5m',
      verifyInterval: '30m',
      elasticsearch: {
        cloudId,
        username: 'operator',
        password: 'hush',
        tls: { ca: rootCertificates.slice(0, 2).join('\n') },
        indexPrefix: 'trail.eu_1',
        lifecycle: { days: 400 },
        requestTimeout: '30s',
        kibanaUrl: 'https://kibana.example.com/',
      },
      file: { path: '/var/lib/trail.jsonl' },
    });
    expect(problems).toEqual([]);
    expect(audit).toMatchObject({
      retention: 3650 * DAY,
      productionMergesNeedTrail: false,
      stopMergesAfter: 300_000,
      verifyInterval: 1_800_000,
      elasticsearch: {
        cloudId,
        auth: { kind: 'basic', username: 'operator' },
        ca: expect.stringContaining('BEGIN CERTIFICATE'),
        indexPrefix: 'trail.eu_1',
        lifecycle: 400 * DAY,
        requestTimeout: 30_000,
        kibanaUrl: 'https://kibana.example.com',
      },
      file: { path: '/var/lib/trail.jsonl' },
    });
    expect(JSON.stringify(audit)).not.toContain('hush');
  });

  it.each([
    ['aWQ6a2V5', 'aWQ6a2V5'],
    ['id:key', 'aWQ6a2V5'],
  ])('takes the API key %s', (apiKey, sent) => {
    const { audit, problems } = read({ elasticsearch: { nodes, apiKey } });
    expect(problems).toEqual([]);
    const { auth } = audit.elasticsearch!;
    expect(auth.kind === 'apiKey' && auth.apiKey.reveal()).toBe(sent);
  });

  it.each([
    [{ retention: '89 days' }, 'retention'],
    [{ retention: '5000 days' }, 'retention'],
    [{ retentoin: '100 days' }, 'retentoin'],
    [{ productionMergesNeedTrail: 'perhaps' }, 'productionMergesNeedTrail'],
    [{ stopMergesAfter: 60 }, 'stopMergesAfter'],
    [{ verifyInterval: '500 days' }, 'verifyInterval'],
    [{ file: {} }, 'file.path'],
    [{ file: { path: 'trail.jsonl' } }, 'file.path'],
    [{ file: { path: '/var/lib/' } }, 'file.path'],
    [{ file: { path: '/a', mode: 'x' } }, 'file.mode'],
    [{ elasticsearch: {} }, 'elasticsearch.nodes'],
    [{ elasticsearch: { nodes, cloudId: 'x' } }, 'elasticsearch.nodes'],
    [{ elasticsearch: { cloudId: 'hush' } }, 'elasticsearch.cloudId'],
    [{ elasticsearch: { cloudId: 'a:YSRi:YSRi' } }, 'elasticsearch.cloudId'],
    [{ elasticsearch: { nodes: ['es:9200'] } }, 'elasticsearch.nodes[0]'],
    [{ elasticsearch: { nodes: ['https://a:hush@b'] } }, 'elasticsearch.nodes'],
    [
      { elasticsearch: { nodes: Array(51).fill(0).map(host) } },
      'elasticsearch.nodes',
    ],
    [{ elasticsearch: { nodes, apiKey: 'hush hush' } }, 'elasticsearch.apiKey'],
    [{ elasticsearch: { nodes, username: 'a' } }, 'elasticsearch.password'],
    [{ elasticsearch: { nodes, password: 'hush' } }, 'elasticsearch.username'],
    [
      { elasticsearch: { nodes, apiKey: 'hush', username: 'a' } },
      'elasticsearch.apiKey',
    ],
    [
      { elasticsearch: { nodes, tls: { ca: './ca.pem' } } },
      'elasticsearch.tls.ca',
    ],
    [
      {
        elasticsearch: {
          nodes,
          tls: {
            ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
          },
        },
      },
      'elasticsearch.tls.ca',
    ],
    [
      { elasticsearch: { nodes, tls: { rejectUnauthorized: false } } },
      'elasticsearch.tls.rejectUnauthorized',
    ],
    [{ elasticsearch: { nodes, indexPrefix: 'Audit' } }, 'indexPrefix'],
    [{ elasticsearch: { nodes, indexPrefix: '-audit' } }, 'indexPrefix'],
    [{ elasticsearch: { nodes, indexPrefix: 'a*' } }, 'indexPrefix'],
    [{ elasticsearch: { nodes, lifecycle: '12h' } }, 'lifecycle'],
    [{ elasticsearch: { nodes, requestTimeout: '0s' } }, 'requestTimeout'],
    [{ elasticsearch: { nodes, kibanaUrl: 'kibana' } }, 'kibanaUrl'],
    [{ elasticsearch: 'https://es' }, 'elasticsearch'],
  ] as Array<[JsonObject, string]>)(
    'stops at %j, names the key and keeps secrets',
    (audit, key) => {
      const { problems } = read(audit);
      expect(problems[0]).toMatchObject({
        severity: 'fatal',
        key: expect.stringMatching(new RegExp(`^aiOperator\\.audit\\.`)),
      });
      expect(problems.map(problem => problem.key).join()).toContain(key);
      expect(JSON.stringify(problems)).not.toContain('hush');
    },
  );
});

function host(_value: number, index: number): string {
  return `https://node-${index}`;
}
