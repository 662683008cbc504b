import { ScmIntegrationRegistry } from '@backstage/integration';
import { PortError } from '../../ports';

/** A person or an organisation on one GitHub host, through something they own. */
export interface RepositoryOwner {
  host: string;
  apiBaseUrl: string;
  owner: string;
  /** How we name it in messages. */
  slug: string;
  /** For people and for looking up credentials. */
  url: string;
}

/** One repository; its `slug` is `owner/name`, on hosts other than the first one `host/owner/name`. */
export interface Repository extends RepositoryOwner {
  name: string;
}

/** An organisation as a whole; its `slug` is its login, on hosts other than the first one `host/login`. */
export type Organization = RepositoryOwner;

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

interface Host {
  host: string;
  apiBaseUrl: string;
}

/** Which repositories we can reach, by the hosts under `integrations.github`. */
export class Repositories {
  readonly #hosts: Host[];

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
    const { host, owner, name } = this.#parts(
      slug,
      'a GitHub repository (owner/repo)',
    );
    return {
      ...host,
      owner,
      name,
      slug,
      url: `${webAddress(host)}/${owner}/${name}`,
    };
  }

  /**
   * A team named `org/team-slug`, on hosts other than the first `host/org/team-slug`.
   *
   * @throws PortError VALIDATION or MISCONFIGURED
   */
  resolveTeam(team: string): { organization: Organization; teamSlug: string } {
    const { host, owner, name } = this.#parts(
      team,
      'a GitHub team (org/team-slug)',
    );
    return {
      organization: {
        ...host,
        owner,
        slug: team.slice(0, team.lastIndexOf('/')),
        url: `${webAddress(host)}/${owner}`,
      },
      teamSlug: name,
    };
  }

  #parts(
    text: string,
    meant: string,
  ): { host: Host; owner: string; name: string } {
    const parts = text.split('/');
    const [owner, name] = parts.slice(-2);
    const hostName = parts.length === 3 ? parts[0] : this.#hosts[0]?.host;
    if (parts.length < 2 || parts.length > 3 || !owner || !name) {
      throw new PortError('VALIDATION', `'${text}' does not name ${meant}`);
    }
    const host = this.#hosts.find(known => known.host === hostName);
    if (!host) {
      throw new PortError(
        'MISCONFIGURED',
        `No GitHub integration covers '${text}'; add its host under integrations.github`,
      );
    }
    return { host, owner, name };
  }
}

/** A server without TLS has its pages there, too. */
function webAddress({ host, apiBaseUrl }: Host): string {
  return `${new URL(apiBaseUrl).protocol}//${host}`;
}
