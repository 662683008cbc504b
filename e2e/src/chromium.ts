import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { LaunchOptions } from '@playwright/test';

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const ARGS = [
  // It opens nothing but the portal on this machine, and tests run as root too.
  '--no-sandbox',
  '--no-zygote',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--no-first-run',
  '--no-pings',
  '--font-render-hinting=none',
];

/**
 * A Chromium to test with: the one named by `CHROMIUM_PATH`, the machine's own,
 * or the one from npm (Linux on x64), with the shared libraries it needs.
 */
export async function chromiumLaunchOptions(): Promise<LaunchOptions> {
  const named = process.env.CHROMIUM_PATH;
  const installed = named ?? INSTALLED.find(path => existsSync(path));
  if (installed) {
    return { executablePath: installed, args: ARGS };
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `No Chromium found (looked at ${INSTALLED.join(
        ', ',
      )}). Install one, or name it in CHROMIUM_PATH.`,
    );
  }
  const { default: chromium, inflate } = await import('@sparticuz/chromium');
  const executablePath = await chromium.executablePath();
  const env: Record<string, string> = {};
  if (lacksLibraries(executablePath)) {
    const packed = join(
      dirname(require.resolve('@sparticuz/chromium')),
      ...['..', 'bin', 'al2023.tar.br'],
    );
    await inflate(packed);
    env.LD_LIBRARY_PATH = join(tmpdir(), 'al2023', 'lib');
  }
  if (!existsSync('/etc/fonts/fonts.conf')) {
    env.FONTCONFIG_FILE = await useUnpackedFonts();
  }
  return { executablePath, args: ARGS, env: { ...ownEnvironment(), ...env } };
}

function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}

/** A machine without fonts would draw no text; the package brings a few. */
async function useUnpackedFonts(): Promise<string> {
  const file = join(tmpdir(), 'fonts.conf');
  await writeFile(
    file,
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(tmpdir(), 'fonts')}</dir>
  <cachedir>${join(tmpdir(), 'fonts-cache')}</cachedir>
</fontconfig>
`,
  );
  return file;
}

function lacksLibraries(executable: string): boolean {
  const { stdout } = spawnSync('ldd', [executable], { encoding: 'utf8' });
  return (stdout ?? '').includes('not found');
}
