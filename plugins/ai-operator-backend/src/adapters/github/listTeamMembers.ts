import { z } from 'zod';
import { PortError } from '../../ports';
import { GitHubClient } from './GitHubClient';
import { OrganizationScope } from './scope';

const memberSchema = z.object({ login: z.string() });

const MAX_MEMBERS = 1_000;

/**
 * Logins of a team's members, those of child teams included, as GitHub counts
 * them. A team of more than 1000 is refused: half a role would be worse than an
 * error. Conditional: asking again without news costs nothing.
 */
export async function listTeamMembers(
  client: GitHubClient,
  scope: OrganizationScope,
  teamSlug: string,
): Promise<string[]> {
  const team = `${scope.organization.slug}/${teamSlug}`;
  let members: Array<z.infer<typeof memberSchema>>;
  try {
    members = await client.list(
      scope,
      memberSchema,
      'GET /orgs/{org}/teams/{team_slug}/members',
      { team_slug: teamSlug },
      MAX_MEMBERS / 100 + 1,
      'cut',
    );
  } catch (cause) {
    const isHidden =
      cause instanceof PortError &&
      (cause.code === 'NOT_FOUND' || cause.code === 'PERMISSION_DENIED');
    throw isHidden
      ? new PortError(
          cause.code,
          `GitHub shows us no team '${team}': check its name, and that our credentials may read the organisation's members (app permission 'Members: read', token scope 'read:org')`,
          { cause },
        )
      : cause;
  }
  if (members.length > MAX_MEMBERS) {
    throw new PortError(
      'VALIDATION',
      `GitHub team '${team}' has more than ${MAX_MEMBERS} members; give the role to a smaller team`,
    );
  }
  return members.map(({ login }) => login);
}
