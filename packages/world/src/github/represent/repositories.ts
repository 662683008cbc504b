import { permits } from '../state/model';
import { type RepositoryState } from '../state/repository';
import { type GitHubState } from '../state/state';
import { type Permission } from '../types';
import { nodeId, time } from './common';
import { ownerUser } from './users';

/** Address of a repository in the REST API. */
export function repoApi(state: GitHubState, repository: RepositoryState) {
  return `${state.apiUrl}/repos/${repository.owner}/${repository.name}`;
}

/** Address of a repository's pages. */
export function repoHtml(state: GitHubState, repository: RepositoryState) {
  return `${state.htmlUrl}/${repository.owner}/${repository.name}`;
}

/** `simple-repository`: names and addresses. */
export function simpleRepository(
  state: GitHubState,
  repository: RepositoryState,
) {
  const url = repoApi(state, repository);
  return {
    id: repository.id,
    node_id: nodeId('Repository', repository.id),
    name: repository.name,
    full_name: repository.fullName,
    private: repository.private,
    owner: ownerUser(state, repository.owner),
    html_url: repoHtml(state, repository),
    description: repository.description ?? null,
    fork: false,
    url,
    archive_url: `${url}/{archive_format}{/ref}`,
    assignees_url: `${url}/assignees{/user}`,
    blobs_url: `${url}/git/blobs{/sha}`,
    branches_url: `${url}/branches{/branch}`,
    collaborators_url: `${url}/collaborators{/collaborator}`,
    comments_url: `${url}/comments{/number}`,
    commits_url: `${url}/commits{/sha}`,
    compare_url: `${url}/compare/{base}...{head}`,
    contents_url: `${url}/contents/{+path}`,
    contributors_url: `${url}/contributors`,
    deployments_url: `${url}/deployments`,
    downloads_url: `${url}/downloads`,
    events_url: `${url}/events`,
    forks_url: `${url}/forks`,
    git_commits_url: `${url}/git/commits{/sha}`,
    git_refs_url: `${url}/git/refs{/sha}`,
    git_tags_url: `${url}/git/tags{/sha}`,
    hooks_url: `${url}/hooks`,
    issue_comment_url: `${url}/issues/comments{/number}`,
    issue_events_url: `${url}/issues/events{/number}`,
    issues_url: `${url}/issues{/number}`,
    keys_url: `${url}/keys{/key_id}`,
    labels_url: `${url}/labels{/name}`,
    languages_url: `${url}/languages`,
    merges_url: `${url}/merges`,
    milestones_url: `${url}/milestones{/number}`,
    notifications_url: `${url}/notifications{?since,all,participating}`,
    pulls_url: `${url}/pulls{/number}`,
    releases_url: `${url}/releases{/id}`,
    stargazers_url: `${url}/stargazers`,
    statuses_url: `${url}/statuses/{sha}`,
    subscribers_url: `${url}/subscribers`,
    subscription_url: `${url}/subscription`,
    tags_url: `${url}/tags`,
    teams_url: `${url}/teams`,
    trees_url: `${url}/git/trees{/sha}`,
  };
}

/** `repository`, as inside pull requests and lists. */
export function repositoryBody(
  state: GitHubState,
  repository: RepositoryState,
  permission: Permission,
) {
  const html = repoHtml(state, repository);
  const openIssues = [...repository.issues.values()].filter(
    issue => issue.state === 'open',
  ).length;
  return {
    ...simpleRepository(state, repository),
    clone_url: `${html}.git`,
    git_url: `${html.replace(/^https?:/, 'git:')}.git`,
    ssh_url: `git@${new URL(html).hostname}:${repository.fullName}.git`,
    svn_url: html,
    mirror_url: null,
    homepage: null,
    language: null,
    forks: 0,
    forks_count: 0,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    size: 0,
    default_branch: repository.defaultBranch,
    open_issues: openIssues,
    open_issues_count: openIssues,
    is_template: false,
    topics: [],
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: false,
    has_discussions: false,
    archived: false,
    disabled: false,
    visibility: repository.private ? 'private' : 'public',
    license: null,
    allow_forking: false,
    web_commit_signoff_required: false,
    custom_properties: {},
    pushed_at: time(repository.pushedAt),
    created_at: time(repository.createdAt),
    updated_at: time(repository.pushedAt),
    permissions: {
      admin: permits(permission, 'admin'),
      maintain: permits(permission, 'maintain'),
      push: permits(permission, 'push'),
      triage: permits(permission, 'triage'),
      pull: permits(permission, 'pull'),
    },
  };
}

/** `full-repository`. */
export function fullRepository(
  state: GitHubState,
  repository: RepositoryState,
  permission: Permission,
) {
  return {
    ...repositoryBody(state, repository, permission),
    network_count: 0,
    subscribers_count: 0,
    allow_rebase_merge: true,
    allow_squash_merge: true,
    allow_merge_commit: true,
    allow_auto_merge: false,
    allow_update_branch: false,
    delete_branch_on_merge: false,
  };
}
