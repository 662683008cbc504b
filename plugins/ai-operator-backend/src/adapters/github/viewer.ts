import { z } from 'zod';
import { PortError } from '../../ports';
import { GitHubClient } from './GitHubClient';
import { VIEWER_QUERY } from './queries';
import { RequestScope } from './scope';

const viewerSchema = z.object({ viewer: z.object({ login: z.string() }) });

const MAX_REMEMBERED = 200;

/** Our login per host and owner, asked once: an app has one installation per owner. */
export class Viewers {
  readonly #client: GitHubClient;
  readonly #logins = new Map<string, string>();

  constructor(client: GitHubClient) {
    this.#client = client;
  }

  /** Undefined where GitHub does not tell. */
  async login(scope: RequestScope): Promise<string | undefined> {
    const key = `${scope.repository.host}/${scope.repository.owner}`;
    const known = this.#logins.get(key);
    if (known) {
      return known;
    }
    try {
      const { viewer } = await this.#client.graphql(
        scope,
        viewerSchema,
        VIEWER_QUERY,
        {},
      );
      if (this.#logins.size >= MAX_REMEMBERED) {
        this.#logins.clear();
      }
      this.#logins.set(key, viewer.login);
      return viewer.login;
    } catch (error) {
      if (error instanceof PortError && error.code === 'PERMISSION_DENIED') {
        return undefined;
      }
      throw error;
    }
  }
}
