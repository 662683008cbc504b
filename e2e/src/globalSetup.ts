import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { FullConfig } from '@playwright/test';

/**
 * Starts the demo on ports of its own, with data of its own, and ends it after
 * the last test. Tests find it through `addresses()`.
 */
export default async function globalSetup(
  config: FullConfig,
): Promise<() => Promise<void>> {
  // The scripts are ES modules, which this file, once compiled, is not.
  const { Demo } = await import('../../scripts/lib/demo.mjs');
  const { freePort } = await import('../../scripts/lib/ports.mjs');
  const { isSupportedNode } = await import('../../scripts/lib/toolchain.mjs');
  if (!isSupportedNode(process.version)) {
    throw new Error(
      `Node ${process.version} cannot run the backend. Run "npm test -- e2e", which brings its own.`,
    );
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'ai-operator-e2e-'));
  const demo = new Demo({
    env: process.env,
    ports: {
      portal: await freePort(),
      backend: await freePort(),
      world: await freePort(),
    },
    dataDir,
    configs: [join(dirname(config.rootDir), 'app-config.e2e.yaml')],
    worldArgs: ['--ci-duration', '5s', '--argo-poll', '4s'],
    onCrash: problem => console.error(problem.message),
  });
  async function tearDown() {
    await demo.end();
    await rm(dataDir, { recursive: true, force: true });
  }
  // Playwright ends itself on these; what it started has to go first.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void tearDown());
  }
  try {
    await demo.start();
  } catch (error) {
    await tearDown();
    throw error;
  }
  process.env.E2E_PORTAL = demo.urls.portal;
  process.env.E2E_BACKEND = demo.urls.backend;
  process.env.E2E_WORLD = demo.urls.world;
  process.env.E2E_DATA_DIR = dataDir;
  return tearDown;
}
