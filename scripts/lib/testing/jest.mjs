import { readFile, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ROOT } from '../paths.mjs';
import { run } from './run.mjs';
import { emptyResult } from './result.mjs';

const TEST_FILE = /\.test\.[cm]?[jt]sx?$/;
const NAMED_KIND = /\.(contract|persistence|scenario)\.test\.[cm]?[jt]sx?$/;
/** Loggers of the code under test fill the rest; failures are told at the end. */
const PROGRESS = /^(PASS|FAIL) /;
const TIMEOUT_MS = 20 * 60_000;

/** The kind a test file belongs to, by its name. */
export function kindOfTestFile(path) {
  return NAMED_KIND.exec(path)?.[1] ?? 'unit';
}

/** Every jest test file of the workspace, relative to the root. */
export async function findTestFiles() {
  const found = [];
  async function walk(folder) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        await walk(path);
      } else if (TEST_FILE.test(entry.name)) {
        found.push(relative(ROOT, path));
      }
    }
  }
  for (const group of ['packages', 'plugins']) {
    for (const entry of await readdir(join(ROOT, group), {
      withFileTypes: true,
    })) {
      if (entry.isDirectory()) {
        await walk(join(ROOT, group, entry.name, 'src')).catch(error => {
          if (error.code !== 'ENOENT') {
            throw error;
          }
        });
      }
    }
  }
  return found.sort();
}

/**
 * Reads jest's JSON report into one result per kind.
 *
 * @param {object} report - what `jest --json` writes
 * @param {string[]} asked - the files that should have run, relative to `root`
 * @param {string} root
 * @returns {Map<string, import('./result.mjs').Result>}
 */
export function readJestReport(report, asked, root) {
  const results = new Map();
  const resultOf = file => {
    const kind = kindOfTestFile(file);
    if (!results.has(kind)) {
      results.set(kind, emptyResult());
    }
    return results.get(kind);
  };
  const missing = new Set(asked);
  for (const suite of report.testResults) {
    const file = relative(root, suite.name);
    missing.delete(file);
    const result = resultOf(file);
    for (const test of suite.assertionResults) {
      const title = `${file}: ${test.fullName}`;
      if (test.status === 'passed') {
        result.passed += 1;
      } else if (test.status === 'failed') {
        result.failed += 1;
        result.failures.push({
          title,
          details: test.failureMessages.join('\n'),
        });
      } else {
        result.skipped.push({ title, reason: `marked as ${test.status}` });
      }
    }
    // A file that does not even load has no tests in it to fail.
    const failedInside = suite.assertionResults.some(
      test => test.status === 'failed',
    );
    if (suite.status === 'failed' && !failedInside) {
      result.failed += 1;
      result.failures.push({ title: file, details: suite.message });
    } else if (suite.assertionResults.length === 0) {
      missing.add(file);
    }
  }
  for (const file of missing) {
    const result = resultOf(file);
    result.failed += 1;
    result.failures.push({ title: file, details: 'No test in it ran.' });
  }
  return results;
}

/**
 * Runs the jest tests of the given kinds in one go.
 *
 * @param {{kinds: string[], env: NodeJS.ProcessEnv, tempDir: string}} options
 * @returns {Promise<Map<string, import('./result.mjs').Result>>}
 */
export async function runJest({ kinds, env, tempDir }) {
  const files = (await findTestFiles()).filter(file =>
    kinds.includes(kindOfTestFile(file)),
  );
  if (files.length === 0) {
    return new Map();
  }
  const reportFile = join(tempDir, 'jest.json');
  const outcome = await run(
    'node',
    [
      join(ROOT, 'node_modules', '.bin', 'backstage-cli'),
      ...['repo', 'test', '--maxWorkers=2', '--json'],
      `--outputFile=${reportFile}`,
      '--runTestsByPath',
      ...files,
    ],
    { cwd: ROOT, env, timeoutMs: TIMEOUT_MS, show: PROGRESS },
  );
  const text = await readFile(reportFile, 'utf8').catch(() => undefined);
  if (text === undefined) {
    return new Map([
      [
        kinds[0],
        {
          ...emptyResult(),
          failed: 1,
          failures: [
            {
              title: 'jest',
              details: `It ${outcome.how} and wrote no report.\n${outcome.output}`,
            },
          ],
        },
      ],
    ]);
  }
  const report = JSON.parse(text);
  const results = readJestReport(report, files, ROOT);
  const failed = [...results.values()].some(result => result.failed > 0);
  if (!outcome.ok && !failed) {
    // Something outside the tests went wrong: an open handle, a reporter, a crash.
    const first = results.get(kindOfTestFile(files[0]));
    first.failed += 1;
    first.failures.push({ title: 'jest', details: `It ${outcome.how}.` });
  }
  return results;
}
