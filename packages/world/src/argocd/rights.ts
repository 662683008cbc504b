/** What Argo CD's RBAC knows; whatever else is asked about is a mistake. */
const RESOURCES = [
  'clusters',
  'projects',
  'applications',
  'applicationsets',
  'repositories',
  'write-repositories',
  'certificates',
  'accounts',
  'gpgkeys',
  'logs',
  'exec',
  'extensions',
];
const ACTIONS = ['get', 'create', 'update', 'delete', 'sync', 'override'];

/** One line of a policy: `p, role, applications, get, payments/*, allow`. */
export interface ArgoGrant {
  resource: string;
  action: string;
  /** `<project>/<name>`; `*` stands for anything, slashes included. */
  object: string;
}

/** What the operator needs, and all it is given at first. */
const READ_ONLY: readonly ArgoGrant[] = [
  { resource: 'applications', action: 'get', object: '*/*' },
];

/** What the operator's account may do in one Argo CD instance. */
export class ArgoRights {
  #grants: readonly ArgoGrant[] = READ_ONLY;

  grants(): readonly ArgoGrant[] {
    return this.#grants;
  }

  /** Gives these rights and no others. */
  replace(grants: readonly ArgoGrant[]): void {
    this.#grants = [...grants];
  }

  /** Gives one more right. */
  grant(grant: ArgoGrant): void {
    this.#grants = [...this.#grants, grant];
  }

  /** Whether a policy covers this very object; in a question `*` is an ordinary character. */
  allows(resource: string, action: string, object: string): boolean {
    return this.#grants.some(
      grant =>
        covers(grant.resource, resource) &&
        covers(grant.action, action) &&
        covers(grant.object, object),
    );
  }

  /** Whether every application may be read, so that lists need no filter. */
  readsEverything(): boolean {
    return this.allows('applications', 'get', '*/*');
  }
}

/** Why a question cannot be asked; undefined when it can. */
export function unknownRight(
  resource: string,
  action: string,
): string | undefined {
  if (!ACTIONS.includes(action)) {
    return `[${ACTIONS.join(' ')}] does not contain ${action}`;
  }
  return RESOURCES.includes(resource)
    ? undefined
    : `[${RESOURCES.join(' ')}] does not contain ${resource}`;
}

function covers(pattern: string, text: string): boolean {
  const parts = pattern
    .split('*')
    .map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}
