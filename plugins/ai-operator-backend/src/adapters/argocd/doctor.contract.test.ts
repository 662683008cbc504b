import { valueOf } from '../../core/doctor/__testUtils__/valueOf';
import { argoQuestions } from '../../core/doctor/leastPrivilege';
import {
  startWorldAdapters,
  WorldAdapters,
} from '../__testUtils__/worldAdapters';

const QUESTIONS = argoQuestions([
  { project: 'payments', name: 'payment-service' },
]);

describe('the doctor looks at Argo CD', () => {
  let bench: WorldAdapters;

  beforeAll(async () => {
    bench = await startWorldAdapters();
  });
  beforeEach(() => {
    bench.world.faults.clear();
    bench.forget();
  });
  afterAll(async () => {
    await bench.stop();
  });

  const look = (instance: string, doctor = bench.doctor) =>
    doctor.argocd({ instance, questions: QUESTIONS }, bench.call);
  const held = (facts: Awaited<ReturnType<typeof look>>) =>
    facts.answers.flatMap(({ action, resource, object, allowed }) =>
      allowed.known && allowed.value ? [`${action} ${resource} ${object}`] : [],
    );

  it.each(['staging', 'production'])(
    '%s: version, who we are, and what we may do',
    async instance => {
      const facts = await look(instance);
      expect(facts).toMatchObject({
        instance,
        url: `${bench.url}/argocd/${instance}`,
        version: { known: true, value: expect.stringMatching(/^v3\./) },
        session: { known: true, value: { loggedIn: true } },
        clock: { known: true },
      });
      // Custom actions have names of their own, which cannot be asked for.
      expect(
        new Set(
          facts.answers
            .filter(({ allowed }) => !allowed.known)
            .map(({ action }) => action),
        ),
      ).toEqual(new Set(['action']));
      expect(held(facts)).toEqual([
        'get applications payments/payment-service',
      ]);
    },
  );

  it('sees rights beyond that, also those granted for one project', async () => {
    const rights = bench.world.argo.instance('staging')!.rights;
    const before = rights.grants();
    rights.grant({
      resource: 'applications',
      action: 'sync',
      object: 'payments/*',
    });
    rights.grant({ resource: 'clusters', action: '*', object: '*' });
    try {
      expect(held(await look('staging'))).toEqual([
        'get applications payments/payment-service',
        'sync applications payments/payment-service',
        'create clusters *',
        'update clusters *',
        'delete clusters *',
      ]);
    } finally {
      rights.replace(before);
    }
  });

  it('records each question once and no credentials', async () => {
    await look('staging');
    expect(bench.records).toHaveLength(QUESTIONS.length + 2);
    expect(bench.records[0]).toMatchObject({
      name: 'doctor.argocd',
      parameters: { instance: 'staging', question: 'version' },
      result: 'success',
    });
    expect(JSON.stringify(bench.records)).not.toContain('world-argocd');
  });

  it.each([
    ['the same', 0],
    ['ahead', 42_000],
    ['behind', -42_000],
  ])('reads its clock, which is %s', async (_name, apart) => {
    const { doctor } = bench.reconfigured(config => config, {
      clock: { now: () => bench.clock.now() - apart },
    });
    const { clock } = await look('staging', doctor);
    const { theirs, precision, before } = valueOf(clock);
    expect(precision).toBe(1_000);
    expect(Math.abs(theirs - before - apart)).toBeLessThan(1_000);
  });

  it.each([
    ['a wrong token', { token: 'wrong' }, 'unauthenticated'],
    [
      'a wrong password',
      { username: 'operator', password: 'wrong' },
      'unauthenticated',
    ],
    ['no credentials', {}, 'misconfigured'],
  ])(
    '%s: the rights are not asked for',
    async (_name, credentials, failure) => {
      const { doctor } = bench.reconfigured(config => ({
        ...config,
        argocd: {
          appLocatorMethods: [
            {
              type: 'config',
              instances: [
                {
                  name: 'staging',
                  url: `${bench.url}/argocd/staging`,
                  ...credentials,
                },
              ],
            },
          ],
        },
      }));
      const facts = await look('staging', doctor);
      expect(facts.version.known).toBe(true);
      expect(facts.answers).toHaveLength(QUESTIONS.length);
      expect(
        new Set(facts.answers.map(({ allowed }) => allowed.known)),
      ).toEqual(new Set([false]));
      // Argo CD answers a token it does not know as it answers nobody.
      expect(
        facts.session.known ? facts.session.value : facts.session.failure,
      ).toEqual(
        Object.hasOwn(credentials, 'token') ? { loggedIn: false } : failure,
      );
    },
  );

  it.each([
    ['an outage', { kind: 'status', status: 503 }, 'unreachable'],
    ['an answer that does not come', { kind: 'hang' }, 'silent'],
    ['half a document', { kind: 'malformed' }, 'odd'],
    ['a dropped connection', { kind: 'reset' }, 'unreachable'],
    ['a rate limit', { kind: 'rate-limit' }, 'limited'],
  ] as const)('%s is told as it is', async (_name, fault, failure) => {
    bench.world.faults.add({ system: 'argocd', ...fault });
    const facts = await look('production');
    expect(facts.version).toMatchObject({ known: false, failure });
    expect(facts.session).toMatchObject({ known: false });
    expect(held(facts)).toEqual([]);
  });

  it('one right that is not answered leaves the others known', async () => {
    bench.world.faults.add({
      system: 'argocd',
      kind: 'status',
      status: 500,
      path: '*can-i/applications/delete*',
    });
    const facts = await look('staging');
    expect(
      facts.answers.flatMap(({ action, allowed }) =>
        !allowed.known && allowed.failure === 'unreachable' ? [action] : [],
      ),
    ).toEqual(['delete', 'delete']);
    expect(held(facts)).toHaveLength(1);
  });

  it('stops when its time is over', async () => {
    bench.world.faults.add({
      system: 'argocd',
      kind: 'hang',
      path: '*can-i*',
    });
    const facts = await bench.doctor.argocd(
      { instance: 'staging', questions: QUESTIONS },
      { ...bench.call, signal: AbortSignal.timeout(100) },
    );
    expect(facts.session.known).toBe(true);
    expect(facts.answers[0].allowed).toMatchObject({ failure: 'silent' });
  });
});
