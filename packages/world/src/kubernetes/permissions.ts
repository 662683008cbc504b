import type { Request, Response } from 'express';
import { sendStatus } from './status';

/** Who the operator is in the cluster. */
const USER = 'system:serviceaccount:ai-operator:ai-operator';

/** The operator's rules, as a `SelfSubjectRulesReview`. */
export function rulesReview() {
  return {
    kind: 'SelfSubjectRulesReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec: {},
    status: {
      resourceRules: [
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
      ],
      nonResourceRules: [
        { verbs: ['get'], nonResourceURLs: ['/healthz', '/version'] },
      ],
      incomplete: false,
    },
  };
}

/** What the operator's role does not cover is forbidden, known or not. */
export function refuse(request: Request, response: Response): void {
  const match =
    /^\/(?:api\/v1|apis\/([^/]+)\/[^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?/.exec(
      request.path,
    );
  if (!match) {
    sendStatus(
      response,
      404,
      'the server could not find the requested resource',
    );
    return;
  }
  const [, group = '', namespace, plural, name] = match;
  const verb = verbOf(request.method, name);
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
