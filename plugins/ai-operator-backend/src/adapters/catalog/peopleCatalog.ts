import { AuthService } from '@backstage/backend-plugin-api';
import {
  Entity,
  RELATION_HAS_MEMBER,
  RELATION_PARENT_OF,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { CallContext } from '../../ports';
import { CallEnvironment, callExternal } from '../http';
import {
  CatalogQuestions,
  CatalogReader,
  LOGIN_ANNOTATION,
} from './catalogReader';

/** The calls of this adapter, each with its row in the retry table. */
export const CATALOG_CALLS = ['catalog.readPeople'] as const;

/** Levels of child groups below a configured group. */
export const MAX_GROUP_DEPTH = 10;
/** More than can be configured, so that a configured group is never left out. */
export const MAX_GROUPS = 5_000;

export interface CatalogUser {
  /** Full and in lower case. */
  entityRef: string;
  /** As it is written in the annotation. */
  login?: string;
}

export interface GroupMembers {
  /** Configured group → refs of its Users, those of child groups included. */
  members: Map<string, Set<string>>;
  /** Configured groups that the catalog does not have. */
  missing: string[];
  /** Child groups that are too deep or too many to be read: their members are not in `members`. */
  leftOut: number;
}

interface GroupNode {
  users: string[];
  children: string[];
}

export interface PeopleCatalogOptions {
  catalog: CatalogQuestions;
  auth: AuthService;
  environment: CallEnvironment;
}

/** Users and Groups of the catalog, in our words. Throws PortError. */
export class PeopleCatalog {
  readonly #options: PeopleCatalogOptions;

  constructor(options: PeopleCatalogOptions) {
    this.#options = options;
  }

  /** Members of these groups and of all groups below them, level by level. */
  readGroups(groups: string[], call: CallContext): Promise<GroupMembers> {
    return this.#call(call, { groups: groups.slice(0, 50) }, async read => {
      const nodes = new Map<string, GroupNode>();
      let level = [...new Set(groups)];
      for (
        let depth = 0;
        level.length && depth <= MAX_GROUP_DEPTH;
        depth += 1
      ) {
        if (nodes.size + level.length > MAX_GROUPS) {
          break;
        }
        for (const entity of await read.byRefs(level, ['relations'])) {
          nodes.set(stringifyEntityRef(entity), toNode(entity));
        }
        const children = level.flatMap(ref => nodes.get(ref)?.children ?? []);
        level = [...new Set(children)].filter(ref => !nodes.has(ref));
      }
      return {
        members: new Map(groups.map(ref => [ref, usersBelow(ref, nodes)])),
        missing: groups.filter(ref => !nodes.has(ref)),
        leftOut: level.length,
      };
    });
  }

  /** Those of these Users that exist, by their ref. */
  findUsers(
    refs: string[],
    call: CallContext,
  ): Promise<Map<string, CatalogUser>> {
    return this.#call(call, { users: refs.length }, async read => {
      const entities = await read.byRefs(refs, ['metadata.annotations']);
      return new Map(
        entities.map(toUser).map(user => [user.entityRef, user] as const),
      );
    });
  }

  /** Every User annotated with one of these logins, whatever the letters' case, by login in lower case. */
  findHolders(
    logins: string[],
    call: CallContext,
  ): Promise<Map<string, CatalogUser[]>> {
    return this.#call(call, { logins: logins.length }, async read => {
      const wanted = new Set(logins.map(login => login.toLowerCase()));
      const holders = new Map<string, CatalogUser[]>();
      for (const entity of await read.byLogins([...wanted])) {
        const user = toUser(entity);
        const login = user.login?.toLowerCase();
        if (login !== undefined && wanted.has(login)) {
          holders.set(login, [...(holders.get(login) ?? []), user]);
        }
      }
      return holders;
    });
  }

  #call<T extends Map<string, unknown> | GroupMembers>(
    call: CallContext,
    parameters: Record<string, unknown>,
    work: (read: CatalogReader) => Promise<T>,
  ): Promise<T> {
    const { auth, catalog, environment } = this.#options;
    return callExternal(
      {
        name: 'catalog.readPeople',
        // How many people, not who: the audit names nobody who has not acted.
        parameters,
        call,
        environment,
        summarize: answer =>
          answer instanceof Map
            ? { found: answer.size }
            : { missing: answer.missing.slice(0, 50) },
      },
      async ({ signal }) => {
        const credentials = await auth.getOwnServiceCredentials();
        return work(new CatalogReader(catalog, { credentials }, signal));
      },
    );
  }
}

function toUser(entity: Entity): CatalogUser {
  const login = entity.metadata.annotations?.[LOGIN_ANNOTATION]?.trim();
  return {
    entityRef: stringifyEntityRef(entity),
    ...(login ? { login } : {}),
  };
}

function toNode(entity: Entity): GroupNode {
  const targets = (type: string, kind: string) =>
    (entity.relations ?? [])
      .filter(relation => relation.type === type)
      .map(relation => relation.targetRef.toLowerCase())
      .filter(ref => ref.startsWith(`${kind}:`));
  return {
    users: targets(RELATION_HAS_MEMBER, 'user'),
    children: targets(RELATION_PARENT_OF, 'group'),
  };
}

function usersBelow(root: string, nodes: Map<string, GroupNode>): Set<string> {
  const users = new Set<string>();
  const seen = new Set<string>();
  const open = [root];
  for (let ref = open.pop(); ref !== undefined; ref = open.pop()) {
    const node = nodes.get(ref);
    if (node && !seen.has(ref)) {
      seen.add(ref);
      node.users.forEach(user => users.add(user));
      open.push(...node.children);
    }
  }
  return users;
}
