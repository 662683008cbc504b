/**
 * What one kind of test came to.
 *
 * @typedef {object} Result
 * @property {number} passed
 * @property {number} failed
 * @property {{title: string, reason: string}[]} skipped
 * @property {{title: string, details: string}[]} failures - what to read first; may be shorter than `failed`
 */

/** @returns {Result} */
export function emptyResult() {
  return { passed: 0, failed: 0, skipped: [], failures: [] };
}

/** @returns {Result} a gate is one test: it held, or it did not */
export function gateResult(title, { ok, how, output }) {
  return ok
    ? { ...emptyResult(), passed: 1 }
    : failure(title, `It ${how}.\n${output.trim()}`);
}

/** @returns {Result} */
export function failure(title, details) {
  return { ...emptyResult(), failed: 1, failures: [{ title, details }] };
}

/**
 * A kind that was asked for and of which nothing ran is a failure: a suite that
 * vanishes must not look like one that passes.
 *
 * @param {string} kind
 * @param {Result} result
 * @returns {Result}
 */
export function refuseEmpty(kind, result) {
  return result.passed + result.failed > 0
    ? result
    : {
        ...result,
        failed: 1,
        failures: [
          ...result.failures,
          { title: kind, details: `No ${kind} test ran.` },
        ],
      };
}

/** @param {Result[]} results */
export function total(results) {
  return {
    passed: results.reduce((sum, result) => sum + result.passed, 0),
    failed: results.reduce((sum, result) => sum + result.failed, 0),
    skipped: results.reduce((sum, result) => sum + result.skipped.length, 0),
  };
}

/** The last line of a test run. */
export function lastLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** 0 only when something ran and nothing failed. */
export function exitCodeOf({ passed, failed }) {
  return failed === 0 && passed > 0 ? 0 : 1;
}
