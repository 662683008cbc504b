import { ApiError, notFound } from '../domain/apiError';
import { rootBody } from '../represent/root';
import {
  privateUser,
  publicUser,
  organizationFull,
  organizationSimple,
  simpleUser,
  team,
  teamFull,
  ownerUser,
} from '../represent/users';
import { type Register } from './api';
import { paged } from './paging';
import { callerOf } from './respond';
import { needScope, TEAM_SCOPES } from './scopes';
import { type Call } from './call';

/** What only apps may ask, with a token they sign themselves; nobody here is one. */
export const APP_PATHS = [
  '/app',
  '/app/installations',
  '/repos/:owner/:repo/installation',
];

/** Root, limits, users, organisations and teams. */
export function metaRoutes(register: Register): void {
  register('get', '/', call => ({ body: rootBody(call.state) }));
  register('get', '/meta', () => ({
    body: {
      verifiable_password_authentication: false,
      installed_version: '3.19.0',
    },
  }));
  register('get', '/rate_limit', rateLimit, 'free');
  for (const path of APP_PATHS) {
    register('get', path, () => {
      throw new ApiError(401, 'A JSON web token could not be decoded');
    });
  }

  register('get', '/user', call => ({
    body: privateUser(call.state, call.signedIn().account),
  }));
  register('get', '/user/emails', call => {
    const { account, token } = call.signedIn();
    if (!token.scopes.some(scope => ['user', 'user:email'].includes(scope))) {
      throw notFound();
    }
    return paged(
      call,
      [
        {
          email: account.email,
          primary: true,
          verified: true,
          visibility: 'private',
        },
      ],
      emails => emails,
    );
  });
  register('get', '/user/orgs', call =>
    paged(
      call,
      call.state.accounts.organizationsOf(call.signedIn().account.login),
      found => found.map(item => organizationSimple(call.state, item)),
    ),
  );
  register('get', '/user/teams', call => {
    const { login } = call.signedIn().account;
    const { accounts } = call.state;
    const teams = accounts
      .organizationsOf(login)
      .flatMap(({ login: org }) => accounts.teams(org))
      .filter(item => accounts.isMember(item, login));
    return paged(call, teams, found =>
      found.map(item => teamFull(call.state, item)),
    );
  });
  register('get', '/users/:login', user);
  register('get', '/users/:login/orgs', call =>
    paged(
      call,
      call.state.accounts.organizationsOf(call.param('login')),
      found => found.map(item => organizationSimple(call.state, item)),
    ),
  );

  register('get', '/orgs/:org', call => ({
    body: organizationFull(call.state, organization(call)),
  }));
  register('get', '/orgs/:org/teams', call => {
    const { login } = organization(call);
    needScope(call, TEAM_SCOPES);
    mustBeInside(call, login);
    return paged(call, call.state.accounts.teams(login), teams =>
      teams.map(item => team(call.state, item)),
    );
  });
  register('get', '/orgs/:org/teams/:slug', call => ({
    body: teamFull(call.state, teamOf(call)),
  }));
  register('get', '/orgs/:org/teams/:slug/members', call =>
    paged(call, teamOf(call).members, members =>
      members.map(login => simpleUser(call.state, login)),
    ),
  );
  register('get', '/orgs/:org/teams/:slug/memberships/:login', membership);
  register('get', '/orgs/:org/members', call =>
    paged(call, membersOf(call), members =>
      members.map(login => simpleUser(call.state, login)),
    ),
  );
  register('get', '/orgs/:org/members/:login', call => {
    call.signedIn();
    const wanted = call.param('login').toLowerCase();
    if (!membersOf(call).some(login => login.toLowerCase() === wanted)) {
      throw notFound();
    }
    return { status: 204 };
  });
}

function rateLimit(call: Call) {
  const caller = callerOf(call.request, call.viewer);
  const figures = (resource: 'core' | 'search' | 'graphql') => {
    const { limit, used, remaining, reset } = call.state.limits.look(
      caller,
      resource,
    );
    return { limit, used, remaining, reset };
  };
  return {
    body: {
      resources: {
        core: figures('core'),
        search: figures('search'),
        graphql: figures('graphql'),
      },
      rate: figures('core'),
    },
  };
}

function user(call: Call) {
  const login = call.param('login');
  const account = call.state.accounts.get(login);
  if (account) {
    return { body: publicUser(call.state, account) };
  }
  if (!call.state.accounts.findOrganization(login)) {
    throw notFound();
  }
  const { created_at, updated_at } = organizationFull(
    call.state,
    call.state.accounts.organization(login),
  );
  return {
    body: {
      ...ownerUser(call.state, login),
      name: login,
      company: null,
      blog: '',
      location: null,
      email: null,
      hireable: null,
      bio: null,
      public_repos: 0,
      public_gists: 0,
      followers: 0,
      following: 0,
      created_at,
      updated_at,
    },
  };
}

function organization(call: Call) {
  const found = call.state.accounts.findOrganization(call.param('org'));
  if (!found) {
    throw notFound();
  }
  return found;
}

/** Teams are seen by members of the organisation and its bots, with a token that may read it. */
function teamOf(call: Call) {
  const { login } = organization(call);
  const found = call.state.accounts.team(login, call.param('slug'));
  const scopes = call.viewer?.token.scopes ?? [];
  if (!found || !scopes.some(scope => TEAM_SCOPES.includes(scope))) {
    throw notFound();
  }
  mustBeInside(call, login);
  return found;
}

/** @throws ApiError 404 for people outside the organisation */
function mustBeInside(call: Call, org: string): void {
  const { account } = call.signedIn();
  const inside =
    account.type === 'Bot' ||
    call.state.accounts
      .organizationsOf(account.login)
      .some(({ login }) => login === org);
  if (!inside) {
    throw notFound();
  }
}

function membersOf(call: Call): string[] {
  const teams = call.state.accounts.teams(organization(call).login);
  return [...new Set(teams.flatMap(item => item.members))];
}

function membership(call: Call) {
  const found = teamOf(call);
  const login = call.param('login');
  if (!call.state.accounts.isMember(found, login)) {
    throw notFound();
  }
  return {
    body: {
      url: `${call.state.apiUrl}/orgs/${found.org}/teams/${found.slug}/memberships/${login}`,
      role: 'member',
      state: 'active',
    },
  };
}
