import { TestDatabases } from '@backstage/backend-test-utils';
import * as common from '@ai-operator/backstage-plugin-ai-operator-common';
import { Router } from 'express';
import { z } from 'zod';
import {
  aCheck,
  aKey,
  aRecord,
  openOne,
  states,
  tick,
} from '../persistence/__testUtils__/fixtures';
import { registerAuditSinks } from '../persistence';
import { contractOf } from './__testUtils__/contract';
import { aComponent, As, startServer, T0 } from './__testUtils__/server';
import { decideFor, payment } from './__testUtils__/story';
import { openApiDocument, openApiPath } from './openapi';
import { createRouter } from './router';
import { ROUTES } from './routes';

// One after the other asks for everything there is.
jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const document = openApiDocument();

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
  handle?: { stack?: Layer[] };
}

function routesOf({ stack }: { stack: Layer[] }): string[] {
  return stack.flatMap(layer => [
    ...(layer.route
      ? Object.keys(layer.route.methods).map(
          method => `${method} ${openApiPath(layer.route?.path ?? '')}`,
        )
      : []),
    ...(layer.handle?.stack ? routesOf({ stack: layer.handle.stack }) : []),
  ]);
}

/** A backend in which every part of every answer has something to show. */
async function fullServer() {
  const server = await startServer(databases, {
    entities: [aComponent('payment', { 'argocd/app-name': 'payment-service' })],
    deps: {
      configured: {
        argocd: [{ name: 'main', url: 'https://argocd.example.com' }],
        prometheus: false,
        problems: [],
        auditSinks: [
          { kind: 'elasticsearch', name: 'es' },
          { kind: 'file', name: 'file' },
        ],
        kibana: {
          url: 'https://kibana.example.com',
          indexPattern: 'ai-operator-audit-*',
          keptFor: 90 * 86_400_000,
        },
      },
      doctor: async () => [
        {
          id: 'argocd.reachable.main',
          area: 'argocd',
          name: 'main',
          title: 'Argo CD answers',
          status: 'problem',
          because: 'It does not.',
          howToMend: 'Look there.',
          checkedAt: T0,
        },
      ],
    },
  });
  const { db, send, time } = server;
  const { correlationId } = await payment(db);
  const asked = await openOne(db, 'asked', { environment: 'production' });
  await decideFor(db, asked, states(T0 + 1).awaitingHuman, {
    evidence: {
      escalation: {
        reason: 'NEEDS_HUMAN_REVIEW',
        because: 'held',
        recommendedAction: 'look',
        at: T0,
        firstAt: T0,
      },
    },
  });
  const failed = await openOne(db, 'failed');
  await decideFor(db, failed, states(T0 + 2).abort);
  const done = await openOne(db, 'done');
  await decideFor(db, done, states(T0 + 3).idle);
  await tick(db, {
    records: [
      aRecord('unmapped', {
        environment: undefined,
        revision: undefined,
        source: { known: false, because: 'none', at: T0 },
        lastCheck: aCheck({
          health: 'NotMeasured',
          replicas: { known: false, because: 'forbidden', at: T0 },
        }),
        findings: [{ rule: 'AC-04', because: 'b', howToMend: 'h' }],
      }),
    ],
  });
  await registerAuditSinks(db, {
    sinks: [{ kind: 'elasticsearch', name: 'es' }],
    now: 0,
  });
  await db.knex('audit_sinks').update({
    problem: 'Elasticsearch does not answer.',
    failing_since: T0,
    shipped_seq: 1,
    shipped_at: T0,
  });
  await db
    .knex('audit_set_aside')
    .insert({ sink: 'es', seq: 1, at: T0, tried_at: T0, because: 'no' });
  time.now = T0 + 190_000;
  const alice = 'user:default/alice';
  const application = aKey('payment-service');
  for (const pause of [{}, { application, until: T0 + 3_600_000 }]) {
    await send(
      'put',
      '/v1/pause',
      { ...pause, paused: true, reason: 'r' },
      alice,
    ).expect(200);
  }
  await send(
    'post',
    `/v1/rollbacks/${correlationId}/abort`,
    { reason: 'r' },
    alice,
  ).expect(202);
  return { ...server, correlationId, ids: [asked, failed, done] };
}

