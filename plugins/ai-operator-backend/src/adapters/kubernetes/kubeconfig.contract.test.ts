import { execFile } from 'child_process';
import { mkdtemp, rm, writeFile } from 'fs/promises';
import { tmpdir } from 'os';
import { join, resolve } from 'path';
import { promisify } from 'util';
import { DEMO_ACCESS } from '@ai-operator/world';
import {
  startWorldAdapters,
  WorldAdapters,
} from '../__testUtils__/worldAdapters';

/**
 * The client library is an ES module, which Jest cannot load, so the real
 * transport runs in a process of its own, as it does in a backend.
 */
const SCRIPT = `
const { createKubeconfigTransport, loadClientNode } = require(${JSON.stringify(
  resolve(__dirname, 'kubeconfigTransport'),
)});
async function read(request) {
  const signal = request.abort ? AbortSignal.abort() : undefined;
  const transport = createKubeconfigTransport({ ...request.options, load: loadClientNode });
  try {
    const read = request.reviews ? transport.reviewRules : transport.readDeployment;
    return { answer: await read({ ...request.deployment, asked: 'Kubernetes', signal }) };
  } catch ({ name, code, message }) {
    return { error: { name, code, message } };
  }
}
(async () => {
  const answers = [];
  for (const request of JSON.parse(process.argv[1])) {
    answers.push(await read(request));
  }
  console.log(JSON.stringify(answers));
})();
`;

const run = promisify(execFile);

describe('Kubernetes with a client of our own', () => {
  let bench: WorldAdapters;
  let dir: string;
  let kubeconfigPath: string;

  beforeAll(async () => {
    bench = await startWorldAdapters();
    dir = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
    kubeconfigPath = join(dir, 'config.json');
    const context = (name: string, user: string, cluster = 'staging') => ({
      name,
      context: { cluster, user },
    });
    await writeFile(
      kubeconfigPath,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [
          {
            name: 'staging',
            // The world speaks plain HTTP, which the client wants allowed in so many words.
            cluster: {
              server: `${bench.url}/kubernetes/staging`,
              'insecure-skip-tls-verify': true,
            },
          },
          {
            name: 'plain',
            cluster: { server: `${bench.url}/kubernetes/staging` },
          },
        ],
        users: [
          { name: 'operator', user: { token: DEMO_ACCESS.kubernetes.token } },
          { name: 'stranger', user: { token: 'wrong' } },
        ],
        contexts: [
          context('stage', 'operator'),
          context('locked', 'stranger'),
          context('plain', 'operator', 'plain'),
        ],
        'current-context': 'locked',
      }),
    );
  });
  afterEach(() => {
    bench.world.faults.clear();
  });
  afterAll(async () => {
    await bench.stop();
    await rm(dir, { recursive: true, force: true });
  });

  interface Change {
    cluster?: string;
    name?: string;
    path?: string | null;
    abort?: boolean;
    /** Our rules in the namespace, in place of the Deployment. */
    reviews?: boolean;
  }

  /** Answers or errors of some reads, made one after another. */
  async function read(...changes: Change[]): Promise<unknown[]> {
    const requests = changes.map(({ cluster, name, path, abort, reviews }) => ({
      abort,
      reviews,
      options: {
        kubeconfigPath: path === null ? undefined : path ?? kubeconfigPath,
        requestTimeout: 1_000,
      },
      deployment: {
        cluster: cluster ?? 'stage',
        namespace: 'payments',
        name: name ?? 'payment-service',
      },
    }));
    const { stdout } = await run(
      process.execPath,
      [
        '--require',
        '@backstage/cli/config/nodeTransform.cjs',
        '--eval',
        SCRIPT,
        JSON.stringify(requests),
      ],
      {
        cwd: resolve(__dirname, '../../..'),
        timeout: 60_000,
        env: {
          ...process.env,
          NODE_OPTIONS: '',
          KUBERNETES_SERVICE_HOST: '',
          KUBERNETES_SERVICE_PORT: '',
        },
      },
    );
    return JSON.parse(stdout);
  }

  it('reads in the context that is named, and reports what is wrong', async () => {
    const answers = await read(
      {},
      { name: 'nothing' },
      { cluster: 'locked' },
      { cluster: 'other' },
      { cluster: 'plain' },
      { path: '/nowhere/config' },
      { path: null },
      { abort: true },
    );
    const failing = (code: string, message: string) => ({
      error: {
        name: 'PortError',
        code,
        message: expect.stringContaining(message),
      },
    });
    expect(answers).toEqual([
      {
        answer: expect.objectContaining({
          metadata: expect.objectContaining({
            name: 'payment-service',
            namespace: 'payments',
          }),
          spec: expect.objectContaining({ replicas: 3 }),
          status: expect.objectContaining({ availableReplicas: 3 }),
        }),
      },
      failing(
        'NOT_FOUND',
        'Kubernetes answered 404: deployments.apps "nothing" not found',
      ),
      failing('UNAUTHENTICATED', 'Kubernetes answered 401'),
      failing(
        'MISCONFIGURED',
        "has no context 'other'; it has stage, locked, plain",
      ),
      failing('MISCONFIGURED', 'the kubeconfig cannot be used'),
      failing('MISCONFIGURED', "'/nowhere/config' cannot be read"),
      failing('MISCONFIGURED', 'do not run inside a cluster'),
      failing('CANCELLED', 'was cancelled'),
    ]);
  }, 60_000);

  it('asks for our rules, with the time of the cluster', async () => {
    const [asked, locked] = await read(
      { reviews: true },
      { reviews: true, cluster: 'locked' },
    );
    expect(asked).toEqual({
      answer: {
        review: expect.objectContaining({
          status: expect.objectContaining({
            incomplete: false,
            resourceRules: expect.arrayContaining([
              expect.objectContaining({
                apiGroups: ['apps'],
                resources: ['deployments', 'replicasets'],
              }),
            ]),
          }),
        }),
        date: new Date(bench.clock.now()).toUTCString(),
      },
    });
    expect(locked).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
  }, 60_000);

  it('gives up in time, and says when the cluster refuses', async () => {
    bench.world.faults.add({
      system: 'kubernetes',
      kind: 'status',
      status: 503,
      count: 1,
    });
    bench.world.faults.add({ system: 'kubernetes', kind: 'hang', count: 1 });
    expect(await read({}, {})).toEqual([
      {
        error: {
          name: 'PortError',
          code: 'TIMEOUT',
          message: 'Kubernetes did not answer within 1000 ms',
        },
      },
      {
        error: {
          name: 'PortError',
          code: 'UNAVAILABLE',
          message: expect.stringContaining('Kubernetes answered 503'),
        },
      },
    ]);
  }, 60_000);
});
