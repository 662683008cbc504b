import { Role, ROLES } from '@ai-operator/backstage-plugin-ai-operator-common';
import { readEntityRef } from './entityRefs';
import { teamSlug } from './formats';
import { ROLE_KEYS } from './roleKeys';
import { Section } from './section';
import { RoleMembers } from './types';

function readMembers(section: Section): RoleMembers {
  section.allow(['groups', 'githubTeams', 'users']);
  return {
    groups: section.list(
      'groups',
      text => readEntityRef(text, ['group']),
      "Write the entity ref of a Group, such as 'group:default/platform-seniors'",
    ),
    githubTeams: section.list(
      'githubTeams',
      teamSlug,
      "Write organisation and slug of the team, such as 'my-org/platform-seniors'; on hosts other than the first one under integrations.github 'host/my-org/platform-seniors'",
    ),
    users: section.list(
      'users',
      text => readEntityRef(text, ['user']),
      "Write the entity ref of a User, such as 'user:default/alice'",
    ),
  };
}

function isEmpty({ groups, githubTeams, users }: RoleMembers): boolean {
  return groups.length + githubTeams.length + users.length === 0;
}

/**
 * Section `roles`: who may decide what (seed §2.2). A mistake only takes rights
 * away, so the rest of the operator goes on.
 */
export function readRoles(section: Section): Record<Role, RoleMembers> {
  section.allow(ROLES.map(role => ROLE_KEYS[role]));
  const read = (role: Role) => readMembers(section.section(ROLE_KEYS[role]));
  const roles = {
    developer: read('developer'),
    approver: read('approver'),
    senior_maintainer: read('senior_maintainer'),
    admin: read('admin'),
  };
  if (isEmpty(roles.senior_maintainer)) {
    section.report(
      ROLE_KEYS.senior_maintainer,
      'Nobody has the role senior maintainer, so nobody can approve a production rollback, or abort, take over or reset any rollback',
      `Name groups, GitHub teams or users under '${section.path}.${ROLE_KEYS.senior_maintainer}'`,
    );
  }
  return roles;
}
