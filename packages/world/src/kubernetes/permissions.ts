import type { NextFunction, Request, Response } from 'express';
import { sendStatus } from './status';

/** Who the operator is in the cluster. */
const USER = 'system:serviceaccount:ai-operator:ai-operator';

/** One rule of a role. */
export interface ClusterRule {
  verbs: string[];
  apiGroups: string[];
  resources: string[];
}

/** What every account may do, in every cluster. */
const EVERYBODY: readonly ClusterRule[] = [
  {
    verbs: ['create'],
    apiGroups: ['authorization.k8s.io'],
    resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
  },
  {
    verbs: ['create'],
    apiGroups: ['authentication.k8s.io'],
    resources: ['selfsubjectreviews'],
  },
];

const READ_ONLY: readonly ClusterRule[] = [
  {
    verbs: ['get', 'list'],
    apiGroups: ['apps'],
    resources: ['deployments', 'replicasets'],
  },
  {
    verbs: ['get', 'list'],
    apiGroups: [''],
    resources: ['pods', 'namespaces'],
  },
];

/** The rules of the operator's role in one cluster. */
export class ClusterPermissions {
  #rules: readonly ClusterRule[] = READ_ONLY;

  rules(): readonly ClusterRule[] {
    return this.#rules;
  }

  /** Gives these rules and no others. */
  replace(rules: readonly ClusterRule[]): void {
    this.#rules = [...rules];
  }

  /** Gives one more rule. */
  grant(rule: ClusterRule): void {
    this.#rules = [...this.#rules, rule];
  }

  allows(verb: string, group: string, resource: string): boolean {
    const has = (names: string[], name: string) =>
      names.includes('*') || names.includes(name);
    return this.#rules.some(
      rule =>
        has(rule.verbs, verb) &&
        has(rule.apiGroups, group) &&
        has(rule.resources, resource),
    );
  }
}

/** A `SelfSubjectRulesReview` of the operator, as the API server answers it. */
export function rulesReview(permissions: ClusterPermissions) {
  return {
    kind: 'SelfSubjectRulesReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec: {},
    status: {
      resourceRules: [...EVERYBODY, ...permissions.rules()],
      nonResourceRules: [
        {
          verbs: ['get'],
          nonResourceURLs: [
            ...['/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*'],
            ...['/healthz', '/livez', '/readyz', '/version', '/version/'],
          ],
        },
      ],
      incomplete: false,
    },
  };
}

/** Lets through what the role covers. */
export function enforce(permissions: ClusterPermissions) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const asked = readRequest(request);
    if (asked && permissions.allows(asked.verb, asked.group, asked.plural)) {
      next();
    } else {
      refuse(request, response);
    }
  };
}

/** What the operator's role does not cover is forbidden, known or not. */
export function refuse(request: Request, response: Response): void {
  const asked = readRequest(request);
  if (!asked) {
    sendStatus(
      response,
      404,
      'the server could not find the requested resource',
    );
    return;
  }
  const { group, namespace, plural, name, verb } = asked;
  const resource = group ? `${plural}.${group}` : plural;
  sendStatus(
    response,
    403,
    `${resource}${
      name ? ` "${name}"` : ''
    } is forbidden: User "${USER}" cannot ${verb} resource "${plural}" in API group "${group}"${
      namespace ? ` in the namespace "${namespace}"` : ' at the cluster scope'
    }`,
    { ...(name && { name }), ...(group && { group }), kind: plural },
  );
}

/** Verb and object of a request for a resource; undefined for any other. */
function readRequest({ method, path }: Request) {
  const match =
    /^\/(?:api\/v1|apis\/([^/]+)\/[^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?/.exec(
      path,
    );
  if (!match) {
    return undefined;
  }
  const [, group = '', namespace, plural, name] = match;
  return { group, namespace, plural, name, verb: verbOf(method, name) };
}

function verbOf(method: string, name: string | undefined): string {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return 'delete';
    default:
      return name ? 'get' : 'list';
  }
}
