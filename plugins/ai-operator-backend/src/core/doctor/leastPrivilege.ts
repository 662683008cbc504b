import { ArgoQuestion } from './facts';

/*
 * The least the operator can do its work with. `examples/rbac` says the same in
 * each system's own words, and a test holds them together.
 */

/** What the Argo CD account needs, on every application under watch. */
export const ARGO_NEEDED = {
  resource: 'applications',
  action: 'get',
} as const;

/** What it must not be able to do to applications: a change goes through Git or not at all. */
export const ARGO_APPLICATION_EXCESS = [
  'sync',
  'update',
  'delete',
  'create',
  'override',
  'action',
] as const;

/** What it must not be able to do elsewhere in Argo CD. */
export const ARGO_OTHER_EXCESS: ReadonlyArray<Omit<ArgoQuestion, 'object'>> = [
  { resource: 'applicationsets', action: 'create' },
  { resource: 'applicationsets', action: 'update' },
  { resource: 'applicationsets', action: 'delete' },
  { resource: 'exec', action: 'create' },
  { resource: 'clusters', action: 'create' },
  { resource: 'clusters', action: 'update' },
  { resource: 'clusters', action: 'delete' },
  { resource: 'projects', action: 'create' },
  { resource: 'projects', action: 'update' },
  { resource: 'projects', action: 'delete' },
  { resource: 'repositories', action: 'create' },
  { resource: 'repositories', action: 'update' },
  { resource: 'repositories', action: 'delete' },
  { resource: 'accounts', action: 'update' },
];

/** What the Kubernetes account needs, in every namespace that applications are deployed to. */
export const KUBERNETES_NEEDED = {
  apiGroup: 'apps',
  resource: 'deployments',
  verbs: ['get'],
} as const;

/** What the GitHub App needs. */
export const GITHUB_NEEDED: Readonly<Record<string, 'read' | 'write'>> = {
  contents: 'write',
  pull_requests: 'write',
  issues: 'write',
  checks: 'read',
  statuses: 'read',
  metadata: 'read',
};

/** What it needs besides when `aiOperator.roles` names GitHub teams. */
export const GITHUB_NEEDED_FOR_TEAMS: Readonly<
  Record<string, 'read' | 'write'>
> = { members: 'read' };

/** Scopes of a classic token: the first is needed, the second where GitHub teams give roles. */
export const CLASSIC_SCOPES = { always: 'repo', forTeams: 'read:org' } as const;

/** An application the doctor asks Argo CD about, as its RBAC names it. */
export interface ArgoSample {
  project: string;
  name: string;
  /** Only where the instance has applications outside its own namespace. */
  namespace?: string;
}

/**
 * What to ask Argo CD about our account: a right on everything is granted by
 * pattern, so each is asked for a project in use as well as for all of them.
 */
export function argoQuestions(samples: readonly ArgoSample[]): ArgoQuestion[] {
  const objects = samples.flatMap(({ project, name, namespace }) => [
    `${project}/${name}`,
    // Older versions know an application of the own namespace by two parts only.
    ...(namespace === undefined ? [] : [`${project}/${namespace}/${name}`]),
  ]);
  const everywhere = '*/*';
  return [
    ...(objects.length > 0 ? objects : [everywhere]).map(object => ({
      ...ARGO_NEEDED,
      object,
    })),
    ...ARGO_APPLICATION_EXCESS.flatMap(action =>
      [...objects, everywhere].map(object => ({
        resource: ARGO_NEEDED.resource,
        action,
        object,
      })),
    ),
    ...ARGO_OTHER_EXCESS.map(question => ({
      ...question,
      object: isOfProject(question.resource) ? everywhere : '*',
    })),
  ];
}

function isOfProject(resource: string): boolean {
  return resource === 'applicationsets' || resource === 'exec';
}
