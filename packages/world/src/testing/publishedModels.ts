import { spawn } from 'node:child_process';

/** Checks objects against the models in a process of its own: they are ES modules only. */
const SCRIPT = `
import { text } from 'node:stream/consumers';
const cases = JSON.parse(await text(process.stdin));
const results = [];
for (const { module, model, data } of cases) {
  const Model = (await import(module))[model];
  try {
    new Model(data).validate();
    results.push(undefined);
  } catch (error) {
    results.push(error.message);
  }
}
process.stdout.write(JSON.stringify(results.map(result => result ?? '')));
`;

const MODULES = {
  Application: '@kubernetes-models/argo-cd/argoproj.io/v1alpha1/Application',
  Deployment: 'kubernetes-models/apps/v1/Deployment',
  DeploymentList: 'kubernetes-models/apps/v1/DeploymentList',
  ReplicaSet: 'kubernetes-models/apps/v1/ReplicaSet',
  ReplicaSetList: 'kubernetes-models/apps/v1/ReplicaSetList',
  Pod: 'kubernetes-models/v1/Pod',
  PodList: 'kubernetes-models/v1/PodList',
  NamespaceList: 'kubernetes-models/v1/NamespaceList',
} as const;

/** Models published by the projects, as packaged for npm. */
export type PublishedModel = keyof typeof MODULES;

/**
 * Validates objects against the published Argo CD and Kubernetes models.
 *
 * @returns one message per object, empty when it conforms
 */
export async function validateAgainstPublishedModels(
  cases: readonly { model: PublishedModel; data: unknown }[],
): Promise<string[]> {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '--eval', SCRIPT],
    { stdio: ['pipe', 'pipe', 'pipe'], timeout: 30_000 },
  );
  let out = '';
  let err = '';
  child.stdout.on('data', chunk => {
    out += chunk;
  });
  child.stderr.on('data', chunk => {
    err += chunk;
  });
  child.stdin.end(
    JSON.stringify(
      cases.map(({ model, data }) => ({ model, data, module: MODULES[model] })),
    ),
  );
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) {
    throw new Error(`The published models could not be loaded: ${err}`);
  }
  return JSON.parse(out);
}
