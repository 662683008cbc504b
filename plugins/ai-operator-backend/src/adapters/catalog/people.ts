import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { Role, ROLES } from '@ai-operator/backstage-plugin-ai-operator-common';
import { PersonRef } from '../../core/people';
import { CallContext, PeoplePort, PeopleProblem, PortError } from '../../ports';
import { CallEnvironment, toPortError, within } from '../http';
import { CatalogUser, PeopleCatalog } from './peopleCatalog';
import { findPeopleProblems } from './peopleProblems';
import {
  isBotLogin,
  ListTeamMembers,
  readRoleTable,
  RoleConfig,
  RoleTable,
} from './roleTable';

export interface CatalogPeopleOptions {
  /** `aiOperator.roles`. */
  roles: RoleConfig;
  catalog: PeopleCatalog;
  listTeamMembers: ListTeamMembers;
  environment: CallEnvironment;
}

/** Oldest answer about somebody's roles, ms. */
const MAX_AGE_MS = 20_000;
/** For one reading of the table, and for one question about one person. */
const READ_LIMIT_MS = 8_000;
/** People remembered for those 20 s; the others are asked for every time. */
const MAX_KNOWN = 2_000;

/** People looked up to tell who has a role. */
const MAX_HOLDERS = 100;

/** What was read at one time: all of it is forgotten together. */
interface Snapshot {
  /** Before anything was asked, so that nothing in here is older. */
  startedAt: number;
  table: Promise<RoleTable>;
  users: Map<string, Promise<CatalogUser | undefined>>;
  holders: Map<string, Promise<CatalogUser[]>>;
}

/**
 * The role table over the catalog and GitHub's teams. Groups and teams are read
 * at most every 20 s, by the first who asks and for all who ask meanwhile;
 * whose login is whose is asked for one person at a time.
 */
export class CatalogPeople implements PeoplePort {
  readonly #options: CatalogPeopleOptions;
  #snapshot: Snapshot | undefined;

  constructor(options: CatalogPeopleOptions) {
    this.#options = options;
  }

