import {
  access,
  chmod,
  mkdir,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { runGit } from './run';

const MARKER = 'simulated-world';

/** Git configuration of a repository. */
const CONFIG = `[http]
	receivepack = true
[receive]
	hideRefs = refs/pull
	denyDeleteCurrent = refuse
	unpackLimit = 1
[core]
	fsync = none
[gc]
	auto = 0
[uploadpack]
	allowReachableSHA1InWant = true
	allowFilter = true
`;

/** Refuses what `httpBackend` decided to refuse; see there. */
const UPDATE_HOOK = `#!/bin/sh
case "$WORLD_REFUSED_REFS" in *"|$1|"*)
  echo "GH006: Protected branch update failed for $1." >&2
  echo "Changes must be made through a pull request." >&2
  exit 1 ;;
esac
case "$WORLD_NO_FORCE_REFS" in *"|$1|"*)
  case "$2$3" in *0000000000000000000000000000000000000000*) exit 0 ;; esac
  if ! git merge-base --is-ancestor "$2" "$3"; then
    echo "GH006: Protected branch update failed for $1." >&2
    echo "Cannot force-push to this branch." >&2
    exit 1
  fi ;;
esac
exit 0
`;

/**
 * Lays out an empty bare repository in `dir`, replacing one that an earlier
 * run of the world left there.
 *
 * @throws Error when `dir` holds something the world did not make
 */
export async function createBare(
  dir: string,
  options: { fullName: string; defaultBranch: string },
): Promise<void> {
  if (await exists(dir)) {
    if (!(await exists(join(dir, MARKER)))) {
      throw new Error(
        `${dir} is not a repository of the simulated world; remove it or choose another data folder`,
      );
    }
    await rm(dir, { recursive: true, force: true });
  }
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, MARKER), `${options.fullName}\n`);
  await runGit(dir, [
    'init',
    '--quiet',
    '--bare',
    `--initial-branch=${options.defaultBranch}`,
    '--template=',
    '.',
  ]);
  await writeFile(
    join(dir, 'config'),
    `${await readFile(join(dir, 'config'), 'utf8')}${CONFIG}`,
  );
  await mkdir(join(dir, 'hooks'), { recursive: true });
  await writeFile(join(dir, 'hooks', 'update'), UPDATE_HOOK);
  await chmod(join(dir, 'hooks', 'update'), 0o755);
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
