import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { DEMO_PORTS, Demo, putOperatorMemoryAside } from './lib/demo.mjs';
import { installDependencies } from './lib/install.mjs';
import { DEMO_DIR } from './lib/paths.mjs';
import { choosePorts } from './lib/ports.mjs';
import { Problem, printProblem } from './lib/problem.mjs';
import { tellWhatIsGoingOn } from './lib/story.mjs';
import { prepareToolchain } from './lib/toolchain.mjs';

const USAGE = `Starts the demo: a simulated world, the backend and the portal.

  npm start                start it; Ctrl-C ends it
  npm start -- --fresh     forget everything an earlier demo wrote, then start
  npm start -- --calm      start it without the bad deployment
  npm start -- --dev       rebuild portal and backend when their sources change
  npm start -- --help      this text`;

const BAD_DEPLOYMENT_AFTER_MS = 20_000;

function readFlags() {
  try {
    return parseArgs({
      options: {
        fresh: { type: 'boolean', default: false },
        calm: { type: 'boolean', default: false },
        dev: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new Problem(error.message, { hint: `\n${USAGE}`, cause: error });
  }
}

async function deployBadRevision(world) {
  const response = await fetch(`${world}/world/deploy-bad`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      service: 'payment-service',
      environment: 'staging',
    }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) {
    throw new Problem(
      `The world refused the bad deployment: HTTP ${
        response.status
      } ${await response.text()}`,
    );
  }
}

async function main() {
  const flags = readFlags();
  if (flags.help) {
    console.log(USAGE);
    return;
  }
  const say = line => console.log(line);

  const env = await prepareToolchain({ say });
  await installDependencies({ env, say });
  const { ports, moved } = await choosePorts(DEMO_PORTS);
  moved.forEach(say);
  if (flags.fresh) {
    await rm(DEMO_DIR, { recursive: true, force: true });
  } else if (await putOperatorMemoryAside(DEMO_DIR)) {
    say(
      "The simulated world starts at its beginning; the operator's memory of the earlier one is kept in .demo/previous.",
    );
  }

  let badDeployment;
  let ending;
  const demo = new Demo({
    env,
    ports,
    dataDir: DEMO_DIR,
    develop: flags.dev,
    say,
    onCrash(problem) {
      printProblem(problem);
      void end(1);
    },
  });
  function end(exitCode) {
    ending ??= (async () => {
      clearTimeout(badDeployment);
      await demo.end();
      process.exit(exitCode);
    })();
    return ending;
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (!ending) {
        say('\nEnding the demo ...');
      }
      void end(0);
    });
  }

  say('Starting the simulated world, the backend and the portal ...');
  try {
    await demo.start();
  } catch (error) {
    // A crash or Ctrl-C has been told already.
    if (!ending) {
      printProblem(error);
    }
    await end(1);
    return;
  }
  say(
    tellWhatIsGoingOn({
      urls: demo.urls,
      badDeploymentInMs: flags.calm ? undefined : BAD_DEPLOYMENT_AFTER_MS,
    }),
  );
  if (!flags.calm) {
    badDeployment = setTimeout(() => {
      deployBadRevision(demo.urls.world).then(
        () =>
          say(
            `${clockTime()}  A bad revision of payment-service was deployed.`,
          ),
        printProblem,
      );
    }, BAD_DEPLOYMENT_AFTER_MS);
  }
}

function clockTime() {
  return new Date().toTimeString().slice(0, 8);
}

main().catch(error => {
  printProblem(error);
  process.exitCode = 1;
});