  async find(
    who: PersonRef,
    call: CallContext,
  ): Promise<{ person: PersonRef; roles: Role[] }> {
    const snapshot = this.#current(call);
    try {
      const table = await this.#wait(snapshot.table, call);
      const answer = await this.#resolve(who, table, snapshot, call);
      this.#refuseOld(snapshot);
      return answer;
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  async problems(call: CallContext): Promise<PeopleProblem[]> {
    const { roles, catalog } = this.#options;
    try {
      const table = await this.#wait(this.#current(call).table, call);
      return await findPeopleProblems({ roles, table, catalog, call });
    } catch (error) {
      const { code, message } = toPortError(error, 'Reading the role table');
      if (code === 'CANCELLED') {
        throw error;
      }
      return [
        {
          key: 'aiOperator.roles',
          because: `Nobody's roles are known, so nobody can decide anything: ${message}`,
          howToMend:
            'Let the backend read users and groups in the catalog; for GitHub teams the credentials under integrations.github need the organisation permission members: read',
        },
      ];
    }
  }

  /** Everybody who has the role now, at most {@link MAX_HOLDERS}; for the doctor. Throws PortError. */
  async holders(role: Role, call: CallContext): Promise<PersonRef[]> {
    const snapshot = this.#current(call);
    try {
      const table = await this.#wait(snapshot.table, call);
      const found = await Promise.all([
        ...[...table.users[role]]
          .slice(0, MAX_HOLDERS)
          .map(ref => this.#byRef(ref, snapshot, call)),
        ...[...table.logins[role]]
          .slice(0, MAX_HOLDERS)
          .map(login => this.#byLogin(login, snapshot, call)),
      ]);
      const people = found.filter(person => person !== undefined);
      return [
        ...new Map(
          people.map(person => [person.entityRef ?? person.login, person]),
        ).values(),
      ].slice(0, MAX_HOLDERS);
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  async #resolve(
    { entityRef, login }: PersonRef,
    table: RoleTable,
    snapshot: Snapshot,
    call: CallContext,
  ): Promise<{ person: PersonRef; roles: Role[] }> {
    const byRef = entityRef
      ? await this.#byRef(entityRef, snapshot, call)
      : undefined;
    const byLogin = login
      ? await this.#byLogin(login, snapshot, call)
      : undefined;
    const rolesOf = (person: PersonRef | undefined) =>
      ROLES.filter(
        role =>
          (person?.entityRef && table.users[role].has(person.entityRef)) ||
          (person?.login && table.logins[role].has(person.login.toLowerCase())),
      );
    if (!entityRef || !login) {
      const found = byRef ?? byLogin;
      return { person: found ?? { entityRef, login }, roles: rolesOf(found) };
    }
    if (byRef && byLogin && byRef.entityRef === byLogin.entityRef) {
      return { person: byLogin, roles: rolesOf(byLogin) };
    }
    // The catalog does not say (any more) that these two are one person: we
    // cannot tell which of them decided, so both must have the role.
    const ofLogin = rolesOf(byLogin);
    return {
      person: { entityRef, login },
      roles: rolesOf(byRef).filter(role => ofLogin.includes(role)),
    };
  }

  /** The User with their login, when it is theirs alone; undefined when the catalog has no such User. */
  async #byRef(
    text: string,
    snapshot: Snapshot,
    call: CallContext,
  ): Promise<PersonRef | undefined> {
    const ref = toUserRef(text);
    const user =
      ref === undefined
        ? undefined
        : await this.#ask(snapshot.users, ref, call, async sharedCall =>
            (await this.#options.catalog.findUsers([ref], sharedCall)).get(ref),
          );
    if (!user) {
      return undefined;
    }
    const linked =
      user.login === undefined
        ? undefined
        : await this.#byLogin(user.login, snapshot, call);
    return linked?.entityRef === user.entityRef
      ? linked
      : { entityRef: user.entityRef };
  }

  /** The login with the one User who has it; bots are nobody. */
  async #byLogin(
    login: string,
    snapshot: Snapshot,
    call: CallContext,
  ): Promise<PersonRef | undefined> {
    if (isBotLogin(login)) {
      return undefined;
    }
    const key = login.toLowerCase();
    const holders = await this.#ask(
      snapshot.holders,
      key,
      call,
      async sharedCall =>
        (await this.#options.catalog.findHolders([key], sharedCall)).get(key) ??
        [],
    );
    // Two Users with one login: neither is believed.
    return holders.length === 1
      ? { entityRef: holders[0].entityRef, login }
      : { login };
  }

  #current(call: CallContext): Snapshot {
    const { environment, roles, catalog, listTeamMembers } = this.#options;
    const now = environment.clock.now();
    const current = this.#snapshot;
    if (current && now - current.startedAt < MAX_AGE_MS) {
      return current;
    }
    const snapshot: Snapshot = {
      startedAt: now,
      table: readRoleTable({
        roles,
        catalog,
        listTeamMembers,
        call: shared(call),
      }),
      users: new Map(),
      holders: new Map(),
    };
    this.#snapshot = snapshot;
    snapshot.table.catch(() => {
      if (this.#snapshot === snapshot) {
        this.#snapshot = undefined;
      }
    });
    return snapshot;
  }

  /** Asked once for all who want to know it of this snapshot; a failure is forgotten. */
  #ask<T>(
    known: Map<string, Promise<T>>,
    key: string,
    call: CallContext,
    ask: (call: CallContext) => Promise<T>,
  ): Promise<T> {
    const answer = known.get(key) ?? ask(shared(call));
    if (known.size < MAX_KNOWN) {
      known.set(key, answer);
      answer.catch(() => known.delete(key));
    }
    return this.#wait(answer, call);
  }

  #wait<T>(work: Promise<T>, { signal }: CallContext): Promise<T> {
    return within(work, {
      timeoutMs: READ_LIMIT_MS,
      signal,
      asked: 'Reading who has which role',
    });
  }

  #refuseOld({ startedAt }: Snapshot): void {
    const age = this.#options.environment.clock.now() - startedAt;
    if (age > MAX_AGE_MS) {
      throw new PortError(
        'UNAVAILABLE',
        `Reading who has which role took so long that the answer is ${age} ms old`,
      );
    }
  }
}

/** Work that others wait for as well does not end with the one who began it. */
function shared(call: CallContext): CallContext {
  return {
    record: record => call.record(record),
    signal: AbortSignal.timeout(READ_LIMIT_MS),
  };
}

function toUserRef(text: string): string | undefined {
  try {
    const ref = parseEntityRef(text);
    return ref.kind.toLowerCase() === 'user'
      ? stringifyEntityRef(ref)
      : undefined;
  } catch {
    return undefined;
  }
}

function asUnavailable(error: unknown): PortError {
  const cause = toPortError(error, 'Reading who has which role');
  return cause.code === 'CANCELLED'
    ? cause
    : new PortError(
        'UNAVAILABLE',
        `Nobody's roles are known just now: ${cause.message}`,
        { cause, retryAt: cause.retryAt },
      );
}
