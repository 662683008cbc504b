import { ApiError } from '../domain/apiError';
import { type Call, type Viewer } from './call';

/** Each of them is enough to write in a public repository. */
export const WRITE_SCOPES = ['repo', 'public_repo'];

/** Each of them is enough to see an organisation's teams. */
export const TEAM_SCOPES = [
  'admin:org',
  'read:org',
  'repo',
  'user',
  'write:org',
];

const EMAIL_SCOPES = ['user', 'user:email'];

/** Any of which the endpoint accepts; empty = no scope is needed. Sent as `X-Accepted-OAuth-Scopes`. */
export function acceptedScopes(path: string): string[] {
  if (/^\/orgs\/[^/]+\/teams|^\/user\/teams/.test(path)) {
    return TEAM_SCOPES;
  }
  if (/^\/user\/emails/.test(path)) {
    return EMAIL_SCOPES;
  }
  return path.startsWith('/repos/') ? ['repo'] : [];
}

/**
 * Whoever calls, if the token has one of these scopes.
 *
 * @throws ApiError 401 without a token, 403 without the scope
 */
export function needScope(call: Call, accepted: string[]): Viewer {
  const viewer = call.signedIn();
  const { scopes } = viewer.token;
  if (!accepted.some(scope => scopes.includes(scope))) {
    throw new ApiError(
      403,
      `Your token has not been granted the required scopes. This needs one of ['${accepted.join(
        "', '",
      )}'], but your token has only been granted ['${scopes.join(
        "', '",
      )}']. Please modify your token's scopes.`,
      { headers: { 'x-accepted-oauth-scopes': accepted.join(', ') } },
    );
  }
  return viewer;
}
