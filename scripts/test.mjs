import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installDependencies } from './lib/install.mjs';
import { ROOT } from './lib/paths.mjs';
import { startPostgres } from './lib/postgres.mjs';
import { Problem, printProblem } from './lib/problem.mjs';
import { runGate, sideBySide } from './lib/testing/gates.mjs';
import { runJest } from './lib/testing/jest.mjs';
import { GATES, JEST_KINDS, KINDS, chooseKinds } from './lib/testing/kinds.mjs';
import { runNodeTests } from './lib/testing/nodeTest.mjs';
import { runPlaywright } from './lib/testing/playwright.mjs';
import { Report } from './lib/testing/report.mjs';
import { exitCodeOf } from './lib/testing/result.mjs';
import { stopAll } from './lib/testing/run.mjs';
import { prepareToolchain } from './lib/toolchain.mjs';

/** Kinds that run on a real PostgreSQL as well. */
const USE_POSTGRES = ['persistence', 'scenario'];

const USAGE = `Runs the checks and tests.

  npm test                      all of them
  npm test -- unit contract     only these kinds

Kinds: ${KINDS.join(', ')}`;

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h', default: false } },
    });
    return { help: values.help, kinds: chooseKinds(positionals) };
  } catch (error) {
    throw error instanceof Problem
      ? error
      : new Problem(error.message, { hint: `\n${USAGE}`, cause: error });
  }
}

function scriptTests() {
  const folder = join(ROOT, 'scripts', 'tests');
  return readdirSync(folder)
    .filter(name => name.endsWith('.test.mjs'))
    .map(name => join(folder, name));
}

/** What tests see of this machine, the same everywhere. */
function testEnvironment(env, tempDir) {
  return {
    ...env,
    CI: '1',
    TZ: 'UTC',
    TMPDIR: tempDir,
    FORCE_COLOR: '0',
    // A person's own git settings (signing, hooks, line endings) stay outside.
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    BACKSTAGE_TEST_DISABLE_DOCKER: '1',
  };
}

async function runChecks(kinds, env, tempDir, report) {
  const jobs = kinds
    .filter(kind => kind in GATES)
    .map(kind => ({
      name: kind,
      after: GATES[kind].after,
      run: () => report.record(kind, () => runGate(kind, env)),
    }));
  if (kinds.includes('architecture')) {
    const files = scriptTests().filter(file => file.includes('architecture'));
    jobs.push({
      name: 'architecture',
      run: () =>
        report.record('architecture', () =>
          runNodeTests({ title: 'architecture', files, env, tempDir }),
        ),
    });
  }
  await sideBySide(jobs, 2);
}

async function runJestKinds(kinds, env, tempDir, report) {
  const asked = kinds.filter(kind => JEST_KINDS.includes(kind));
  if (asked.length === 0) {
    return;
  }
  const postgres = USE_POSTGRES.some(kind => asked.includes(kind))
    ? await startPostgres()
    : undefined;
  try {
    await report.recordMany(asked, () =>
      runJest({
        kinds: asked,
        tempDir,
        env: postgres
          ? {
              ...env,
              BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING:
                postgres.connectionString,
            }
          : env,
      }),
    );
  } finally {
    await postgres?.stop();
  }
  if (asked.includes('unit')) {
    const files = scriptTests().filter(file => !file.includes('architecture'));
    await report.record('unit', () =>
      runNodeTests({ title: 'scripts', files, env, tempDir }),
    );
  }
}

async function main() {
  const { help, kinds } = readArguments();
  if (help) {
    console.log(USAGE);
    return;
  }
  const say = line => console.log(line);
  const toolchain = await prepareToolchain({ say });
  await installDependencies({ env: toolchain, say });

  const tempDir = mkdtempSync(join(tmpdir(), 'ai-operator-test-'));
  process.once('exit', () => rmSync(tempDir, { recursive: true, force: true }));
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      interrupted = true;
      stopAll();
    });
  }

  const env = testEnvironment(toolchain, tempDir);
  const report = new Report(say);
  await runChecks(kinds, env, tempDir, report);
  await runJestKinds(kinds, env, tempDir, report);
  if (kinds.includes('e2e')) {
    await report.record('e2e', () => runPlaywright({ env, tempDir }));
  }
  if (interrupted) {
    throw new Problem('Interrupted.');
  }
  process.exitCode = exitCodeOf(report.print(kinds));
}

main().catch(error => {
  printProblem(error);
  process.exitCode = 1;
});
