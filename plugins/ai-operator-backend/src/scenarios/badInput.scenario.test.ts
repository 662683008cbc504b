import { applicationListSchema } from '@ai-operator/backstage-plugin-ai-operator-common';
import { COMPANY, PAYMENT_SERVICE } from '@ai-operator/world';
import request from 'supertest';
import { openScenario, Scenario } from './__testUtils__/scenario';
import { moves, REPOSITORY, restRollback } from './__testUtils__/look';

jest.setTimeout(180_000);

const ID = '00000000-0000-4000-8000-000000000001';
const SERVICE = { service: 'payment-service' };
const MANIFEST = '.argocd/application.yaml';

async function degraded(prepare: (scenario: Scenario) => Promise<void>) {
  const scenario = await openScenario({
    start: '10:29:20',
    argo: { pollIntervalMs: 24 * 3_600_000 },
  });
  await scenario.operator.beat();
  await scenario.runUntil('10:29:25');
  await scenario.world.control.deployBad(SERVICE);
  await scenario.runUntil('10:30:05');
  await prepare(scenario);
  return scenario;
}

/** A person pushes another manifest straight to the branch. */
async function push(
  { url, world }: Scenario,
  change: (manifest: string) => string,
): Promise<void> {
  world.github.setProtection(REPOSITORY, 'staging', undefined);
  const path = `${url}/api/v3/repos/${REPOSITORY}/contents/${MANIFEST}`;
  const headers = {
    authorization: 'token world-github-operator',
    'content-type': 'application/json',
  };
  const now = await fetch(`${path}?ref=staging`, { headers });
  const { content, sha } = (await now.json()) as {
    content: string;
    sha: string;
  };
  const text = Buffer.from(content, 'base64').toString();
  const response = await fetch(path, {
    method: 'PUT',
    headers,
    body: JSON.stringify({
      message: 'Edit the manifest',
      branch: 'staging',
      sha,
      content: Buffer.from(change(text)).toString('base64'),
    }),
  });
  expect(response.status).toBe(200);
}

describe('input that cannot be worked with', () => {
  let scenario: Scenario | undefined;

  afterEach(async () => {
    await scenario?.close();
    scenario = undefined;
  });

  it('a manifest without targetRevision: aborted, naming file and field', async () => {
    scenario = await degraded(s =>
      push(s, text => text.replace(/^\s*targetRevision:.*\n/m, '')),
    );
    await scenario.runUntil('10:33:00');
    const { state, abortReason, escalation } = await restRollback(scenario, ID);
    expect({ state, abortReason }).toEqual({
      state: 'Abort',
      abortReason: 'VALIDATION',
    });
    expect(escalation?.because).toContain(MANIFEST);
    expect(escalation?.because).toContain('targetRevision');
    expect(scenario.logger.faults()).toEqual([]);
  });

  it('a manifest that is no YAML: aborted, naming the file', async () => {
    scenario = await degraded(s => push(s, text => `${text}\n  : [unclosed\n`));
    await scenario.runUntil('10:33:00');
    const { abortReason, escalation } = await restRollback(scenario, ID);
    expect(abortReason).toBe('VALIDATION');
    expect(escalation?.because).toContain(MANIFEST);
    expect(scenario.logger.faults()).toEqual([]);
  });

  it('a running revision that is not in the repository: aborted, naming both', async () => {
    const gone = { ...PAYMENT_SERVICE, source: { kind: 'none' as const } };
    scenario = await openScenario({
      start: '10:29:20',
      argo: { pollIntervalMs: 24 * 3_600_000 },
      cast: {
        ...COMPANY,
        // The neighbour's repository stands in: it exists, the revision is not in it.
        services: [
          gone,
          {
            ...PAYMENT_SERVICE,
            name: 'neighbour',
            namespace: 'next-door',
            deployments: [{ name: 'neighbour', replicas: 2 }],
          },
        ],
      },
      aiOperator: {
        applications: [
          { name: 'payment-service', repository: 'my-org/neighbour' },
        ],
      },
    });
    await scenario.operator.beat();
    await scenario.runUntil('10:29:55');
    scenario.world.control.crash({ ...SERVICE, available: 1 });
    await scenario.runUntil('10:34:00');
    const { abortReason, escalation } = await restRollback(scenario, ID);
    expect(abortReason).toBe('NO_STABLE_CANDIDATE');
    expect(escalation?.because).toContain('my-org/neighbour');
    expect(scenario.logger.faults()).toEqual([]);
  });

  it('a repository that cannot be told: shown with the reason, aborted when it degrades', async () => {
    scenario = await openScenario({
      start: '10:29:20',
      cast: {
        ...COMPANY,
        services: [
          {
            ...PAYMENT_SERVICE,
            source: {
              kind: 'chart',
              repoURL: 'https://charts.example.com',
              chart: 'payments',
              version: '1.2.3',
            },
          },
        ],
      },
    });
    await scenario.operator.beat();
    scenario.world.control.crash({ ...SERVICE, available: 1 });
    await scenario.runUntil('10:34:00');
    const list = applicationListSchema.parse(
      (await request(scenario.rest).get('/v1/applications')).body,
    );
    expect(list.items[0].problem).toContain('Helm chart');
    await expect(moves(scenario)).resolves.toEqual([
      expect.stringContaining('Idle -> DegradationDetected'),
      expect.stringContaining('DegradationDetected -> Abort'),
    ]);
    expect(scenario.logger.faults()).toEqual([]);
  });
});
