import { nodeId } from '../represent/common';
import { simpleUser, team as teamBody } from '../represent/users';
import { type TeamState } from '../state/model';
import {
  type Args,
  connection,
  type Fields,
  type GraphContext,
  sees,
  text,
} from './fields';
import { repositoryObject } from './repository';

/** An actor by login. Bots are called without "[bot]" here, as in GitHub's GraphQL. */
export function actor(context: GraphContext, login: string): Fields {
  const user = simpleUser(context.state, login);
  const account = context.state.accounts.get(login);
  const bot = user.type === 'Bot';
  const shown = bot ? user.login.replace(/\[bot\]$/, '') : user.login;
  return {
    __typename: bot ? 'Bot' : 'User',
    id: nodeId(bot ? 'Bot' : 'User', user.id),
    databaseId: user.id,
    login: shown,
    url: user.html_url,
    resourcePath: `/${shown}`,
    avatarUrl: user.avatar_url,
    ...(bot
      ? {}
      : {
          name: account?.name ?? null,
          email: account?.email ?? '',
          isViewer: context.viewer.account.login === account?.login,
        }),
  };
}

/** Whoever owns repositories. */
export function repositoryOwner(context: GraphContext, login: string): Fields {
  if (context.state.accounts.get(login)) {
    return actor(context, login);
  }
  const organization = context.state.accounts.organization(login);
  const teams = context.state.accounts.teams(login);
  return {
    __typename: 'Organization',
    id: nodeId('Organization', organization.id),
    databaseId: organization.id,
    login: organization.login,
    name: organization.login,
    url: `${context.state.htmlUrl}/${organization.login}`,
    resourcePath: `/${organization.login}`,
    avatarUrl: `${context.state.htmlUrl}/avatars/${organization.id}.svg`,
    description: null,
    repositories: (args: Args, field: string) =>
      connection(
        'Repository',
        args,
        field,
        context.state
          .repositories()
          .filter(item => sameLogin(item.owner, login) && sees(context, item)),
        item => repositoryObject(context, item),
      ),
    membersWithRole: (args: Args, field: string) =>
      connection(
        'OrganizationMember',
        args,
        field,
        [...new Set(teams.flatMap(({ members }) => members))],
        member => actor(context, member),
      ),
    teams: (args: Args, field: string) =>
      connection('Team', args, field, teams, item => team(context, item)),
    team: (args: Args) => {
      const found = teams.find(({ slug }) => slug === text(args, 'slug'));
      return found ? team(context, found) : null;
    },
  };
}

function sameLogin(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function team(context: GraphContext, value: TeamState): Fields {
  const body = teamBody(context.state, value);
  return {
    __typename: 'Team',
    id: body.node_id,
    databaseId: value.id,
    name: value.name,
    slug: value.slug,
    combinedSlug: `${value.org}/${value.slug}`,
    description: value.description ?? null,
    url: body.html_url,
    avatarUrl: null,
    parentTeam: null,
    privacy: 'VISIBLE',
    editTeamUrl: `${body.html_url}/edit`,
    members: (args: Args, field: string) =>
      connection('TeamMember', args, field, value.members, member =>
        actor(context, member),
      ),
  };
}
