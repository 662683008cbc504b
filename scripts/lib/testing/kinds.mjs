import { Problem } from '../problem.mjs';

/**
 * Checks that hold or do not hold as a whole: what `package.json` calls
 * `script` is run with yarn. `after` names the one it may not
 * run beside.
 */
export const GATES = {
  types: { title: 'type-check', script: ['tsc', '--pretty', 'false'] },
  lint: { title: 'lint', script: ['lint'] },
  format: { title: 'formatting', script: ['prettier:check'] },
  // It writes where the type-check writes: the order of a union's members in a
  // declaration depends on what else was compiled, so it compiles by itself.
  api: {
    title: 'API reports',
    script: ['api-reports', '--ci'],
    after: 'types',
  },
};

/** Kinds whose tests are told apart by the names of jest's test files. */
export const JEST_KINDS = ['unit', 'contract', 'persistence', 'scenario'];

/** Every kind, in the order of the summary. */
export const KINDS = [
  ...Object.keys(GATES),
  'architecture',
  ...JEST_KINDS,
  'e2e',
];

/**
 * The kinds to run.
 *
 * @param {string[]} asked - from the command line; none means all of them
 * @returns {string[]}
 */
export function chooseKinds(asked) {
  const unknown = asked.filter(kind => !KINDS.includes(kind));
  if (unknown.length > 0) {
    throw new Problem(`There is no kind of test called ${unknown.join(', ')}`, {
      hint: `Kinds: ${KINDS.join(', ')}`,
    });
  }
  return asked.length === 0
    ? KINDS
    : KINDS.filter(kind => asked.includes(kind));
}
