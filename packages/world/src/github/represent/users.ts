import {
  type Account,
  type OrganizationAccount,
  type TeamState,
} from '../state/model';
import { type GitHubState } from '../state/state';
import { nodeId, time } from './common';

function links(state: GitHubState, login: string, id: number) {
  const url = `${state.apiUrl}/users/${encodeURIComponent(login)}`;
  return {
    avatar_url: `${state.htmlUrl}/avatars/${id}.svg`,
    gravatar_id: '',
    url,
    html_url: `${state.htmlUrl}/${encodeURIComponent(login)}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
  };
}

/** `simple-user` of somebody who wrote something; an unknown login is the "ghost". */
export function simpleUser(state: GitHubState, login: string) {
  const account = state.accounts.get(login);
  const known = account?.login ?? 'ghost';
  const id = account?.id ?? 10137;
  return {
    login: known,
    id,
    node_id: nodeId('User', id),
    ...links(state, known, id),
    type: account?.type ?? 'User',
    site_admin: false,
  };
}

/** `simple-user` of whoever owns repositories. */
export function ownerUser(state: GitHubState, login: string) {
  const account = state.accounts.get(login);
  if (account) {
    return simpleUser(state, login);
  }
  const organization = state.accounts.organization(login);
  return {
    login: organization.login,
    id: organization.id,
    node_id: nodeId('Organization', organization.id),
    ...links(state, organization.login, organization.id),
    type: 'Organization',
    site_admin: false,
  };
}

/** `public-user`. */
export function publicUser(state: GitHubState, account: Account) {
  return {
    ...simpleUser(state, account.login),
    name: account.name,
    company: null,
    blog: '',
    location: null,
    email: account.email,
    hireable: null,
    bio: account.role,
    twitter_username: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: time(account.createdAt),
    updated_at: time(account.createdAt),
  };
}

/** `private-user`: what somebody sees of themselves. */
export function privateUser(state: GitHubState, account: Account) {
  return {
    ...publicUser(state, account),
    private_gists: 0,
    total_private_repos: 0,
    owned_private_repos: 0,
    disk_usage: 0,
    collaborators: 0,
    two_factor_authentication: true,
  };
}

/** `organization-simple`. */
export function organizationSimple(
  state: GitHubState,
  organization: OrganizationAccount,
) {
  const url = `${state.apiUrl}/orgs/${encodeURIComponent(organization.login)}`;
  return {
    login: organization.login,
    id: organization.id,
    node_id: nodeId('Organization', organization.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${state.htmlUrl}/avatars/${organization.id}.svg`,
    description: null,
  };
}

/** `organization-full`. */
export function organizationFull(
  state: GitHubState,
  organization: OrganizationAccount,
) {
  return {
    ...organizationSimple(state, organization),
    name: organization.login,
    html_url: `${state.htmlUrl}/${encodeURIComponent(organization.login)}`,
    has_organization_projects: false,
    has_repository_projects: false,
    public_repos: state
      .repositories()
      .filter(
        repository =>
          repository.owner.toLowerCase() === organization.login.toLowerCase(),
      ).length,
    public_gists: 0,
    followers: 0,
    following: 0,
    type: 'Organization',
    created_at: time(organization.createdAt),
    updated_at: time(organization.createdAt),
    archived_at: null,
  };
}

/** `team`. */
export function team(state: GitHubState, value: TeamState) {
  const url = `${state.apiUrl}/orgs/${encodeURIComponent(value.org)}/teams/${
    value.slug
  }`;
  return {
    id: value.id,
    node_id: nodeId('Team', value.id),
    url,
    html_url: `${state.htmlUrl}/orgs/${encodeURIComponent(value.org)}/teams/${
      value.slug
    }`,
    name: value.name,
    slug: value.slug,
    description: value.description ?? null,
    privacy: 'closed',
    notification_setting: 'notifications_enabled',
    permission: value.permission,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: 'organization',
    parent: null,
  };
}

/** `team-full`. */
export function teamFull(state: GitHubState, value: TeamState) {
  return {
    ...team(state, value),
    members_count: value.members.length,
    repos_count: state
      .repositories()
      .filter(
        repository =>
          repository.owner.toLowerCase() === value.org.toLowerCase(),
      ).length,
    created_at: time(value.createdAt),
    updated_at: time(value.createdAt),
    organization: organizationFull(
      state,
      state.accounts.organization(value.org),
    ),
  };
}

/** What a person is to the repositories of an owner. */
export function authorAssociation(
  state: GitHubState,
  login: string,
  owner: string,
): 'OWNER' | 'MEMBER' | 'COLLABORATOR' | 'NONE' {
  if (login.toLowerCase() === owner.toLowerCase()) {
    return 'OWNER';
  }
  if (
    state.accounts
      .teams(owner)
      .some(candidate => state.accounts.isMember(candidate, login))
  ) {
    return 'MEMBER';
  }
  return state.accounts.permission(login, owner) === 'pull'
    ? 'NONE'
    : 'COLLABORATOR';
}
