import { DEMO_ACCESS } from '../credentials';
import { castOf, startTestWorld, type TestWorld } from '../testing/testWorld';

const APPS = '/argocd/staging/api/v1/applications';
const json = { 'content-type': 'application/json' };

describe('the API of Argo CD', () => {
  let test: TestWorld;

  beforeAll(async () => {
    test = await startTestWorld({
      cast: castOf(
        'payment-service',
        'ledger',
        'fraud-check',
        'media-resizer',
        'ingress-gateway',
      ),
    });
  });
  afterAll(() => test.stop());

  function names(body: { items: { metadata: { name: string } }[] }) {
    return body.items.map(item => item.metadata.name);
  }

  describe('who may ask', () => {
    it('nobody without a token', async () => {
      const answer = await test.ask(APPS);
      expect(answer.status).toBe(401);
      expect(answer.body).toEqual({
        error: 'no session information',
        code: 16,
        message: 'no session information',
      });
    });

    it('nobody with a wrong one', async () => {
      const answer = await test.ask(APPS, {
        headers: { authorization: 'Bearer wrong' },
      });
      expect(answer.status).toBe(401);
      expect(answer.body).toMatchObject({
        code: 16,
        message: expect.stringContaining('invalid session'),
      });
    });

    it('whoever logs in, by header and by cookie, until a day has passed', async () => {
      const { username, password } = DEMO_ACCESS.argocd;
      const session = await test.ask('/argocd/staging/api/v1/session', {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ username, password }),
      });
      expect(session.status).toBe(200);
      const { token } = session.body;
      const byHeader = { headers: { authorization: `Bearer ${token}` } };
      const byCookie = { headers: { cookie: `a=b; argocd.token=${token}` } };
      expect((await test.ask(APPS, byHeader)).status).toBe(200);
      expect((await test.ask(APPS, byCookie)).status).toBe(200);
      const user = await test.ask(
        '/argocd/staging/api/v1/session/userinfo',
        byHeader,
      );
      expect(user.body).toEqual({
        loggedIn: true,
        username: 'operator',
        iss: 'argocd',
      });
      expect(
        (await test.ask('/argocd/production/api/v1/applications', byHeader))
          .status,
      ).toBe(401);
    });

    it('not who has the wrong password', async () => {
      const answer = await test.ask('/argocd/staging/api/v1/session', {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ username: 'operator', password: 'guess' }),
      });
      expect(answer.status).toBe(401);
      expect(answer.body).toMatchObject({
        code: 16,
        message: 'Invalid username or password',
      });
    });

    it('anybody for the version and for who they are', async () => {
      expect((await test.ask('/argocd/staging/api/version')).body).toEqual({
        Version: expect.stringMatching(/^v3\./),
      });
      expect(
        (await test.ask('/argocd/staging/api/v1/session/userinfo')).body,
      ).toEqual({});
    });
  });

  describe('the list', () => {
    it('is sorted by name and whole when no fields are asked for', async () => {
      const { body } = await test.argo('/applications');
      expect(names(body)).toEqual([
        'fraud-check',
        'ingress-gateway',
        'ledger',
        'media-resizer',
        'payment-service',
      ]);
      expect(body.items[0].status.history.length).toBeGreaterThan(0);
      expect(body.items[0].status.resources[0].health).toBeUndefined();
    });

    it('carries only the fields asked for, and ignores what cannot be asked for', async () => {
      const fields = [
        'items.metadata.name',
        'items.metadata.annotations',
        'items.spec.project',
        'items.status.health',
        'items.status.sync.status',
        'items.status.sync.revision',
        'items.status.operationState.phase',
        'items.status.history',
        'items.status.sync.revisions',
        'metadata.name',
      ].join(',');
      const { body } = await test.argo(
        `/applications?name=payment-service&fields=${fields}`,
      );
      expect(body).toEqual({
        metadata: { resourceVersion: expect.any(String) },
        items: [
          {
            metadata: { name: 'payment-service', annotations: null },
            spec: { project: 'payments' },
            status: {
              health: {
                status: 'Healthy',
                lastTransitionTime: expect.any(String),
              },
              sync: {
                status: 'Synced',
                revision: expect.stringMatching(/^[0-9a-f]{40}$/),
              },
              operationState: { phase: 'Succeeded' },
            },
          },
        ],
      });
    });

    it('gives the whole of a field when a part of it is asked for as well', async () => {
      const { body } = await test.argo(
        '/applications?name=ledger&fields=items.spec,items.spec.project',
      );
      expect(Object.keys(body.items[0])).toEqual(['spec']);
      expect(body.items[0].spec).toMatchObject({
        project: 'payments',
        source: { path: 'deploy' },
      });
    });

    it('leaves fields out with a leading minus', async () => {
      const { body } = await test.argo(
        '/applications?name=ledger&fields=-items.spec,items.status.resources',
      );
      const [item] = body.items;
      expect(item.metadata.name).toBe('ledger');
      expect(item.status.resources).toBeUndefined();
      // The parts of spec were not excluded: that is how Argo CD does it.
      expect(item.spec.project).toBe('payments');
    });

    it.each([
      ['selector=ai-operator.enabled%3Dtrue', 4],
      ['selector=team%20in%20(payments),environment%3Dstaging', 3],
      ['selector=!ai-operator.enabled', 1],
      ['projects=platform', 2],
      ['projects=platform&projects=payments', 5],
      ['project=payments', 3],
      ['name=ledger', 1],
      ['name=none', 0],
      ['appNamespace=argocd', 5],
      ['appNamespace=elsewhere', 0],
    ])('narrowed by %s has %d', async (query, expected) => {
      const { status, body } = await test.argo(
        `/applications?fields=items.metadata.name&${query}`,
      );
      expect(status).toBe(200);
      expect(body.items ?? []).toHaveLength(expected);
    });

    it('of nothing is null, as Go writes it', async () => {
      const { body } = await test.argo('/applications?name=none');
      expect(body.items).toBeNull();
    });

    it('finds the applications of a repository', async () => {
      const { body } = await test.argo(
        `/applications?repo=${test.url}/my-org/ledger`,
      );
      expect(names(body)).toEqual(['ledger']);
    });

    it('refuses a selector it cannot read', async () => {
      const { status, body } = await test.argo('/applications?selector=a%20b');
      expect(status).toBe(500);
      expect(body).toMatchObject({
        code: 2,
        message: expect.stringContaining('error parsing the selector'),
      });
    });

    it('says the same whether it was rendered before or not', async () => {
      const fields = '?fields=items.metadata.name,items.status.health';
      const first = await test.argo(`/applications${fields}`);
      const again = await test.argo(`/applications${fields}`);
      expect(again.text).toBe(first.text);
      test.world.control.crash({ service: 'ledger' });
      const after = await test.argo(`/applications${fields}`);
      const health = (body: typeof after.body) =>
        body.items.find(
          (item: { metadata: { name: string } }) =>
            item.metadata.name === 'ledger',
        ).status.health.status;
      expect(health(first.body)).toBe('Healthy');
      expect(health(after.body)).toBe('Degraded');
      test.world.control.heal({ service: 'ledger', recoverMs: 5_000 });
      await test.clock.advance(4_999);
      expect(health((await test.argo(`/applications${fields}`)).body)).toBe(
        'Degraded',
      );
      await test.clock.advance(1);
      expect(health((await test.argo(`/applications${fields}`)).body)).toBe(
        'Healthy',
      );
    });
  });

  describe('one application', () => {
    it('carries what the list cannot', async () => {
      const { body } = await test.argo('/applications/payment-service');
      expect(body.metadata).toMatchObject({
        name: 'payment-service',
        namespace: 'argocd',
        labels: { 'ai-operator.enabled': 'true', environment: 'staging' },
      });
      const { history } = body.status;
      expect(history.map((entry: { id: number }) => entry.id)).toEqual([
        0, 1, 2, 3, 4,
      ]);
      expect(history[4].revision).toBe(body.status.sync.revision);
      expect(history[4].source.targetRevision).toBe(history[4].revision);
      expect(body.status.summary.images).toEqual([
        'ghcr.io/my-org/payment-service:2.13.1',
      ]);
      expect(body.status.resources).toEqual([
        expect.objectContaining({ kind: 'Service', version: 'v1' }),
        {
          group: 'apps',
          version: 'v1',
          kind: 'Deployment',
          namespace: 'payments',
          name: 'payment-service',
          status: 'Synced',
        },
      ]);
    });

    it('that does not exist is forbidden, so that nobody learns what does', async () => {
      const { status, body } = await test.argo('/applications/none');
      expect(status).toBe(403);
      expect(body).toEqual({
        error: 'permission denied',
        code: 7,
        message: 'permission denied',
      });
    });

    it.each([
      ['none', 'payments'],
      ['ledger', 'platform'],
    ])('%s in project %s is not found', async (name, project) => {
      const { status, body } = await test.argo(
        `/applications/${name}?project=${project}`,
      );
      expect(status).toBe(404);
      expect(body).toMatchObject({
        code: 5,
        message: `applications.argoproj.io "${name}" not found`,
      });
    });

    it('cannot be asked for in several projects', async () => {
      const { status, body } = await test.argo(
        '/applications/ledger?projects=a&projects=b',
      );
      expect(status).toBe(400);
      expect(body.code).toBe(3);
    });

    it('in another namespace is forbidden', async () => {
      const answer = await test.argo('/applications/ledger?appNamespace=else');
      expect(answer.status).toBe(403);
    });

    it.each([
      ['POST', '/applications/ledger/sync'],
      ['DELETE', '/applications/ledger'],
      ['PATCH', '/applications/ledger'],
      ['POST', '/applications'],
      ['POST', '/applications/ledger/rollback'],
    ])('the operator may not %s %s', async (method, path) => {
      const answer = await test.ask(`/argocd/staging/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${DEMO_ACCESS.argocd.token}` },
      });
      expect(answer.status).toBe(403);
      expect(answer.body.code).toBe(7);
    });

    it('of a chart has no git revision', async () => {
      const { body } = await test.argo('/applications/ingress-gateway');
      expect(body.spec.source).toMatchObject({
        chart: 'ingress-gateway',
        targetRevision: '4.11.3',
      });
      expect(body.status).toMatchObject({
        sourceType: 'Helm',
        sync: { status: 'Synced', revision: '4.11.3' },
      });
    });
  });

  it('shows live objects with their health in the tree', async () => {
    const { body } = await test.argo('/applications/fraud-check/resource-tree');
    const kinds = (kind: string) =>
      body.nodes.filter((node: { kind: string }) => node.kind === kind);
    expect(kinds('Deployment')).toHaveLength(2);
    expect(kinds('Pod')).toHaveLength(4);
    for (const pod of kinds('Pod')) {
      const [parent] = pod.parentRefs;
      expect(
        kinds('ReplicaSet').some(
          (set: { uid: string }) => set.uid === parent.uid,
        ),
      ).toBe(true);
      expect(pod.health.status).toBe('Healthy');
    }
  });

  describe('what the account may do', () => {
    const rights = () => {
      const instance = test.world.argo.instance('staging');
      if (!instance) {
        throw new Error('There is no instance staging');
      }
      return instance.rights;
    };
    const canI = async (question: string) =>
      (await test.argo(`/account/can-i/${question}`)).body.value;
    const grants = () => rights().grants();

    let before: ReturnType<typeof grants>;
    beforeEach(() => {
      before = grants();
    });
    afterEach(() => rights().replace(before));

    it.each([
      ['applications/get/payments/payment-service', 'yes'],
      ['applications/get/*/*', 'yes'],
      // As in Argo CD, the question is an object, not a pattern of its own.
      ['applications/get/*', 'no'],
      ['applications/sync/payments/payment-service', 'no'],
      ['applications/delete/*/*', 'no'],
      ['clusters/get/*', 'no'],
    ])('may %s: %s', async (question, value) => {
      expect(await canI(question)).toBe(value);
    });

    it('may be more than it should', async () => {
      rights().grant({
        resource: 'applications',
        action: '*',
        object: 'payments/*',
      });
      expect(await canI('applications/sync/payments/ledger')).toBe('yes');
      expect(await canI('applications/sync/shop/basket')).toBe('no');
      const other = await test.argo(
        '/account/can-i/applications/sync/payments/ledger',
        'production',
      );
      expect(other.body).toEqual({ value: 'no' });
    });

    it('may be less, and then it reads no more than that', async () => {
      rights().replace([
        { resource: 'applications', action: 'get', object: 'payments/ledger' },
      ]);
      expect(await canI('applications/get/payments/payment-service')).toBe(
        'no',
      );
      expect(names((await test.argo('/applications')).body)).toEqual([
        'ledger',
      ]);
      expect((await test.argo('/applications/payment-service')).status).toBe(
        403,
      );
      expect((await test.argo('/applications/ledger')).status).toBe(200);
      rights().replace([]);
      expect((await test.argo('/applications')).body.items).toBeNull();
    });

    it.each([
      ['applications/shout/*', /does not contain shout/],
      ['pods/get/*', /does not contain pods/],
    ])('is not a question of %s', async (question, message) => {
      const answer = await test.argo(`/account/can-i/${question}`);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({
        code: 3,
        message: expect.stringMatching(message),
      });
    });

    it('is told to nobody without a token', async () => {
      const answer = await test.ask(
        '/argocd/staging/api/v1/account/can-i/applications/get/*/*',
      );
      expect(answer.status).toBe(401);
    });
  });

  it('knows nothing beside its API', async () => {
    const answer = await test.argo('/clusters');
    expect(answer.status).toBe(404);
    expect(answer.body.code).toBe(5);
    expect((await test.ask('/argocd/other/api/version')).status).toBe(404);
  });
});
