import { GithubCredentialsProvider } from '@backstage/integration';
import { PortError } from '../../ports';
import { within } from '../http';
import { AnyScope, ownerOf, personalTokenOf } from './scope';

/** The `authorization` header of a request; asked for each one, because an app's tokens live an hour. Throws PortError. */
export async function authorizationFor(
  scope: AnyScope,
  provider: GithubCredentialsProvider,
  requestTimeout: number,
): Promise<string> {
  const personal = personalTokenOf(scope);
  if (personal !== undefined) {
    return `token ${personal}`;
  }
  const { slug, host, url } = ownerOf(scope);
  let token: string | undefined;
  try {
    // For a GitHub App this asks GitHub for a token, without a time limit of its own.
    const credentials = await within(provider.getCredentials({ url }), {
      timeoutMs: requestTimeout,
      signal: scope.signal,
      asked: `GitHub ${slug}: credentials of ${host}`,
    });
    token = credentials.token;
  } catch (cause) {
    if (cause instanceof PortError) {
      throw cause;
    }
    throw new PortError(
      'MISCONFIGURED',
      `GitHub ${slug}: no credentials could be had; check integrations.github for ${host} (is the GitHub App installed there?)`,
      { cause },
    );
  }
  if (!token) {
    throw new PortError(
      'MISCONFIGURED',
      `GitHub ${slug}: no credentials are configured; set a token or an app under integrations.github for ${host}`,
    );
  }
  return `token ${token}`;
}
