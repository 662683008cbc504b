import { DEMO_ACCESS } from '../credentials';
import { ElasticError } from './errors';
import { wildcardMatches } from './json';

/** What a key or a user may do. */
export interface Rights {
  cluster: string[];
  indices: Array<{ names: string[]; privileges: string[] }>;
}

/** Who asks. */
export interface Principal {
  kind: 'apiKey' | 'basic';
  /** Of the key, or the user's name. */
  id: string;
  rights: Rights;
}

/** Privileges and those they contain. */
const CLUSTER: Readonly<Record<string, readonly string[]>> = {
  all: ['manage'],
  manage: ['monitor', 'manage_ilm', 'manage_index_templates'],
  manage_ilm: ['read_ilm'],
  manage_index_templates: [],
  monitor: [],
  read_ilm: [],
};

const INDEX: Readonly<Record<string, readonly string[]>> = {
  all: ['manage', 'write', 'read'],
  manage: [
    'auto_configure',
    'create_index',
    'delete_index',
    'maintenance',
    'manage_ilm',
    'monitor',
    'view_index_metadata',
  ],
  write: ['index', 'delete'],
  index: ['create'],
  create: ['create_doc'],
  create_doc: [],
  delete: [],
  read: [],
  auto_configure: [],
  create_index: ['auto_configure'],
  delete_index: [],
  maintenance: [],
  manage_ilm: [],
  monitor: [],
  view_index_metadata: [],
};

function contains(
  table: Readonly<Record<string, readonly string[]>>,
  held: string,
  wanted: string,
): boolean {
  return (
    held === wanted ||
    (table[held] ?? []).some(inner => contains(table, inner, wanted))
  );
}

export function mayCluster({ rights }: Principal, privilege: string): boolean {
  return rights.cluster.some(held => contains(CLUSTER, held, privilege));
}

/** `index` may be a pattern: then it must be within one the rights name. */
export function mayIndex(
  { rights }: Principal,
  index: string,
  privilege: string,
): boolean {
  return rights.indices.some(
    ({ names, privileges }) =>
      names.some(pattern => wildcardMatches(pattern, index)) &&
      privileges.some(held => contains(INDEX, held, privilege)),
  );
}

export function isPrivilege(kind: 'cluster' | 'index', name: string): boolean {
  return Object.hasOwn(kind === 'cluster' ? CLUSTER : INDEX, name);
}

const OPERATOR_RIGHTS: Rights = {
  cluster: ['monitor', 'manage_index_templates', 'manage_ilm'],
  indices: [
    {
      names: ['ai-operator-audit-*'],
      privileges: [
        'auto_configure',
        'create_doc',
        'read',
        'view_index_metadata',
      ],
    },
    // The lifecycle policy that it writes deletes indices with its rights.
    {
      names: ['ai-operator-audit-2*'],
      privileges: ['delete_index', 'monitor'],
    },
  ],
};

/** The keys and users of the cluster; rights may be changed at any time. */
export class Access {
  readonly #principals = new Map<string, Principal>();

  constructor() {
    const { apiKey, readerApiKey, username, password } =
      DEMO_ACCESS.elasticsearch;
    this.addKey(apiKey, OPERATOR_RIGHTS);
    this.addKey(readerApiKey, {
      cluster: ['monitor'],
      indices: [{ names: ['*'], privileges: ['read'] }],
    });
    this.#principals.set(`Basic ${encode(`${username}:${password}`)}`, {
      kind: 'basic',
      id: username,
      rights: {
        cluster: ['all'],
        indices: [{ names: ['*'], privileges: ['all'] }],
      },
    });
  }

  /** @param key - `id:secret` */
  addKey(key: string, rights: Rights): Principal {
    const principal: Principal = {
      kind: 'apiKey',
      id: key.split(':')[0],
      rights: structuredClone(rights),
    };
    this.#principals.set(`ApiKey ${encode(key)}`, principal);
    return principal;
  }

  /** The operator's own, for taking rights away. */
  operator(): Principal {
    const { apiKey } = DEMO_ACCESS.elasticsearch;
    return this.authenticate(`ApiKey ${encode(apiKey)}`, '/');
  }

  /** @throws ElasticError security_exception, 401 */
  authenticate(header: string | undefined, path: string): Principal {
    const found = this.#principals.get(header ?? '');
    if (found) {
      return found;
    }
    const scheme = header?.split(' ')[0];
    throw new ElasticError(401, 'security_exception', why(scheme, path), {
      header: {
        'WWW-Authenticate': [
          'Basic realm="security" charset="UTF-8"',
          'ApiKey',
        ],
      },
    });
  }
}

function why(scheme: string | undefined, path: string): string {
  switch (scheme?.toLowerCase()) {
    case 'apikey':
      return `unable to authenticate with provided credentials and anonymous access is not allowed for REST request [${path}]`;
    case 'basic':
      return `unable to authenticate user for REST request [${path}]`;
    default:
      return `missing authentication credentials for REST request [${path}]`;
  }
}

function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

/** What a principal without the privilege is told: security_exception, 403. */
export function refuse(
  principal: Principal,
  action: string,
  privileges: string,
  indices?: string,
): ElasticError {
  const who =
    principal.kind === 'apiKey'
      ? `API key id [${principal.id}] of user [elastic]`
      : `user [${principal.id}]`;
  const where = indices === undefined ? '' : ` on indices [${indices}]`;
  const level = indices === undefined ? 'cluster' : 'index';
  return new ElasticError(
    403,
    'security_exception',
    `action [${action}] is unauthorized for ${who}${where}, this action is granted by the ${level} privileges [${privileges}]`,
  );
}
