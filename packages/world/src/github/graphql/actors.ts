import { nodeId } from '../represent/common';
import { simpleUser } from '../represent/users';
import { type Fields, type GraphContext } from './fields';

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
  return {
    __typename: 'Organization',
    id: nodeId('Organization', organization.id),
    databaseId: organization.id,
    login: organization.login,
    name: organization.login,
    url: `${context.state.htmlUrl}/${organization.login}`,
    resourcePath: `/${organization.login}`,
    avatarUrl: `${context.state.htmlUrl}/avatars/${organization.id}.svg`,
  };
}
