import { castOf, startTestWorld, type TestWorld } from '../testing/testWorld';

const PAYMENTS = '/apis/apps/v1/namespaces/payments';
const ONE = `${PAYMENTS}/deployments/payment-service`;

describe('the API of a cluster', () => {
  let test: TestWorld;

  beforeAll(async () => {
    test = await startTestWorld({
      cast: castOf(
        'payment-service',
        'fraud-check',
        'reviews',
        'gift-cards',
        'payouts',
        'returns',
      ),
    });
  });
  afterAll(() => test.stop());

  function names(body: { items: { metadata: { name: string } }[] }) {
    return body.items.map(item => item.metadata.name);
  }

  it('wants a token, except for what is public', async () => {
    const answer = await test.ask(`/kubernetes/staging${ONE}`);
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Unauthorized',
      reason: 'Unauthorized',
      code: 401,
    });
    expect((await test.ask('/kubernetes/staging/version')).status).toBe(200);
    expect((await test.ask('/kubernetes/staging/healthz')).text).toBe('ok');
    expect((await test.ask('/kubernetes/other/version')).status).toBe(404);
  });

  it('answers a healthy Deployment', async () => {
    const { body } = await test.kubernetes(ONE);
    expect(body.spec.replicas).toBe(3);
    expect(body.status).toMatchObject({
      observedGeneration: body.metadata.generation,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
    });
    expect(body.status).not.toHaveProperty('unavailableReplicas');
    expect(
      body.status.conditions.map(
        (condition: { type: string; status: string; reason: string }) => [
          condition.type,
          condition.status,
          condition.reason,
        ],
      ),
    ).toEqual([
      ['Available', 'True', 'MinimumReplicasAvailable'],
      ['Progressing', 'True', 'NewReplicaSetAvailable'],
    ]);
  });

  it('leaves out counts that are zero', async () => {
    const { body } = await test.kubernetes(
      '/apis/apps/v1/namespaces/shop/deployments/gift-cards',
    );
    expect(body.spec.replicas).toBe(0);
    for (const count of [
      'replicas',
      'availableReplicas',
      'readyReplicas',
      'unavailableReplicas',
    ]) {
      expect(body.status).not.toHaveProperty(count);
    }
  });

  it('shows what the manifests leave out: probes and replicas', async () => {
    const reviews = await test.kubernetes(
      '/apis/apps/v1/namespaces/shop/deployments/reviews',
    );
    const [container] = reviews.body.spec.template.spec.containers;
    expect(container.readinessProbe).toBeUndefined();
    expect(container.livenessProbe).toBeDefined();
    // The API server fills in the default, as in real life.
    expect(reviews.body.spec.replicas).toBe(1);
  });

  it('shows a paused Deployment as paused, and a missing one not at all', async () => {
    const payouts = await test.kubernetes(`${PAYMENTS}/deployments/payouts`);
    expect(payouts.body.spec.paused).toBe(true);
    const returns = await test.kubernetes(
      '/apis/apps/v1/namespaces/fulfilment/deployments/returns',
    );
    expect(returns.status).toBe(404);
    expect(returns.body).toMatchObject({
      kind: 'Status',
      reason: 'NotFound',
      message: 'deployments.apps "returns" not found',
      details: { name: 'returns', group: 'apps', kind: 'deployments' },
      code: 404,
    });
  });

  it.each([
    [`${PAYMENTS}/deployments`, 4],
    [`${PAYMENTS}/deployments?labelSelector=app%3Dpayment-service`, 1],
    [`${PAYMENTS}/deployments?labelSelector=app%20in%20(payouts,none)`, 1],
    [`${PAYMENTS}/deployments?fieldSelector=metadata.name%3Dpayouts`, 1],
    [`${PAYMENTS}/deployments?fieldSelector=metadata.name!%3Dpayouts`, 3],
    ['/apis/apps/v1/namespaces/none/deployments', 0],
    ['/apis/apps/v1/deployments', 6],
    ['/api/v1/namespaces/payments/pods?labelSelector=app%3Dpayment-service', 3],
    ['/api/v1/pods?fieldSelector=status.phase%3DRunning', 10],
    ['/api/v1/namespaces', 2],
  ])('%s has %d', async (path, expected) => {
    const { status, body } = await test.kubernetes(path);
    expect(status).toBe(200);
    expect(body.items).toHaveLength(expected);
  });

  it('pages through a list without losing or repeating anything', async () => {
    const whole = names((await test.kubernetes('/api/v1/pods')).body);
    const paged: string[] = [];
    let next = '';
    do {
      const { body } = await test.kubernetes(
        `/api/v1/pods?limit=3${next && `&continue=${next}`}`,
      );
      expect(body.items.length).toBeLessThanOrEqual(3);
      paged.push(...names(body));
      next = body.metadata.continue ?? '';
      expect(body.metadata.remainingItemCount ?? 0).toBe(
        whole.length - paged.length,
      );
    } while (next);
    expect(paged).toEqual(whole);
  });

  it.each([
    ['labelSelector=a%20b', /unable to parse requirement/],
    ['fieldSelector=spec.nodeName%3Dx', /not a known field selector/],
    ['limit=-1', /limit/],
    ['continue=nonsense', /continue key is not valid/],
    ['watch=true', /watches/],
  ])('refuses ?%s', async (query, message) => {
    const { status, body } = await test.kubernetes(
      `${PAYMENTS}/deployments?${query}`,
    );
    expect(status).toBe(400);
    expect(body).toMatchObject({
      kind: 'Status',
      reason: 'BadRequest',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['GET', '/api/v1/namespaces/payments/secrets', 'list resource "secrets"'],
    ['GET', '/api/v1/namespaces/payments/secrets/x', 'get resource "secrets"'],
    ['PATCH', ONE, 'patch resource "deployments"'],
    ['DELETE', '/api/v1/namespaces/payments/pods/x', 'delete resource "pods"'],
    ['POST', `${PAYMENTS}/deployments`, 'create resource "deployments"'],
  ])('forbids %s %s', async (method, path, words) => {
    const answer = await test.ask(`/kubernetes/staging${path}`, {
      method,
      headers: { authorization: 'Bearer world-kubernetes-operator' },
    });
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({
      kind: 'Status',
      reason: 'Forbidden',
      message: expect.stringContaining(words),
    });
  });

  describe('says what the operator may do', () => {
    const review = (body: unknown) =>
      test.ask(
        '/kubernetes/staging/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
        {
          method: 'POST',
          headers: {
            authorization: 'Bearer world-kubernetes-operator',
            'content-type': 'application/json',
          },
          body: JSON.stringify(body),
        },
      );

    it('next to what every account may', async () => {
      const answer = await review({ spec: { namespace: 'payments' } });
      expect(answer.status).toBe(201);
      expect(answer.body).toMatchObject({
        kind: 'SelfSubjectRulesReview',
        apiVersion: 'authorization.k8s.io/v1',
        spec: {},
        status: { incomplete: false },
      });
      const rules: { verbs: string[]; resources: string[] }[] =
        answer.body.status.resourceRules;
      expect(rules.map(({ verbs, resources }) => [verbs, resources])).toEqual([
        [['create'], ['selfsubjectaccessreviews', 'selfsubjectrulesreviews']],
        [['create'], ['selfsubjectreviews']],
        [
          ['get', 'list'],
          ['deployments', 'replicasets'],
        ],
        [
          ['get', 'list'],
          ['pods', 'namespaces'],
        ],
      ]);
    });

    it('only of one namespace', async () => {
      const answer = await review({ spec: {} });
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({
        kind: 'Status',
        message: 'no namespace on request',
      });
    });

    it('and that is what it may', async () => {
      const permissions = test.world.clusters.get('staging');
      const before = permissions?.rules() ?? [];
      try {
        permissions?.replace([
          { verbs: ['get'], apiGroups: ['apps'], resources: ['deployments'] },
          { verbs: ['*'], apiGroups: [''], resources: ['pods/exec'] },
        ]);
        const answer = await review({ spec: { namespace: 'payments' } });
        expect(answer.body.status.resourceRules).toContainEqual({
          verbs: ['*'],
          apiGroups: [''],
          resources: ['pods/exec'],
        });
        expect((await test.kubernetes(ONE)).status).toBe(200);
        expect((await test.kubernetes(`${PAYMENTS}/deployments`)).body).toEqual(
          expect.objectContaining({
            reason: 'Forbidden',
            message: expect.stringContaining('cannot list resource'),
          }),
        );
        expect((await test.kubernetes(ONE, 'production')).status).toBe(200);
      } finally {
        permissions?.replace(before);
      }
    });
  });

  describe('while a revision crashes', () => {
    beforeAll(async () => {
      await test.world.control.deployBad({ service: 'payment-service' });
      await test.clock.advance(2_000 + 30_000);
    });

    it('the Deployment has exceeded its progress deadline', async () => {
      const { body } = await test.kubernetes(ONE);
      expect(body.status).toMatchObject({
        replicas: 3,
        readyReplicas: 1,
        availableReplicas: 1,
        unavailableReplicas: 2,
      });
      expect(body.status.conditions[1]).toMatchObject({
        type: 'Progressing',
        status: 'False',
        reason: 'ProgressDeadlineExceeded',
        message: expect.stringMatching(
          /^ReplicaSet "payment-service-\w{10}" has timed out progressing\.$/,
        ),
      });
    });

    it('its pods are in CrashLoopBackOff and restart less and less often', async () => {
      const crashing = async () => {
        const { body } = await test.kubernetes(
          '/api/v1/namespaces/payments/pods?labelSelector=app%3Dpayment-service',
        );
        return body.items
          .map(
            (pod: { status: { containerStatuses: object[] } }) =>
              pod.status.containerStatuses[0],
          )
          .filter((container: { ready: boolean }) => !container.ready);
      };
      const [container, other] = await crashing();
      expect(other).toBeDefined();
      expect(container.state.waiting.reason).toBe('CrashLoopBackOff');
      expect(container.lastState.terminated.exitCode).toBe(1);
      const early = container.restartCount;
      await test.clock.advance(10 * 60_000);
      const [later] = await crashing();
      expect(later.restartCount).toBeGreaterThan(early);
      expect(later.restartCount).toBeLessThan(12);
      expect(later.state.waiting.message).toContain('back-off 5m0s');
    });

    it('the ReplicaSet of the revision before has no pods left', async () => {
      const { body } = await test.kubernetes(
        `${PAYMENTS}/replicasets?labelSelector=app%3Dpayment-service`,
      );
      const counts = body.items.map(
        (set: { status: { replicas: number } }) => set.status.replicas,
      );
      expect(counts.filter((count: number) => count > 0)).toEqual([3]);
      expect(body.items).toHaveLength(6);
    });
  });
});
