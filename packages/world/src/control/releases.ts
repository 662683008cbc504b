import { ConflictError, InputError } from '@backstage/errors';
import type { ArgoApplication } from '../argocd';
import { parseApplicationManifest } from '../argocd/manifest';
import {
  brokenHandlerFile,
  deploymentsOf,
  handlerPathOf,
  imageOf,
  releaseFiles,
} from '../cast/files';
import { historyOf } from '../cast/history';
import type {
  CastDefinition,
  PersonDefinition,
  ServiceDefinition,
} from '../cast/types';
import type { WorldClock } from '../clock';
import type { RevisionBehaviour } from '../deployments';
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
  /** The service in every environment: an image behaves alike in all of them. */
  everywhere: readonly ArgoApplication[];
  author: PersonDefinition;
  message: string;
  /** What the pods of the new version will do; stable if absent. */
  behaviour?: RevisionBehaviour;
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
  const images = (version: string) =>
    deploymentsOf(service).map(({ name }) =>
      imageOf(cast.organization, name, version),
    );
  const version = nextVersion(
    await git.readFile(branch, packagePath(cast, service)),
    // On another branch, or after a rollback, the file may say less than what
    // was built already.
    candidate =>
      historyOf(service).some(commit => commit.version === candidate) ||
      images(candidate).some(image => application.behaviourOf(image)),
  );
  for (const image of images(version)) {
    for (const other of options.everywhere) {
      other.setBehaviour(image, options.behaviour ?? { kind: 'stable' });
    }
  }
  const revision = await git.commitFiles({
    branch,
    files: {
      ...releaseFiles(cast.organization, service, version),
      ...(options.behaviour && {
        [handlerPathOf(service)]: brokenHandlerFile(service, version),
      }),
    },
    message: options.message,
    author: signature(),
    actor: author.login,
  });
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

/** The next minor version after the one in package.json that is not taken. */
function nextVersion(
  packageJson: Buffer | undefined,
  isTaken: (version: string) => boolean,
): string {
  const match = /"version":\s*"(\d+)\.(\d+)\.\d+"/.exec(
    packageJson?.toString('utf8') ?? '',
  );
  const major = match ? match[1] : '1';
  let minor = match ? Number(match[2]) + 1 : 0;
  while (isTaken(`${major}.${minor}.0`)) {
    minor += 1;
  }
  return `${major}.${minor}.0`;
}

/** Changes the one line that says what runs, and no other byte. */
function withTarget(text: string, revision: string, path: string): string {
  const line = /^(\s*targetRevision:\s*)\S+/m;
  if (!line.test(text)) {
    throw new ConflictError(`${path} has no line 'targetRevision:' to change`);
  }
  return text.replace(line, `$1${revision}`);
}
