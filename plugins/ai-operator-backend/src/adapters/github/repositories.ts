import { ScmIntegrationRegistry } from '@backstage/integration';
import { PortError } from '../../ports';

/** One repository on one GitHub host. */
export interface Repository {
  host: string;
  apiBaseUrl: string;
  owner: string;
  name: string;
  /** How we name it: `owner/name`, on hosts other than the first one `host/owner/name`. */
  slug: string;
  /** For people and for looking up credentials. */
  url: string;
}

/** Host and path of a clone URL, in its https, ssh or scp-like form. */
function parseCloneUrl(
  cloneUrl: string,
): { host: string; hostname: string; path: string } | undefined {
  const scpLike = /^(?:[^@/\s]+@)([^:/\s]+):(?!\/\/)([^\s]+)$/.exec(cloneUrl);
  if (scpLike) {
    return { host: scpLike[1], hostname: scpLike[1], path: scpLike[2] };
  }
  try {
    const url = new URL(cloneUrl);
    return { host: url.host, hostname: url.hostname, path: url.pathname };
  } catch {
    return undefined;
  }
}

/** Which repositories we can reach, by the hosts under `integrations.github`. */
export class Repositories {
  readonly #hosts: Array<{ host: string; apiBaseUrl: string }>;

  constructor(integrations: ScmIntegrationRegistry) {
    // github.com is always in the list, last when only others are configured.
    this.#hosts = integrations.github.list().map(({ config }) => ({
      host: config.host,
      apiBaseUrl: (
        config.apiBaseUrl ?? `https://${config.host}/api/v3`
      ).replace(/\/+$/, ''),
    }));
  }

  /** Undefined for hosts without an integration and for URLs that name no repository. */
  slugOf(cloneUrl: string): string | undefined {
    const parsed = parseCloneUrl(cloneUrl.trim());
    if (!parsed) {
      return undefined;
    }
    const known = this.#hosts.find(
      ({ host }) =>
        host.toLowerCase() === parsed.host.toLowerCase() ||
        // ssh has a port of its own.
        (/^(ssh:|git@|[^@/\s]+@)/i.test(cloneUrl) &&
          host.split(':')[0].toLowerCase() === parsed.hostname.toLowerCase()),
    );
    const parts = parsed.path
      .replace(/^\/+|\/+$/g, '')
      .replace(/\.git$/, '')
      .split('/');
    if (!known || parts.length !== 2 || parts.some(part => part === '')) {
      return undefined;
    }
    const isFirst = known.host === this.#hosts[0]?.host;
    return (isFirst ? parts : [known.host, ...parts]).join('/');
  }

  /** @throws PortError VALIDATION or MISCONFIGURED */
  resolve(slug: string): Repository {
    const parts = slug.split('/');
    const [owner, name] = parts.slice(-2);
    const hostName = parts.length === 3 ? parts[0] : this.#hosts[0]?.host;
    if (parts.length < 2 || parts.length > 3 || !owner || !name) {
      throw new PortError(
        'VALIDATION',
        `'${slug}' does not name a GitHub repository (owner/repo)`,
      );
    }
    const known = this.#hosts.find(({ host }) => host === hostName);
    if (!known) {
      throw new PortError(
        'MISCONFIGURED',
        `No GitHub integration covers '${slug}'; add its host under integrations.github`,
      );
    }
    const scheme = new URL(known.apiBaseUrl).protocol;
    return {
      ...known,
      owner,
      name,
      slug,
      url: `${scheme}//${known.host}/${owner}/${name}`,
    };
  }
}
