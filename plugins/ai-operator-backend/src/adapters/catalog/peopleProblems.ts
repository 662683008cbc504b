import {
  Role,
  ROLES,
  roleWords,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { ROLE_KEYS, RoleMembers } from '../../config';
import { CallContext, PeopleProblem } from '../../ports';
import { LOGIN_ANNOTATION } from './catalogReader';
import { CatalogUser, MAX_GROUP_DEPTH, PeopleCatalog } from './peopleCatalog';
import { RoleConfig, RoleTable } from './roleTable';

/** People looked at one by one; beyond that the findings say that they are not all. */
const MAX_PEOPLE = 1_000;
/** Names in one sentence. */
const MAX_NAMES = 10;

interface Facts {
  roles: RoleConfig;
  table: RoleTable;
  users: Map<string, CatalogUser>;
}

/** Whatever in the role table gives nobody a role, or a role that cannot be used. Throws PortError. */
export async function findPeopleProblems(options: {
  roles: RoleConfig;
  table: RoleTable;
  catalog: PeopleCatalog;
  call: CallContext;
}): Promise<PeopleProblem[]> {
  const { roles, table, catalog, call } = options;
  const refs = union(table.users);
  const users = refs.length
    ? await catalog.findUsers(refs.slice(0, MAX_PEOPLE), call)
    : new Map<string, CatalogUser>();
  const logins = [
    ...new Set([
      ...[...users.values()].flatMap(({ login }) => login?.toLowerCase() ?? []),
      ...union(table.logins),
    ]),
  ];
  const holders = logins.length
    ? await catalog.findHolders(logins.slice(0, MAX_PEOPLE), call)
    : new Map<string, CatalogUser[]>();
  const facts = { roles, table, users };
  return [
    ...ROLES.flatMap(role => [
      ...missing(role, facts, refs.slice(0, MAX_PEOPLE)),
      ...withoutLogin(role, facts),
    ]),
    ...sharedLogins(holders),
    ...limits(table, Math.max(refs.length, logins.length)),
  ];
}

function missing(role: Role, facts: Facts, looked: string[]): PeopleProblem[] {
  const { roles, table, users } = facts;
  const keyOf = (kind: keyof RoleMembers) =>
    `aiOperator.roles.${ROLE_KEYS[role]}.${kind}`;
  const gone = (kind: keyof RoleMembers, isGone: (ref: string) => boolean) =>
    roles[role][kind].filter(isGone);
  return [
    ...gone('groups', ref => table.missingGroups.includes(ref)).map(ref => ({
      key: keyOf('groups'),
      because: `The group '${ref}' is not in the catalog, so it gives nobody the role ${roleWords(
        role,
      )}`,
      howToMend: 'Correct the entity ref, or add the Group to the catalog',
    })),
    ...gone('githubTeams', team => table.missingTeams.includes(team)).map(
      team => ({
        key: keyOf('githubTeams'),
        because: `GitHub shows no team '${team}', so it gives nobody the role ${roleWords(
          role,
        )}`,
        howToMend:
          'Correct the slug, or give the credentials under integrations.github the organisation permission members: read',
      }),
    ),
    ...gone('users', ref => looked.includes(ref) && !users.has(ref)).map(
      ref => ({
        key: keyOf('users'),
        because: `The user '${ref}' is not in the catalog, so nobody has the role ${roleWords(
          role,
        )} by it`,
        howToMend: 'Correct the entity ref, or add the User to the catalog',
      }),
    ),
  ];
}

function withoutLogin(role: Role, { table, users }: Facts): PeopleProblem[] {
  const unlinked = [...table.users[role]].filter(
    ref => users.has(ref) && users.get(ref)?.login === undefined,
  );
  return unlinked.length === 0
    ? []
    : [
        {
          key: `aiOperator.roles.${ROLE_KEYS[role]}`,
          because: `${names(unlinked)} ${
            unlinked.length === 1 ? 'has' : 'have'
          } the role ${roleWords(
            role,
          )} but no GitHub login, so reviews and comments of theirs are not recognised`,
          howToMend: `Add the annotation ${LOGIN_ANNOTATION} to the User in the catalog`,
        },
      ];
}

function sharedLogins(holders: Map<string, CatalogUser[]>): PeopleProblem[] {
  return [...holders]
    .filter(([, users]) => users.length > 1)
    .slice(0, MAX_NAMES)
    .map(([login, users]) => ({
      key: 'aiOperator.roles',
      because: `The GitHub login '${login}' is annotated at ${names(
        users.map(({ entityRef }) => entityRef),
      )}, so it is linked to none of them`,
      howToMend: `Keep the annotation ${LOGIN_ANNOTATION} at the User whose login it is`,
    }));
}

function limits(table: RoleTable, people: number): PeopleProblem[] {
  const problems: PeopleProblem[] = [];
  if (table.leftOutGroups > 0) {
    problems.push({
      key: 'aiOperator.roles',
      because: `${table.leftOutGroups} child groups lie deeper than ${MAX_GROUP_DEPTH} levels below a configured group, or are too many, and give nobody a role`,
      howToMend: 'Name the groups further down in the role table',
    });
  }
  if (people > MAX_PEOPLE) {
    problems.push({
      key: 'aiOperator.roles',
      because: `Roles are given to ${people} people; only the first ${MAX_PEOPLE} of them were looked at for these findings`,
      howToMend: 'Nothing is broken by this; smaller groups make it readable',
    });
  }
  return problems;
}

function union(perRole: Record<Role, Set<string>>): string[] {
  return [...new Set(ROLES.flatMap(role => [...perRole[role]]))];
}

function names(refs: string[]): string {
  const more = refs.length - MAX_NAMES;
  const shown = refs.slice(0, MAX_NAMES).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}
