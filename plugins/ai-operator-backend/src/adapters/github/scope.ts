import { Secret } from '../../config';
import { Organization, Repository, RepositoryOwner } from './repositories';

/** What one port call about a repository does its requests with. */
export interface RequestScope {
  repository: Repository;
  signal: AbortSignal | undefined;
  /**
   * A person's own token, in place of the operator's credentials. Such requests
   * share nothing with the others: no kept answer, no request budget.
   */
  personalToken?: Secret;
}

/** The same for what belongs to an organisation as a whole, such as its teams. */
export interface OrganizationScope {
  organization: Organization;
  signal: AbortSignal | undefined;
}

export type AnyScope = RequestScope | OrganizationScope;

/** Whose credentials and whose request budget: an app has one installation per owner. */
export function ownerOf(scope: AnyScope): RepositoryOwner {
  return 'repository' in scope ? scope.repository : scope.organization;
}

/** What fills the beginning of one of GitHub's routes; a route about neither, such as `GET /user`, gets nothing. */
export function routeStart(
  scope: AnyScope,
  route: string,
): Record<string, string> {
  if (route.includes('{owner}/{repo}') && 'repository' in scope) {
    return { owner: scope.repository.owner, repo: scope.repository.name };
  }
  return route.includes('{org}') ? { org: ownerOf(scope).owner } : {};
}

/** Undefined for everything the operator asks on its own behalf. */
export function personalTokenOf(scope: AnyScope): string | undefined {
  return 'repository' in scope ? scope.personalToken?.reveal() : undefined;
}
