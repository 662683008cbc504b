import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../paths.mjs';
import { run } from './run.mjs';
import { emptyResult, failure } from './result.mjs';

const PROGRESS = /^\s+[✓✘-]\s+\d+ /;
const TIMEOUT_MS = 8 * 60_000;

/**
 * Reads Playwright's JSON report. A test that passed only when tried again is
 * a failure.
 *
 * @param {object} report
 * @returns {import('./result.mjs').Result}
 */
export function readPlaywrightReport(report) {
  const result = emptyResult();
  for (const error of report.errors) {
    result.failed += 1;
    result.failures.push({
      title: 'browser tests',
      details: error.message ?? error.value ?? 'unknown error',
    });
  }
  const visit = (suite, path) => {
    const here = suite.title ? [...path, suite.title] : path;
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        readTest(result, [...here, spec.title].join(' > '), test);
      }
    }
    for (const inner of suite.suites ?? []) {
      visit(inner, here);
    }
  };
  for (const suite of report.suites) {
    visit(suite, []);
  }
  return result;
}

function readTest(result, title, test) {
  if (test.status === 'expected') {
    result.passed += 1;
    return;
  }
  if (test.status === 'skipped') {
    const note = test.annotations.find(({ type }) =>
      ['skip', 'fixme'].includes(type),
    );
    result.skipped.push({
      title,
      reason: note?.description ?? 'an earlier test of its group failed',
    });
    return;
  }
  result.failed += 1;
  result.failures.push({
    title,
    details: test.results
      .flatMap(({ errors }) => errors.map(error => error.message))
      .join('\n'),
  });
}

/**
 * Runs the browser tests.
 *
 * @param {{env: NodeJS.ProcessEnv, tempDir: string}} options
 * @returns {Promise<import('./result.mjs').Result>}
 */
export async function runPlaywright({ env, tempDir }) {
  const reportFile = join(tempDir, 'playwright.json');
  const outcome = await run(
    'node',
    [
      join(ROOT, 'node_modules', '.bin', 'playwright'),
      ...['test', '--config', join(ROOT, 'e2e', 'playwright.config.ts')],
      '--reporter=list,json',
    ],
    {
      cwd: join(ROOT, 'e2e'),
      env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: reportFile },
      timeoutMs: TIMEOUT_MS,
      show: PROGRESS,
    },
  );
  const text = await readFile(reportFile, 'utf8').catch(() => undefined);
  if (text === undefined) {
    return failure(
      'browser tests',
      `Playwright ${outcome.how} and wrote no report.\n${outcome.output}`,
    );
  }
  const result = readPlaywrightReport(JSON.parse(text));
  return outcome.ok || result.failed > 0
    ? result
    : { ...result, ...failure('browser tests', `Playwright ${outcome.how}.`) };
}
