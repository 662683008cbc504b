import { InputError } from '@backstage/errors';
import { type Permission, type Person, type Team } from '../types';
import {
  type Account,
  type OrganizationAccount,
  strongest,
  type TeamState,
} from './model';

/** People, bots, organisations and teams. Logins are compared without case, as GitHub does. */
export class Accounts {
  readonly #accounts = new Map<string, Account>();
  readonly #organizations = new Map<string, OrganizationAccount>();
  readonly #teams: TeamState[] = [];
  readonly #nextId: () => number;
  readonly #createdAt: number;

  constructor(options: {
    people: Person[];
    teams: Team[];
    nextId: () => number;
    createdAt: number;
  }) {
    this.#nextId = options.nextId;
    this.#createdAt = options.createdAt;
    for (const person of options.people) {
      this.#accounts.set(person.login.toLowerCase(), {
        id: options.nextId(),
        login: person.login,
        name: person.name,
        email: person.email,
        role: person.role,
        type: person.type ?? 'User',
        permission: person.permission ?? 'pull',
        createdAt: options.createdAt,
      });
    }
    for (const team of options.teams) {
      this.organization(team.org);
      for (const member of team.members) {
        if (!this.#accounts.has(member.toLowerCase())) {
          throw new InputError(
            `Team ${team.org}/${team.slug} has the member "${member}", who is none of the people`,
          );
        }
      }
      this.#teams.push({
        id: options.nextId(),
        org: team.org,
        slug: team.slug,
        name: team.name,
        description: team.description,
        members: [...team.members],
        permission: team.permission,
        createdAt: options.createdAt,
      });
    }
  }

  get(login: string): Account | undefined {
    return this.#accounts.get(login.toLowerCase());
  }

  /** A person, bot or organisation by id. */
  byId(id: number): { login: string; name?: string } | undefined {
    return (
      [...this.#accounts.values()].find(account => account.id === id) ??
      [...this.#organizations.values()].find(({ id: other }) => other === id)
    );
  }

  /** People who can sign in. */
  people(): Account[] {
    return [...this.#accounts.values()].filter(({ type }) => type === 'User');
  }

  /** The account with this address, e.g. to link a commit to its author. */
  byEmail(email: string): Account | undefined {
    const wanted = email.toLowerCase();
    return [...this.#accounts.values()].find(
      account => account.email.toLowerCase() === wanted,
    );
  }

  /** The organisation, made on first mention unless the login is somebody's. */
  organization(login: string): OrganizationAccount {
    let organization = this.#organizations.get(login.toLowerCase());
    if (!organization) {
      organization = { id: this.#nextId(), login, createdAt: this.#createdAt };
      this.#organizations.set(login.toLowerCase(), organization);
    }
    return organization;
  }

  findOrganization(login: string): OrganizationAccount | undefined {
    return this.#organizations.get(login.toLowerCase());
  }

  teams(org: string): TeamState[] {
    return this.#teams.filter(
      team => team.org.toLowerCase() === org.toLowerCase(),
    );
  }

  team(org: string, slug: string): TeamState | undefined {
    return this.teams(org).find(team => team.slug === slug.toLowerCase());
  }

  /**
   * Puts somebody into a team or takes them out.
   *
   * @returns whether that changed anything
   */
  setMember(team: TeamState, login: string, member: boolean): boolean {
    if (this.isMember(team, login) === member) {
      return false;
    }
    const others = team.members.filter(
      other => other.toLowerCase() !== login.toLowerCase(),
    );
    team.members = member ? [...others, login] : others;
    return true;
  }

  isMember(team: TeamState, login: string): boolean {
    return team.members.some(
      member => member.toLowerCase() === login.toLowerCase(),
    );
  }

  organizationsOf(login: string): OrganizationAccount[] {
    return [...this.#organizations.values()].filter(organization =>
      this.teams(organization.login).some(team => this.isMember(team, login)),
    );
  }

  /** What an account may do in the repositories of `owner`. */
  permission(login: string, owner: string): Permission {
    const account = this.get(login);
    if (!account) {
      return 'none';
    }
    return this.teams(owner)
      .filter(team => this.isMember(team, login))
      .reduce(
        (held, team) => strongest(held, team.permission),
        account.permission,
      );
  }
}
