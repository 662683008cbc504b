import { PR_CHECKS_WORKFLOW } from './workflow';
import type {
  CastDefinition,
  DeploymentDefinition,
  ServiceDefinition,
} from './types';

/** Where the code of a service lives: `owner/name`. */
export function repositoryOf(
  cast: Pick<CastDefinition, 'organization'>,
  service: ServiceDefinition,
): string {
  return `${cast.organization}/${service.repository ?? service.name}`;
}

/** Folder of the Kubernetes manifests in the repository. */
export function pathOf(service: ServiceDefinition): string {
  return service.path ?? 'deploy';
}

/** File that holds the Argo CD Application. */
export function manifestPathOf(service: ServiceDefinition): string {
  return service.manifestPath ?? '.argocd/application.yaml';
}

/** The Deployments of a service. */
export function deploymentsOf(
  service: ServiceDefinition,
): DeploymentDefinition[] {
  return service.deployments ?? [{ name: service.name, replicas: 2 }];
}

/** The image of a Deployment at a version. */
export function imageOf(
  organization: string,
  deployment: string,
  version: string,
): string {
  return `ghcr.io/${organization}/${deployment}:${version}`;
}

/** The Argo CD project of a service: one per system of the company. */
export function projectOf(service: ServiceDefinition): string {
  return service.system;
}

/** The Argo CD Application of a service, as the repository keeps it. */
export function applicationManifest(options: {
  service: ServiceDefinition;
  repoURL: string;
  targetRevision: string;
}): string {
  const { service, repoURL, targetRevision } = options;
  return `# What runs of ${service.name}, and from which commit.
# The root application of each cluster reads this file from its own branch
# (staging: branch staging, production: branch main) and adds the environment.
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: ${service.name}
  namespace: argocd
  labels:
${
  service.watched === false
    ? ''
    : '    ai-operator.enabled: "true"   # watched, and rolled back when it degrades\n'
}    service: ${service.name}
    team: ${service.owner}
spec:
  project: ${projectOf(service)}
  source:
    repoURL: ${repoURL}
    path: ${pathOf(service)}
    # The commit that runs. Deploying means changing this line.
    targetRevision: ${targetRevision}
  destination:
    server: https://kubernetes.default.svc
    namespace: ${service.namespace}
  revisionHistoryLimit: 10
  syncPolicy:
    automated:
      prune: true
      selfHeal: true
    syncOptions:
      - CreateNamespace=true
`;
}

/** The Kubernetes manifests of a service at a version. */
export function deploymentManifest(
  organization: string,
  service: ServiceDefinition,
  version: string,
): string {
  return deploymentsOf(service)
    .map(deployment => oneDeployment(organization, deployment, version))
    .join('---\n');
}

function oneDeployment(
  organization: string,
  deployment: DeploymentDefinition,
  version: string,
): string {
  const probes = [
    deployment.readinessProbe === false
      ? ''
      : probe('readinessProbe', 'readyz'),
    deployment.livenessProbe === false ? '' : probe('livenessProbe', 'healthz'),
  ].join('');
  const replicas =
    deployment.replicas === undefined
      ? ''
      : `  replicas: ${deployment.replicas}\n`;
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${deployment.name}
  labels:
    app: ${deployment.name}
spec:
${replicas}  progressDeadlineSeconds: 30
  selector:
    matchLabels:
      app: ${deployment.name}
  template:
    metadata:
      labels:
        app: ${deployment.name}
    spec:
      containers:
        - name: ${deployment.name}
          image: ${imageOf(organization, deployment.name, version)}
          ports:
            - containerPort: 8080
${probes}---
apiVersion: v1
kind: Service
metadata:
  name: ${deployment.name}
spec:
  selector:
    app: ${deployment.name}
  ports:
    - port: 80
      targetPort: 8080
`;
}

function probe(kind: string, path: string): string {
  return `          ${kind}:
            httpGet:
              path: /${path}
              port: 8080
            periodSeconds: 10
`;
}

/** Files every repository begins with. */
export function foundationFiles(
  service: ServiceDefinition,
): Record<string, string> {
  return {
    'README.md': `# ${service.title}\n\n${service.description}\n\nOwned by ${
      service.owner
    }. Deployed by Argo CD from \`${manifestPathOf(service)}\`.\n`,
    '.github/workflows/pr-checks.yml': PR_CHECKS_WORKFLOW,
    '.github/CODEOWNERS': `* @my-org/${service.owner}\n`,
    'src/index.js': `const { createServer } = require('node:http');
const { handle } = require('./handler');

createServer(handle).listen(8080);
`,
    'src/handler.js': handlerFile(service, '1.0.0'),
    'test/handler.test.js': `const { test } = require('node:test');
const assert = require('node:assert');
const { name } = require('../src/handler');

test('knows its name', () => assert.equal(name, '${service.name}'));
`,
  };
}

/** The files a release changes. */
export function releaseFiles(
  organization: string,
  service: ServiceDefinition,
  version: string,
): Record<string, string> {
  const folder = service.repository ? `services/${service.name}/` : '';
  return {
    [`${folder}package.json`]: `${JSON.stringify(
      {
        name: `@${organization}/${service.name}`,
        version,
        private: true,
        scripts: { start: 'node src/index.js', test: 'node --test' },
      },
      undefined,
      2,
    )}\n`,
    [`${folder}src/handler.js`]: handlerFile(service, version),
    [`${pathOf(service)}/deployment.yaml`]: deploymentManifest(
      organization,
      service,
      version,
    ),
  };
}

/** The program of a release that cannot start. */
export function brokenHandlerFile(
  service: ServiceDefinition,
  version: string,
): string {
  return `${handlerFile(service, version)}
const limit = Number(process.env.REQUEST_LIMIT);
if (!Number.isInteger(limit)) {
  throw new Error('REQUEST_LIMIT must be set');
}
`;
}

/** Where a release's program lives in the repository. */
export function handlerPathOf(service: ServiceDefinition): string {
  return `${
    service.repository ? `services/${service.name}/` : ''
  }src/handler.js`;
}

function handlerFile(service: ServiceDefinition, version: string): string {
  return `// ${service.title} ${version}
exports.name = '${service.name}';
exports.version = '${version}';

exports.handle = (request, response) => {
  if (request.url === '/healthz' || request.url === '/readyz') {
    response.end('ok');
    return;
  }
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ service: exports.name, version: exports.version }));
};
`;
}
