import { TestDatabases } from '@backstage/backend-test-utils';
import { DoctorFinding } from '@ai-operator/backstage-plugin-ai-operator-common';
import { startServer, T0 } from './__testUtils__/server';
import { shareRuns } from './shareRuns';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

const FINDING: DoctorFinding = {
  id: 'github.permissions.my-org/payment-service',
  area: 'github',
  name: 'my-org/payment-service',
  title: 'What the GitHub App may do',
  status: 'warning',
  because: 'It may change workflows, which the operator never does.',
  howToMend: 'Take the permission workflows away from the App.',
  checkedAt: T0,
};

/** A run that ends when told to. */
function manual<T>() {
  const ends: Array<{ resolve(value: T): void; reject(error: Error): void }> =
    [];
  const run = jest.fn(
    () =>
      new Promise<T>((resolve, reject) => {
        ends.push({ resolve, reject });
      }),
  );
  return { run, ends };
}

describe('GET /v1/doctor', () => {
  it('tells what was found', async () => {
    const { get, time } = await startServer(databases, {
      deps: { doctor: async () => [FINDING] },
    });
    time.now = T0 + 5;
    const { body } = await get('/v1/doctor').expect(200);
    expect(body).toEqual({ now: T0 + 5, findings: [FINDING] });
  });

  it('is for those with ai-operator.doctor', async () => {
    const doctor = jest.fn(async () => [FINDING]);
    const { get } = await startServer(databases, {
      deps: { doctor },
      policy: ({ permission }) => permission.name !== 'ai-operator.doctor',
    });
    const { body } = await get('/v1/doctor').expect(403);
    expect(body.error).toMatchObject({
      code: 'NOT_ALLOWED',
      message: expect.stringContaining('ai-operator.doctor'),
    });
    await get('/v1/overview').expect(200);
    expect(doctor).not.toHaveBeenCalled();
  });

  it('asks the systems once for many people, and again after a minute', async () => {
    const doctor = jest.fn(async () => [FINDING]);
    const { get, time } = await startServer(databases, { deps: { doctor } });
    await Promise.all([get('/v1/doctor'), get('/v1/doctor')]);
    time.now = T0 + 59_999;
    await get('/v1/doctor').expect(200);
    expect(doctor).toHaveBeenCalledTimes(1);
    time.now = T0 + 60_000;
    await get('/v1/doctor').expect(200);
    expect(doctor).toHaveBeenCalledTimes(2);
  });

  it('is an error when the doctor fails', async () => {
    const { get } = await startServer(databases, {
      deps: {
        doctor: async () => {
          throw new Error('no');
        },
      },
    });
    const { body } = await get('/v1/doctor').expect(500);
    expect(body.error.code).toBe('INTERNAL');
  });
});

describe('a shared run', () => {
  it('serves everybody who asks while it is under way', async () => {
    const { run, ends } = manual<string>();
    const shared = shareRuns(run, { now: () => T0 }, 15_000);
    const answers = [shared(), shared(), shared()];
    ends[0].resolve('once');
    await expect(Promise.all(answers)).resolves.toEqual([
      'once',
      'once',
      'once',
    ]);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('is young from its end, not from its beginning', async () => {
    const time = { now: T0 };
    const { run, ends } = manual<string>();
    const shared = shareRuns(run, { now: () => time.now }, 15_000);
    const first = shared();
    time.now = T0 + 20_000;
    ends[0].resolve('slow');
    await first;
    time.now = T0 + 34_999;
    await expect(shared()).resolves.toBe('slow');
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('fails for all who share it, and is tried again by the next', async () => {
    const { run, ends } = manual<string>();
    const shared = shareRuns(run, { now: () => T0 }, 15_000);
    const answers = Promise.allSettled([shared(), shared()]);
    ends[0].reject(new Error('down'));
    expect((await answers).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
    ]);
    const next = shared();
    ends[1].resolve('up');
    await expect(next).resolves.toBe('up');
  });
});
