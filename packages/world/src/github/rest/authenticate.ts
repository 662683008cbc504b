import { type Request } from 'express';
import { ApiError } from '../domain/apiError';
import { type GitHubState } from '../state/state';
import { type Viewer } from './call';

/**
 * Who a request speaks for: `token x`, `Bearer x`, or basic authentication
 * with the token as password (or as user name with an empty password).
 *
 * @returns undefined when the request carries no credentials
 * @throws ApiError 401 "Bad credentials" for unknown, revoked or expired ones
 */
export function authenticate(
  state: GitHubState,
  request: Pick<Request, 'headers'>,
): Viewer | undefined {
  const header = request.headers.authorization;
  if (!header) {
    return undefined;
  }
  const value = tokenIn(header);
  const token = value === undefined ? undefined : state.tokens.find(value);
  const account = token && state.accounts.get(token.login);
  if (!token || !account) {
    throw new ApiError(401, 'Bad credentials');
  }
  return { token, account };
}

function tokenIn(header: string): string | undefined {
  const [scheme, value] = header.split(' ', 2);
  switch (scheme.toLowerCase()) {
    case 'token':
    case 'bearer':
      return value;
    case 'basic': {
      const decoded = Buffer.from(value ?? '', 'base64').toString('utf8');
      const colon = decoded.indexOf(':');
      const password = colon < 0 ? '' : decoded.slice(colon + 1);
      return password || decoded.slice(0, colon < 0 ? undefined : colon);
    }
    default:
      return undefined;
  }
}
