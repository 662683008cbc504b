import { Role, ROLES } from '@ai-operator/backstage-plugin-ai-operator-common';
import { RoleMembers } from '../../config';
import { CallContext, PortError } from '../../ports';
import { PeopleCatalog } from './peopleCatalog';

export type RoleConfig = Record<Role, RoleMembers>;

/** Logins of a GitHub team's members. Throws PortError. */
export type ListTeamMembers = (
  team: string,
  call: CallContext,
) => Promise<string[]>;

/** Teams asked at the same time. */
const TEAM_CONCURRENCY = 4;

/** The role table with its groups and teams read: who has which role, by ref and by login. */
export interface RoleTable {
  /** Refs of Users by role, those of the catalog and those named one by one; whether they exist is not known yet. */
  users: Record<Role, Set<string>>;
  /** Logins in lower case by role. */
  logins: Record<Role, Set<string>>;
  missingGroups: string[];
  missingTeams: string[];
  /** Child groups that could not be read any more. */
  leftOutGroups: number;
}

/** GitHub's own accounts for apps: no person, whatever list they are in. */
export function isBotLogin(login: string): boolean {
  return login.toLowerCase().endsWith('[bot]');
}

/** @throws PortError when a group or team could not be read; one that does not exist is an answer */
export async function readRoleTable(options: {
  roles: RoleConfig;
  catalog: PeopleCatalog;
  listTeamMembers: ListTeamMembers;
  call: CallContext;
}): Promise<RoleTable> {
  const { roles, catalog, listTeamMembers, call } = options;
  const all = (kind: keyof RoleMembers) => [
    ...new Set(ROLES.flatMap(role => roles[role][kind])),
  ];
  const groups = all('groups');
  const [groupMembers, teamMembers] = await Promise.all([
    groups.length
      ? catalog.readGroups(groups, call)
      : { members: new Map<string, Set<string>>(), missing: [], leftOut: 0 },
    readTeams(all('githubTeams'), listTeamMembers, call),
  ]);
  const perRole = (read: (members: RoleMembers) => string[]) => ({
    developer: new Set(read(roles.developer)),
    approver: new Set(read(roles.approver)),
    senior_maintainer: new Set(read(roles.senior_maintainer)),
    admin: new Set(read(roles.admin)),
  });
  return {
    users: perRole(members => [
      ...members.users,
      ...members.groups.flatMap(group => [
        ...(groupMembers.members.get(group) ?? []),
      ]),
    ]),
    logins: perRole(members =>
      members.githubTeams.flatMap(team => teamMembers.get(team) ?? []),
    ),
    missingGroups: groupMembers.missing,
    missingTeams: [...teamMembers]
      .filter(([, members]) => members === undefined)
      .map(([team]) => team),
    leftOutGroups: groupMembers.leftOut,
  };
}

/** Team → logins; undefined for a team that GitHub does not show. */
async function readTeams(
  teams: string[],
  listTeamMembers: ListTeamMembers,
  call: CallContext,
): Promise<Map<string, string[] | undefined>> {
  const members = new Map<string, string[] | undefined>();
  const open = [...teams];
  const work = async () => {
    for (let team = open.shift(); team; team = open.shift()) {
      members.set(team, await readTeam(team, listTeamMembers, call));
    }
  };
  await Promise.all(Array.from({ length: TEAM_CONCURRENCY }, work));
  return members;
}

async function readTeam(
  team: string,
  listTeamMembers: ListTeamMembers,
  call: CallContext,
): Promise<string[] | undefined> {
  try {
    const logins = await listTeamMembers(team, call);
    return logins
      .filter(login => !isBotLogin(login))
      .map(login => login.toLowerCase());
  } catch (error) {
    if (error instanceof PortError && error.code === 'NOT_FOUND') {
      return undefined;
    }
    throw error;
  }
}
