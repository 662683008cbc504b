import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Children } from './children.mjs';
import { waitUntilAnswers } from './http.mjs';
import { ROOT } from './paths.mjs';
import { buildPortal, servePortal } from './portal.mjs';
import { Problem } from './problem.mjs';

/** The ports people know; another one is taken where somebody listens already. */
export const DEMO_PORTS = { portal: 3000, backend: 7007, world: 4010 };

/** With this the world signs what it tells the backend; `app-config.yaml` has the same. */
const WEBHOOK_SECRET = 'demo-webhook-secret';

const READY_TIMEOUT_MS = 180_000;
const TRANSFORM = '@backstage/cli/config/nodeTransform.cjs';

/**
 * The simulated world lives in memory and starts at its beginning every time.
 * What the operator remembers of an earlier world (pull requests, streaks, open
 * rollbacks) and what it told people would be about things that no longer exist,
 * so its database and that of the notifications are put aside into `previous/`.
 * The catalog and people's settings stay.
 *
 * @returns {Promise<boolean>} whether there was anything to put aside
 */
export async function putOperatorMemoryAside(dataDir) {
  const database = join(dataDir, 'database');
  const previous = join(dataDir, 'previous');
  const names = await readdir(database).catch(() => []);
  const own = names.filter(name =>
    /^(ai-operator|notifications)\.sqlite/.test(name),
  );
  if (own.length === 0) {
    return false;
  }
  await rm(previous, { recursive: true, force: true });
  await mkdir(previous, { recursive: true });
  for (const name of own) {
    await rename(join(database, name), join(previous, name));
  }
  return true;
}

/**
 * The simulated world, the backend and the portal, on this machine.
 *
 * `end()` may be called at any moment, also while `start()` is under way.
 */
export class Demo {
  #env;
  #ports;
  #dataDir;
  #configs;
  #worldArgs;
  #develop;
  #say;
  #portal;
  #children;
  #giveUp = new AbortController();

  /**
   * @param {object} options
   * @param {NodeJS.ProcessEnv} options.env - where `node` is the right one
   * @param {{portal: number, backend: number, world: number}} options.ports
   * @param {string} options.dataDir - databases, git repositories and logs go here
   * @param {string[]} [options.configs] - config files that override `app-config.yaml`
   * @param {string[]} [options.worldArgs] - further arguments for the world
   * @param {boolean} [options.develop] - bundle the portal on the fly and restart the backend when its sources change
   * @param {(line: string) => void} [options.say]
   * @param {(problem: Problem) => void} options.onCrash - one of the three ended by itself
   */
  constructor({
    env,
    ports,
    dataDir,
    configs = [],
    worldArgs = [],
    develop = false,
    say = () => undefined,
    onCrash,
  }) {
    this.#env = env;
    this.#ports = ports;
    this.#dataDir = dataDir;
    this.#configs = configs;
    this.#worldArgs = worldArgs;
    this.#develop = develop;
    this.#say = say;
    this.#children = new Children({
      logDir: join(dataDir, 'logs'),
      onCrash: crash => {
        this.#giveUp.abort(
          new Problem(
            `The ${crash.name} ${crash.how}. Its last output:\n\n${crash.lastOutput}`,
            {
              hint: `All of it: ${join(dataDir, 'logs', `${crash.name}.log`)}`,
            },
          ),
        );
        onCrash(this.#giveUp.signal.reason);
      },
    });
  }

  get urls() {
    return {
      portal: `http://localhost:${this.#ports.portal}`,
      backend: `http://localhost:${this.#ports.backend}`,
      world: `http://localhost:${this.#ports.world}`,
    };
  }

  /** Resolves once all three answer; rejects with what kept them from it. */
  async start() {
    try {
      await this.#start();
    } catch (error) {
      // Being told to give up is not the reason; what told it is.
      throw this.#giveUp.signal.reason ?? error;
    }
  }

  async #start() {
    const database = join(this.#dataDir, 'database');
    await mkdir(database, { recursive: true });
    const env = {
      ...this.#env,
      NODE_ENV: 'development',
      PORTAL_PORT: String(this.#ports.portal),
      BACKEND_PORT: String(this.#ports.backend),
      WORLD_PORT: String(this.#ports.world),
      DEMO_DATABASE_DIR: database,
      DEMO_EXAMPLES_DIR: join(ROOT, 'examples'),
      // The dev server would open a browser, on a server just as well.
      BROWSER: 'none',
    };
    const configs = [join(ROOT, 'app-config.yaml'), ...this.#configs].flatMap(
      file => ['--config', file],
    );
    const start = (name, args, cwd = ROOT) =>
      this.#children.start(name, 'node', args, { cwd, env });
    const cli = join(ROOT, 'node_modules', '.bin', 'backstage-cli');

    await start('world', [
      ...['--require', TRANSFORM, 'packages/world/src/cli.ts', 'serve'],
      ...['--port', String(this.#ports.world)],
      ...['--data', join(this.#dataDir, 'world')],
      ...['--base-url', this.urls.world],
      ...['--webhook-url', `${this.urls.backend}/api/events/http/github`],
      ...['--webhook-secret', WEBHOOK_SECRET],
      ...this.#worldArgs,
    ]);
    if (this.#develop) {
      await start(
        'backend',
        [cli, 'package', 'start', ...configs],
        join(ROOT, 'packages', 'backend'),
      );
      await start(
        'portal',
        [cli, 'package', 'start', ...configs],
        join(ROOT, 'packages', 'app'),
      );
    } else {
      // The backend looks for the built portal when it starts.
      await buildPortal({
        env,
        signal: this.#giveUp.signal,
        onBuild: () => this.#say('Building the portal (about 10 s) ...'),
      });
      await start('backend', [
        ...['--require', TRANSFORM, 'packages/backend/src/index.ts'],
        ...configs,
      ]);
      this.#portal = await servePortal({
        port: this.#ports.portal,
        backendPort: this.#ports.backend,
      });
    }

    const { portal, backend, world } = this.urls;
    await Promise.all([
      this.#answers('world', `${world}/world/status`),
      this.#answers('backend', `${backend}/.backstage/health/v1/readiness`),
    ]);
    // It passes on what the backend serves.
    await this.#answers('portal', portal);
  }

  /** Ends all three and everything they started. */
  async end() {
    this.#giveUp.abort();
    await Promise.all([this.#portal?.close(), this.#children.end()]);
  }

  async #answers(name, url) {
    await waitUntilAnswers({
      name,
      url,
      timeoutMs: READY_TIMEOUT_MS,
      signal: this.#giveUp.signal,
    });
  }
}
