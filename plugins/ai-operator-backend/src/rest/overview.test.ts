import { TestDatabases } from '@backstage/backend-test-utils';
import { SystemStatus } from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  aCheck,
  aRecord,
  openOne,
  states,
  tick,
} from '../persistence/__testUtils__/fixtures';
import { POLICY, startServer, T0 } from './__testUtils__/server';
import { decideFor, payment } from './__testUtils__/story';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

describe('GET /v1/overview', () => {
  it('works on an empty database, and does not call what was never looked at ok', async () => {
    const { get } = await startServer(databases);
    const { body } = await get('/v1/overview').expect(200);
    expect(body).toMatchObject({
      now: T0,
      applications: { total: 0, byHealth: {}, byEnvironment: {} },
      needsHuman: [],
      active: [],
      recent: [],
      timing: POLICY.timing,
      modes: POLICY.modes,
      pauses: [],
      caller: {
        entityRef: 'user:default/mock',
        roles: [],
        pause: {
          allowed: false,
          because:
            'pausing and resuming the operator needs the role senior maintainer or admin; you have no role in AI Operator',
        },
      },
    });
    expect(body).not.toHaveProperty('lastTickAt');
    expect(body.systems[0]).toMatchObject({
      kind: 'argocd',
      name: 'main',
      status: 'failing',
      because: 'No look at it has ended yet.',
    });
  });

  it('sorts rollbacks into what needs people, what is under way and what is over', async () => {
    const { db, get } = await startServer(databases);
    const { correlationId } = await payment(db);
    const asked = await openOne(db, 'asked', { environment: 'production' });
    await decideFor(db, asked, states(T0 + 1).awaitingMerge);
    const failed = await openOne(db, 'failed');
    await decideFor(db, failed, states(T0 + 2).abort);
    const done = await openOne(db, 'done');
    await decideFor(db, done, states(T0 + 3).idle);
    await tick(db, {
      now: T0 + 5,
      records: [
        aRecord('sick', {
          lastCheck: aCheck({ health: 'Missing' }),
          environment: undefined,
        }),
      ],
    });
    const { body } = await get('/v1/overview').expect(200);
    const ids = (items: Array<{ correlationId: string }>) =>
      items.map(item => item.correlationId).sort();
    expect(ids(body.needsHuman)).toEqual(
      [asked.correlationId, failed.correlationId].sort(),
    );
    expect(ids(body.active)).toEqual(
      [asked.correlationId, correlationId].sort(),
    );
    expect(
      body.recent.map((item: { correlationId: string }) => item.correlationId),
    ).toEqual([done.correlationId, failed.correlationId]);
    expect(body.applications).toEqual({
      total: 5,
      byHealth: { Healthy: 4, Missing: 1 },
      byEnvironment: { staging: 3, production: 1, unmapped: 1 },
    });
    expect(body.lastTickAt).toBe(T0 + 5);
  });

  it('tells how each system is doing', async () => {
    const { db, get, metrics, time } = await startServer(databases, {
      deps: {
        configured: {
          argocd: [
            { name: 'main', url: 'u' },
            { name: 'broken', url: 'u' },
            { name: 'silent', url: 'u' },
          ],
          prometheus: true,
          problems: [
            {
              severity: 'degraded',
              key: 'aiOperator.prometheus.query',
              because: 'It has no placeholder {app}.',
              howToMend: 'Add {app}.',
            },
          ],
        },
        entities: {
          snapshot: () => ({
            generation: 1,
            selections: [],
            invalid: [],
            problem: 'refused',
          }),
        },
      },
    });
    await tick(db, { instance: 'silent', now: T0 - 3_600_000 });
    await tick(db, { instance: 'main' });
    await tick(db, { instance: 'broken', ok: false, problem: 'HTTP 401' });
    metrics.observe('kubernetes.getDeploymentStatus', 5);
    metrics.observe('github.getPullRequestStatus', 5, 'PERMISSION_DENIED');
    time.now = T0 + 1;
    const { body } = await get('/v1/overview').expect(200);
    const told = new Map(
      (body.systems as SystemStatus[]).map(system => [system.name, system]),
    );
    expect(told.get('main')).toMatchObject({ status: 'ok', checkedAt: T0 });
    expect(told.get('broken')).toMatchObject({
      status: 'failing',
      because: 'HTTP 401 (1 failed look in a row)',
    });
    expect(told.get('silent')).toMatchObject({
      status: 'failing',
      because: 'Nobody has looked at it for 60 minutes.',
    });
    expect(told.get('aiOperator.prometheus.query')).toMatchObject({
      kind: 'config',
      status: 'misconfigured',
      howToMend: 'Add {app}.',
    });
    expect(told.get('catalog')).toMatchObject({ status: 'failing' });
    expect(told.get('Kubernetes')).toMatchObject({ status: 'ok' });
    expect(told.get('GitHub')).toMatchObject({
      status: 'failing',
      because:
        'The latest call failed: github.getPullRequestStatus with PERMISSION_DENIED.',
      howToMend: expect.stringContaining('credentials'),
    });
    expect(told.get('Prometheus')).toMatchObject({
      status: 'ok',
      because: expect.stringContaining('not needed yet'),
    });
  });

  it('says that uptime is not measured where Prometheus is not configured', async () => {
    const { get } = await startServer(databases);
    const { body } = await get('/v1/overview').expect(200);
    expect(body.systems).toContainEqual(
      expect.objectContaining({
        kind: 'prometheus',
        status: 'not_configured',
        howToMend: 'Set aiOperator.prometheus.url.',
      }),
    );
  });

  it('says who asks and what they may do besides single rollbacks', async () => {
    const { get } = await startServer(databases);
    const { body } = await get('/v1/overview', 'user:default/alice').expect(
      200,
    );
    expect(body.caller).toEqual({
      entityRef: 'user:default/alice',
      login: 'alice-gh',
      roles: ['senior_maintainer'],
      pause: {
        allowed: true,
        because: 'You may pause and resume everything, or one application.',
      },
    });
  });

  it('takes no parameters', async () => {
    const { get } = await startServer(databases);
    const { body } = await get('/v1/overview?x=1').expect(400);
    expect(body.error.field).toBe('x');
  });
});
