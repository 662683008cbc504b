import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from './problem.mjs';
import { ROOT } from './paths.mjs';

const STAMP = join(ROOT, 'node_modules', '.ai-operator-installed');

/** The files that decide what gets installed, sorted. */
async function manifests() {
  const files = [
    'package.json',
    'yarn.lock',
    '.yarnrc.yml',
    'e2e/package.json',
  ];
  for (const folder of ['packages', 'plugins']) {
    for (const entry of await readdir(join(ROOT, folder), {
      withFileTypes: true,
    })) {
      if (entry.isDirectory()) {
        files.push(`${folder}/${entry.name}/package.json`);
      }
    }
  }
  return files.sort();
}

async function fingerprint(nodeVersion) {
  const hash = createHash('sha256');
  hash.update(nodeVersion);
  for (const file of await manifests()) {
    const content = await readFile(join(ROOT, file)).catch(() => undefined);
    if (content) {
      hash.update(`\0${file}\0`);
      hash.update(content);
    }
  }
  return hash.digest('hex');
}

/**
 * Installs the dependencies exactly as the lockfile says, unless that has been
 * done already for these very manifests.
 *
 * @param {{env: NodeJS.ProcessEnv, say: (line: string) => void}} options
 */
export async function installDependencies({ env, say }) {
  const node = spawnSync('node', ['-p', 'process.version + process.arch'], {
    env,
    encoding: 'utf8',
  }).stdout.trim();
  const current = await fingerprint(node);
  const done = await readFile(STAMP, 'utf8').catch(() => undefined);
  if (
    done === current &&
    existsSync(join(ROOT, 'node_modules', '.bin', 'backstage-cli'))
  ) {
    return;
  }
  say('Installing dependencies (about a minute the first time) ...');
  const result = spawnSync('yarn', ['install', '--immutable'], {
    cwd: ROOT,
    env: {
      ...env,
      COREPACK_ENABLE_DOWNLOAD_PROMPT: '0',
      YARN_ENABLE_PROGRESS_BARS: '0',
    },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.error || result.status !== 0) {
    const output = `${result.stdout ?? ''}${result.stderr ?? ''}`.trim();
    throw new Problem(
      `"yarn install --immutable" failed:\n${output
        .split('\n')
        .slice(-30)
        .join('\n')}`,
      {
        hint: 'If a package.json was changed on purpose, run "yarn install" once so that yarn.lock follows.',
        cause: result.error,
      },
    );
  }
  await writeFile(STAMP, current);
}
