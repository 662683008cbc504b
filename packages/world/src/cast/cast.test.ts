import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { ManualClock } from '../clock';
import { createWorld } from '../world';
import {
  castOf,
  startTestWorld,
  WORLD_START,
  type TestWorld,
} from '../testing/testWorld';
import { COMPANY } from './company';
import { applicationManifest } from './files';
import { manyApplications } from './manyApplications';
import { PAYMENT_SERVICE } from './paymentService';

const DAY = 86_400_000;
const REPOSITORY = 'my-org/payment-service';

describe('the company', () => {
  it('is a company: some 25 services with owners and systems that exist', () => {
    expect(COMPANY.services.length).toBeGreaterThanOrEqual(25);
    const teams = COMPANY.teams.map(team => team.slug);
    const systems = COMPANY.systems.map(system => system.name);
    for (const service of COMPANY.services) {
      expect(teams).toContain(service.owner);
      expect(systems).toContain(service.system);
      expect(Object.keys(service.environments)).not.toHaveLength(0);
    }
    const names = COMPANY.services.map(service => service.name);
    expect(new Set(names).size).toBe(names.length);
    for (const person of COMPANY.people) {
      expect(teams).toEqual(expect.arrayContaining(person.teams));
    }
  });

  it('has its people in the roles of the permission matrix', () => {
    const roles = (team: string) =>
      COMPANY.people
        .filter(person => person.teams.includes(team))
        .map(person => person.login);
    expect(roles('senior-maintainers')).toEqual(['alice', 'erin']);
    expect(roles('approvers')).toEqual(['alice', 'erin', 'bob']);
    expect(roles('developers')).toContain('dave');
  });

  it('has manifests that differ between branches only in the revision', () => {
    const manifest = (targetRevision: string) =>
      applicationManifest({
        service: PAYMENT_SERVICE,
        repoURL: 'http://x/y.git',
        targetRevision,
      });
    const [document] = parseAllDocuments(manifest('abc'));
    expect(document.errors).toEqual([]);
    expect(manifest('abc').replace('abc', 'def')).toBe(manifest('def'));
    expect(manifest('abc')).toMatch(/# .*\n/);
  });
});

describe('payment-service', () => {
  let test: TestWorld;

  beforeAll(async () => {
    test = await startTestWorld();
  });
  afterAll(() => test.stop());

  const subject = (message: string) => message.trim().split('\n')[0];

  it('has the history the worked example needs', async () => {
    const { git } = test.world.github.repository(REPOSITORY);
    const log = await git.log('staging', { max: 100 });
    const subjects = log.map(commit => subject(commit.message));
    const { body } = await test.argo('/applications/payment-service');
    const current = body.status.sync.revision;
    const byMessage = (message: string) => {
      const found = log.find(commit => subject(commit.message) === message);
      if (!found) {
        throw new Error(`No commit '${message}'`);
      }
      return found;
    };

    const stable = byMessage('Fix payment processing bug');
    expect(stable.author).toMatchObject({
      name: 'Jane Doe',
      date: WORLD_START - 2 * DAY,
    });
    const failed = byMessage('Batch settlement calls');
    const shaky = byMessage('Keep connections to the bank open');
    expect(shaky.sha).toBe(current);
    expect(log.indexOf(shaky)).toBeLessThan(log.indexOf(failed));
    expect(log.indexOf(failed)).toBeLessThan(log.indexOf(stable));
    // A deployment is a commit of its own that names another.
    expect(subjects[0]).toBe(`Deploy ${current.slice(0, 7)} to staging`);
    expect(subjects).toContain(`Deploy ${stable.sha.slice(0, 7)} to staging`);
    expect(subjects).not.toContain(
      `Deploy ${failed.sha.slice(0, 7)} to staging`,
    );
    const dates = log.map(commit => commit.committer.date);
    expect(dates).toEqual([...dates].sort((a, b) => b - a));
    expect(Math.max(...dates)).toBeLessThanOrEqual(WORLD_START);
  });

  it('has CI results that agree', async () => {
    const { git } = test.world.github.repository(REPOSITORY);
    const log = await git.log('staging', { max: 100 });
    const conclusions = async (message: string) => {
      const commit = log.find(other => subject(other.message) === message);
      const { body } = await test.ask(
        `/api/v3/repos/${REPOSITORY}/commits/${commit?.sha}/check-runs`,
        { headers: { authorization: 'Bearer world-github-operator' } },
      );
      return body.check_runs.map(
        (run: { conclusion: string }) => run.conclusion,
      );
    };
    expect(await conclusions('Fix payment processing bug')).toEqual([
      'success',
      'success',
      'success',
    ]);
    expect(await conclusions('Batch settlement calls')).toContain('failure');
  });

  it('runs in production from main, which has been promoted to', async () => {
    const { git } = test.world.github.repository(REPOSITORY);
    const { body } = await test.argo(
      '/applications/payment-service',
      'production',
    );
    const { revision } = body.status.sync;
    expect(await git.isAncestor(revision, 'main')).toBe(true);
    const [head] = await git.log('main', { max: 1 });
    expect(head.parents).toHaveLength(2);
    expect(body.metadata.labels.environment).toBe('production');
    const deployed = await git.readFile(revision, 'deploy/deployment.yaml');
    const onMain = await git.readFile('main', 'deploy/deployment.yaml');
    expect(String(onMain)).toBe(String(deployed));
  });
});

it('is the same in every world with the same start and address', async () => {
  const heads = [];
  for (const turn of [1, 2]) {
    const dataDir = await mkdtemp(join(tmpdir(), `world-same-${turn}-`));
    const world = await createWorld({
      clock: new ManualClock(WORLD_START),
      dataDir,
      cast: castOf('payment-service'),
      baseUrl: 'http://world.example.com',
    });
    const { git } = world.github.repository(REPOSITORY);
    heads.push([await git.resolve('main'), await git.resolve('staging')]);
    await world.close();
    await rm(dataDir, { recursive: true, force: true });
  }
  expect(heads[0]).toEqual(heads[1]);
  expect(heads[0]).toEqual([expect.any(String), expect.any(String)]);
});

it('two services can share a repository', async () => {
  const test = await startTestWorld({
    cast: castOf('storefront-web', 'storefront-bff'),
  });
  try {
    expect(test.world.github.repositories()).toEqual([
      'my-org/storefront',
      'my-org/operations',
    ]);
    const { body } = await test.argo('/applications');
    expect(
      body.items.map(
        (item: { spec: { source: { path: string } } }) => item.spec.source.path,
      ),
    ).toEqual(['deploy/bff', 'deploy/web']);
    await test.world.control.deployBad({ service: 'storefront-bff' });
    await test.clock.advance(40_000);
    const { applications } = test.world.control.status();
    expect(
      applications
        .filter(application => application.environment === 'staging')
        .map(application => [application.service, application.health]),
    ).toEqual([
      ['storefront-bff', 'Degraded'],
      ['storefront-web', 'Healthy'],
    ]);
  } finally {
    await test.stop();
  }
});

it('ten thousand applications need no repositories', async () => {
  const world = await createWorld({
    clock: new ManualClock(WORLD_START),
    dataDir: '/nonexistent/never-written',
    cast: manyApplications(10_000),
  });
  try {
    expect(world.argo.applications()).toHaveLength(10_000);
    expect(world.github.repositories()).toEqual([]);
    world.control.crash({ service: 'app-00042' });
    const [instance] = world.argo.instances();
    const list = JSON.parse(
      instance.listBytes(undefined, world.clock.now()).toString(),
    );
    expect(
      list.items
        .filter(
          (item: { status: { health: { status: string } } }) =>
            item.status.health.status !== 'Healthy',
        )
        .map((item: { metadata: { name: string } }) => item.metadata.name),
    ).toEqual(['app-00042']);
  } finally {
    await world.close();
  }
});
