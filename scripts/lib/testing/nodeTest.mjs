import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { ROOT } from '../paths.mjs';
import { run } from './run.mjs';
import { emptyResult, failure } from './result.mjs';

const TIMEOUT_MS = 3 * 60_000;

/**
 * A reporter for `node --test`: one line of JSON for every test that ended.
 * Node calls it; it is this module's default export because Node asks for one.
 */
export default async function* report(events) {
  for await (const { type, data } of events) {
    const isTest = type === 'test:pass' || type === 'test:fail';
    if (isTest && data.details.type !== 'suite') {
      yield `${JSON.stringify({
        title: data.name,
        file: data.file,
        passed: type === 'test:pass',
        skip: data.skip ?? data.todo,
        error: data.details.error?.cause?.stack ?? data.details.error?.message,
      })}\n`;
    }
  }
}

/** Reads what {@link report} wrote. */
export function readNodeTestReport(text) {
  const result = emptyResult();
  for (const line of text.split('\n').filter(Boolean)) {
    const { title, passed, skip, error } = JSON.parse(line);
    if (skip !== undefined && skip !== false) {
      result.skipped.push({
        title,
        reason: typeof skip === 'string' ? skip : 'no reason given',
      });
    } else if (passed) {
      result.passed += 1;
    } else {
      result.failed += 1;
      result.failures.push({ title, details: error ?? 'failed' });
    }
  }
  return result;
}

/**
 * Runs test files of plain Node, those of the scripts themselves.
 *
 * @param {{title: string, files: string[], env: NodeJS.ProcessEnv, tempDir: string}} options
 * @returns {Promise<import('./result.mjs').Result>}
 */
export async function runNodeTests({ title, files, env, tempDir }) {
  const reportFile = join(tempDir, `node-test-${title}.jsonl`);
  const outcome = await run(
    'node',
    [
      '--test',
      `--test-reporter=${fileURLToPath(import.meta.url)}`,
      `--test-reporter-destination=${reportFile}`,
      ...files,
    ],
    { cwd: ROOT, env, timeoutMs: TIMEOUT_MS },
  );
  const text = await readFile(reportFile, 'utf8').catch(() => '');
  const result = readNodeTestReport(text);
  return outcome.ok || result.failed > 0
    ? result
    : {
        ...result,
        ...failure(title, `node --test ${outcome.how}.\n${outcome.output}`),
        passed: result.passed,
      };
}
