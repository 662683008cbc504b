import { time } from '../represent/common';
import { actor, repositoryOwner } from './actors';
import {
  type Args,
  type Fields,
  type GraphContext,
  sees,
  text,
  typedError,
} from './fields';
import { repositoryObject } from './repository';

/** The fields of `Query`. */
export function rootFields(context: GraphContext): Fields {
  const { state } = context;
  return {
    __typename: 'Query',
    viewer: () => actor(context, context.viewer.account.login),
    rateLimit: () => ({
      __typename: 'RateLimit',
      limit: context.rate.limit,
      cost: context.cost,
      remaining: context.rate.remaining,
      used: context.rate.used,
      resetAt: time(context.rate.reset * 1000),
    }),
    repository: (args: Args) => {
      const name = `${text(args, 'owner')}/${text(args, 'name')}`;
      const repository = state.find(name);
      if (!repository || !sees(context, repository)) {
        throw typedError(
          'NOT_FOUND',
          `Could not resolve to a Repository with the name '${name}'.`,
        );
      }
      return repositoryObject(context, repository);
    },
    user: (args: Args) => {
      const login = text(args, 'login') ?? '';
      if (state.accounts.get(login)?.type !== 'User') {
        throw typedError(
          'NOT_FOUND',
          `Could not resolve to a User with the login of '${login}'.`,
        );
      }
      return actor(context, login);
    },
    repositoryOwner: (args: Args) => {
      const login = text(args, 'login') ?? '';
      return state.accounts.get(login) || state.accounts.findOrganization(login)
        ? repositoryOwner(context, login)
        : null;
    },
    organization: (args: Args) => {
      const login = text(args, 'login') ?? '';
      if (!state.accounts.findOrganization(login)) {
        throw typedError(
          'NOT_FOUND',
          `Could not resolve to an Organization with the login of '${login}'.`,
        );
      }
      return repositoryOwner(context, login);
    },
  };
}