describe('the OpenAPI document', () => {
  it('lists the routes of the router, all of them and no others', async () => {
    const { deps } = await startServer(databases);
    const router: Router = createRouter(deps);
    const documented = Object.entries(document.paths).flatMap(
      ([path, methods]) =>
        Object.keys(methods).map(method => `${method} ${path}`),
    );
    expect(routesOf(router as unknown as { stack: Layer[] }).sort()).toEqual(
      documented.sort(),
    );
  });

  it('is served as it is', async () => {
    const { get } = await startServer(databases);
    const { body } = await get('/v1/openapi.json').expect(200);
    expect(body).toEqual(JSON.parse(JSON.stringify(document)));
    expect(body.openapi).toBe('3.1.0');
  });

  it('describes every answer, whatever there is to show', async () => {
    const { answer } = contractOf(document);
    const { get, correlationId, ids } = await fullServer();
    const asked: Array<[path: string, url: string, status: number, as?: As]> = [
      ['/v1/applications', '/v1/applications', 200],
      ['/v1/applications', '/v1/applications?limit=1&sort=health', 200],
      ['/v1/applications', '/v1/applications?limit=0', 400],
      ['/v1/applications', '/v1/applications?entity=none', 404],
      [
        '/v1/applications/{instance}/{namespace}/{name}',
        '/v1/applications/main/argocd/payment-service',
        200,
      ],
      [
        '/v1/applications/{instance}/{namespace}/{name}',
        '/v1/applications/main/argocd/unmapped',
        200,
      ],
      [
        '/v1/applications/{instance}/{namespace}/{name}',
        '/v1/applications/main/argocd/none',
        404,
      ],
      [
        '/v1/entities/{kind}/{namespace}/{name}/applications',
        '/v1/entities/component/default/payment/applications',
        200,
      ],
      [
        '/v1/entities/{kind}/{namespace}/{name}/applications',
        '/v1/entities/component/default/none/applications',
        404,
      ],
      ['/v1/rollbacks', '/v1/rollbacks', 200],
      ['/v1/rollbacks', '/v1/rollbacks?limit=2', 200],
      ['/v1/rollbacks', '/v1/rollbacks?open=perhaps', 400],
      ...[correlationId, ...ids.map(item => item.correlationId)].map(
        (id): [string, string, number] => [
          '/v1/rollbacks/{correlationId}',
          `/v1/rollbacks/${id}`,
          200,
        ],
      ),
      ['/v1/rollbacks/{correlationId}', '/v1/rollbacks/none', 404],
      ['/v1/overview', '/v1/overview', 200],
      ['/v1/overview', '/v1/overview', 401, 'nobody'],
      ['/v1/pause', '/v1/pause', 200],
      ['/v1/doctor', '/v1/doctor', 200],
      ['/v1/audit', '/v1/audit', 200],
      ['/v1/audit', '/v1/audit?order=oldest&limit=3', 200],
      ['/v1/audit', `/v1/audit?correlationId=${correlationId}`, 200],
      ['/v1/audit', '/v1/audit?limit=1000', 400],
      ['/v1/audit/verify', '/v1/audit/verify', 200],
      ['/v1/audit/verify', '/v1/audit/verify?from=2&limit=1', 200],
      ['/v1/audit/verify', '/v1/audit/verify?limit=0', 400],
      ['/v1/audit/status', '/v1/audit/status', 200],
      ['/v1/audit/export', '/v1/audit/export?from=2&to=1', 400],
      ['/v1/audit/export', '/v1/audit/export', 401, 'nobody'],
      ['/v1/openapi.json', '/v1/openapi.json', 200],
      ['/metrics', '/metrics', 401, 'nobody'],
      ['/metrics', '/metrics', 403, 'user'],
      ['/healthz', '/healthz', 200, 'nobody'],
      ['/readyz', '/readyz', 200, 'nobody'],
    ];
    for (const [path, url, status, as] of asked) {
      const response = await get(url, as);
      expect([url, response.status]).toEqual([url, status]);
      expect([url, answer(path, status, response.body)]).toEqual([url, []]);
    }
    // No route was left out.
    const driven = new Set(asked.map(([path]) => path));
    expect([...driven].sort()).toEqual(
      Object.keys(document.paths)
        .filter(path => 'get' in document.paths[path])
        .sort(),
    );
  });

  it('calls a download by its type, and says when there are too many', async () => {
    const { get } = await fullServer();
    const { headers } = await get('/v1/audit/export').expect(200);
    const { responses } = document.paths['/v1/audit/export'].get as {
      responses: Record<string, { content: object; description: string }>;
    };
    expect(Object.keys(responses[200].content)).toEqual([
      headers['content-type'],
    ]);
    expect(responses[503].description).toContain('BUSY');
  });

  it('would notice an answer that says more or less than it should', async () => {
    const { answer } = contractOf(document);
    const { get } = await fullServer();
    const { body } = await get('/v1/overview').expect(200);
    expect(answer('/v1/overview', 200, body)).toEqual([]);
    expect(answer('/v1/overview', 200, { ...body, more: 1 })).not.toEqual([]);
    const { now: _left, ...less } = body;
    expect(answer('/v1/overview', 200, less)).not.toEqual([]);
    body.needsHuman[0].state = 'Confused';
    expect(answer('/v1/overview', 200, body)).not.toEqual([]);
  });

  it('names every schema of an answer, and resolves every name', () => {
    const used = new Set(
      [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
        match => match[1],
      ),
    );
    for (const reference of used) {
      expect(reference).toMatch(/^#\/components\/schemas\/\w+$/);
      expect(document.components.schemas).toHaveProperty(
        reference.replace('#/components/schemas/', ''),
      );
    }
    for (const route of ROUTES) {
      expect(
        document.paths[openApiPath(route.path)][route.method],
      ).toMatchObject({
        operationId: route.operationId,
      });
    }
  });

  it('knows every object schema the API exports', () => {
    const exported = Object.entries(common).filter(
      ([name, value]) =>
        value instanceof z.ZodObject &&
        !['auditRecordSchema', 'operatorEventSchema'].includes(name),
    );
    const names = exported.map(([name]) =>
      name.replace(/Schema$/, '').replace(/^./, letter => letter.toUpperCase()),
    );
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining(
        names.map(name => (name === 'ErrorBody' ? 'Error' : name)),
      ),
    );
  });

  it('tells the limits of every parameter', () => {
    const { parameters } = document.paths['/v1/applications'].get as {
      parameters: Array<{ name: string; schema: Record<string, unknown> }>;
    };
    const schemas = new Map(
      parameters.map(({ name, schema }) => [name, schema]),
    );
    expect(schemas.get('limit')).toMatchObject({
      type: 'integer',
      minimum: 1,
      maximum: 200,
      default: 50,
    });
    expect(schemas.get('health')).toMatchObject({
      type: 'array',
      items: { enum: [...common.MEASURED_HEALTH] },
    });
    expect(schemas.get('environment')).toMatchObject({
      enum: [...common.ENVIRONMENTS],
    });
  });
});
