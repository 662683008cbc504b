import { ConflictError, InputError } from '@backstage/errors';
import type { ArgoApplication } from '../argocd';
import { parseApplicationManifest } from '../argocd/manifest';
import { brokenHandlerFile, handlerPathOf, releaseFiles } from '../cast/files';
import type {
  CastDefinition,
  PersonDefinition,
  ServiceDefinition,
} from '../cast/types';
import type { WorldClock } from '../clock';
import type { GitHubServer } from '../github';

/** A release pushed by a person: the code, and the commit that deploys it. */
export interface Release {
  /** Commit of the code. */
  revision: string;
  /** Commit of the manifest that names it. */
  deployCommit: string;
}

/**
 * Pushes a new version of a service to its branch and then the manifest that
 * deploys it, as a developer would.
 *
 * @throws ConflictError when the manifest on the branch has no targetRevision to change
 */
export async function pushRelease(options: {
  cast: CastDefinition;
  github: GitHubServer;
  clock: WorldClock;
  service: ServiceDefinition;
  application: ArgoApplication;
  author: PersonDefinition;
  message: string;
  broken: boolean;
  /** Told the code's commit before it is deployed. */
  onRevision: (revision: string) => void;
}): Promise<Release> {
  const { cast, github, clock, service, application, author } = options;
  const { git: location } = application;
  if (!location) {
    throw new InputError(
      `${service.name} is not built from a repository of this world`,
    );
  }
  const { git } = github.repository(location.repository);
  const signature = () => ({
    name: author.name,
    email: author.email,
    date: clock.now(),
  });
  const { branch, manifestPath } = location;
  const manifest = await git.readFile(branch, manifestPath);
  if (!manifest) {
    throw new ConflictError(`${manifestPath} is missing on branch ${branch}`);
  }
  const text = manifest.toString('utf8');
  parseApplicationManifest(text, application.name);
  const version = nextVersion(
    await git.readFile(branch, packagePath(cast, service)),
  );
  const revision = await git.commitFiles({
    branch,
    files: {
      ...releaseFiles(cast.organization, service, version),
      ...(options.broken && {
        [handlerPathOf(service)]: brokenHandlerFile(service, version),
      }),
    },
    message: options.message,
    author: signature(),
    actor: author.login,
  });
  options.onRevision(revision);
  const deployCommit = await git.commitFiles({
    branch,
    files: { [manifestPath]: withTarget(text, revision, manifestPath) },
    message: `Deploy ${revision.slice(0, 7)} to ${application.environment}`,
    author: signature(),
    actor: author.login,
  });
  return { revision, deployCommit };
}

function packagePath(cast: CastDefinition, service: ServiceDefinition): string {
  const paths = Object.keys(releaseFiles(cast.organization, service, '0.0.0'));
  return paths.find(path => path.endsWith('package.json')) ?? 'package.json';
}

/** The next minor version after the one in package.json. */
function nextVersion(packageJson: Buffer | undefined): string {
  const match = /"version":\s*"(\d+)\.(\d+)\.\d+"/.exec(
    packageJson?.toString('utf8') ?? '',
  );
  return match ? `${match[1]}.${Number(match[2]) + 1}.0` : '1.0.0';
}

/** Changes the one line that says what runs, and no other byte. */
function withTarget(text: string, revision: string, path: string): string {
  const line = /^(\s*targetRevision:\s*)\S+/m;
  if (!line.test(text)) {
    throw new ConflictError(`${path} has no line 'targetRevision:' to change`);
  }
  return text.replace(line, `$1${revision}`);
}
