/**
 * The walls of the house, as data. `docs/architecture.md` tells the same table
 * to people; a wall that is in the wrong place is moved in both.
 *
 * A room is a set of files. Per room:
 *   files     which ones (paths from the repository's root)
 *   rooms     what it may import of ours; `X types` means for its types only
 *   packages  what it may import of others; a trailing `/` or `*` is a prefix
 *   internals it may reach into our packages past their entry points
 *   never     what its code may not use: see `USES` in scan.mjs
 *
 * The first room whose `files` match owns a file. A file without a room is a
 * violation, so a new folder has to be given its walls first.
 */

const BACKEND = 'plugins/ai-operator-backend/src';

const ERRORS = ['@backstage/errors', '@backstage/types'];
const LOGGER = ['@backstage/backend-plugin-api'];
const NODE = ['node:*'];
const TIME = ['clock', 'stopwatch', 'timers'];

/** Deciding is nobody's business but the core's own: the rest of it are words. */
const DECIDING =
  'index|change/pullRequestBody|decide|doctor/judges|evaluate|invariants|guards|candidates|explain|poll|verdictLines';

/** What we speak to, each behind its own wall; `http` is what they share. */
const SYSTEMS = [
  { system: 'http', packages: ['zod'] },
  { system: 'argocd', packages: ['zod'] },
  { system: 'prometheus', packages: ['zod'] },
  {
    system: 'kubernetes',
    packages: [
      'zod',
      '@kubernetes/client-node',
      '@backstage/plugin-kubernetes-*',
    ],
  },
  {
    system: 'github',
    packages: ['zod', '@octokit/*', '@backstage/integration'],
  },
  {
    system: 'catalog',
    packages: [
      '@backstage/catalog-client',
      '@backstage/catalog-model',
      '@backstage/plugin-catalog-node',
    ],
  },
  {
    system: 'notifications',
    packages: ['@backstage/plugin-notifications-node'],
  },
  { system: 'pager', packages: [] },
  { system: 'elasticsearch', packages: ['zod', '@elastic/elasticsearch'] },
  { system: 'auditFile', packages: [] },
];

export const ROOMS = [
  {
    name: 'common',
    files: /^plugins\/ai-operator-common\/src\//,
    rooms: ['common'],
    packages: ['@backstage/plugin-permission-common', 'zod'],
    never: ['node', 'network', 'console'],
  },
  {
    name: 'node',
    files: /^plugins\/ai-operator-node\/src\//,
    rooms: ['node', 'common'],
    packages: ['@backstage/backend-plugin-api'],
    never: ['network', 'console'],
  },
  {
    name: 'portal',
    files: /^plugins\/ai-operator\/(src|dev)\//,
    rooms: ['portal', 'common'],
    packages: [
      'react',
      'react/*',
      'react-dom',
      'react-router-dom',
      'react-use/*',
      '@material-ui/*',
      '@remixicon/react',
      '@backstage/catalog-model',
      '@backstage/core-*',
      '@backstage/dev-utils',
      '@backstage/frontend-*',
      '@backstage/plugin-catalog-react',
      '@backstage/plugin-catalog-react/alpha',
      '@backstage/plugin-permission-react',
      '@backstage/plugin-signals-react',
      // The gallery's stand-ins for what a portal brings.
      '@backstage/test-utils',
      '@backstage/ui',
      ...ERRORS,
    ],
    never: ['node', 'console'],
  },
  {
    name: 'permission policy',
    files: /^plugins\/permission-backend-module-ai-operator\/src\//,
    rooms: ['permission policy', 'common'],
    packages: [
      '@backstage/backend-plugin-api',
      '@backstage/config',
      '@backstage/plugin-permission-common',
      '@backstage/plugin-permission-node',
      '@backstage/plugin-permission-node/alpha',
    ],
    never: ['clock', 'random', 'network', 'console', 'node'],
  },
  {
    name: 'core words',
    files: new RegExp(`^${BACKEND}/core/(?!(${DECIDING})\\b)`),
    rooms: ['core words', 'core types', 'common'],
    packages: ['yaml'],
    never: [...TIME, 'random', 'await', 'network', 'console', 'node'],
  },
  {
    name: 'core',
    files: new RegExp(`^${BACKEND}/core/`),
    rooms: ['core', 'core words', 'common'],
    packages: ['yaml'],
    never: [...TIME, 'random', 'await', 'network', 'console', 'node'],
  },
  {
    name: 'ports',
    files: new RegExp(`^${BACKEND}/ports/`),
    rooms: ['ports', 'core words', 'core types', 'common'],
    packages: [],
    never: ['network', 'console', 'node', 'random'],
  },
  ...SYSTEMS.map(({ system, packages }) => ({
    name: `adapter ${system}`,
    files: new RegExp(`^${BACKEND}/adapters/${system}(/|\\.ts$)`),
    rooms: [
      `adapter ${system}`,
      'adapter http',
      'adapters types',
      'ports',
      'core words',
      'core types',
      'config',
      'tracing',
      'common',
      'node',
    ],
    packages: [...packages, ...ERRORS, ...LOGGER, '@backstage/config', ...NODE],
    never: ['console'],
  })),
  {
    name: 'adapters',
    files: new RegExp(`^${BACKEND}/adapters/[^/]+\\.ts$`),
    rooms: [
      'adapters',
      ...SYSTEMS.map(({ system }) => `adapter ${system}`),
      'ports',
      'config types',
    ],
    packages: [
      '@backstage/config',
      '@backstage/integration',
      '@kubernetes/client-node',
      ...ERRORS,
      ...LOGGER,
    ],
    never: ['console'],
  },
  {
    name: 'observation',
    files: new RegExp(`^${BACKEND}/observation/`),
    rooms: ['observation', 'ports', 'core words', 'core types', 'common'],
    packages: [...ERRORS, ...LOGGER],
    never: ['clock', 'random', 'network', 'console'],
  },
  {
    name: 'effects',
    files: new RegExp(`^${BACKEND}/effects/`),
    rooms: ['effects', 'ports', 'core words', 'core types', 'common'],
    packages: [...ERRORS, ...LOGGER],
    never: ['clock', 'random', 'network', 'console'],
  },
  {
    name: 'persistence',
    files: new RegExp(`^${BACKEND}/persistence/`),
    rooms: ['persistence', 'ports', 'core words', 'core types', 'common'],
    packages: ['knex', 'zod', ...ERRORS, ...LOGGER, ...NODE],
    never: ['network', 'console'],
  },
  {
    name: 'engine',
    files: new RegExp(`^${BACKEND}/engine/`),
    rooms: [
      'engine',
      'core',
      'core words',
      'ports',
      'observation',
      'effects',
      'persistence',
      'audit',
      'logging',
      'tracing',
      // Which application is meant, and where its manifest lives: the configuration's own words.
      'config',
      'common',
    ],
    packages: [...ERRORS, ...LOGGER, ...NODE],
    never: ['clock', 'network', 'console'],
  },
  {
    name: 'audit',
    files: new RegExp(`^${BACKEND}/audit/`),
    rooms: [
      'audit',
      'ports',
      'persistence',
      'core words',
      'core types',
      'logging',
      'common',
    ],
    packages: [...ERRORS, ...LOGGER, ...NODE],
    never: ['clock', 'network', 'console'],
  },
  {
    // How it is logged, for everybody who logs; never what is decided.
    name: 'logging',
    files: new RegExp(`^${BACKEND}/logging/`),
    rooms: ['logging', 'core words', 'core types', 'common'],
    packages: [...ERRORS, ...LOGGER],
    never: [...TIME, 'random', 'await', 'network', 'console', 'node'],
  },
  {
    name: 'tracing',
    files: new RegExp(`^${BACKEND}/tracing/`),
    rooms: ['tracing', 'common'],
    packages: ['@opentelemetry/api', ...ERRORS],
    never: [...TIME, 'random', 'network', 'console', 'node'],
  },
  {
    name: 'metrics',
    files: new RegExp(`^${BACKEND}/metrics/`),
    rooms: ['metrics', 'ports', 'core types', 'common'],
    // Backstage's metrics service is spoken to, never brought along: types only.
    packages: ['prom-client', '@backstage/backend-plugin-api/alpha'],
    never: ['clock', 'network', 'console'],
  },
  {
    // How a permission policy can narrow who decides; who may at all is the role table's word.
    name: 'permissions',
    files: new RegExp(`^${BACKEND}/permissions/`),
    rooms: ['permissions', 'common'],
    packages: [
      'zod',
      '@backstage/plugin-permission-common',
      '@backstage/plugin-permission-node',
    ],
    never: ['clock', 'random', 'await', 'network', 'console', 'node'],
  },
  {
    name: 'doctor',
    files: new RegExp(`^${BACKEND}/doctor/`),
    rooms: [
      'doctor',
      'core',
      'core words',
      'ports',
      'observation',
      'persistence',
      'config',
      'common',
    ],
    packages: [...ERRORS, ...LOGGER, ...NODE],
    never: ['clock', 'random', 'network', 'console'],
  },
  {
    name: 'rest',
    files: new RegExp(`^${BACKEND}/rest/`),
    rooms: [
      'rest',
      'permissions',
      'ports',
      'persistence',
      'audit',
      'logging',
      'metrics',
      'core',
      'core words',
      'common',
    ],
    packages: [
      'express',
      'express-promise-router',
      'zod',
      '@backstage/catalog-model',
      '@backstage/plugin-catalog-node',
      '@backstage/plugin-permission-common',
      '@backstage/plugin-permission-node',
      ...ERRORS,
      ...LOGGER,
      ...NODE,
    ],
    never: ['network', 'console'],
  },
  {
    // A command of its own: whoever doubts the operator need not ask it.
    name: 'audit command line',
    files: new RegExp(`^${BACKEND}/auditCli/`),
    rooms: [
      'audit command line',
      'adapter elasticsearch',
      'adapter http types',
      'persistence',
      'ports',
      'config',
      'core words',
      'common',
    ],
    packages: ['knex', 'zod', ...NODE],
    never: ['console'],
  },
  {
    name: 'config',
    files: new RegExp(`^${BACKEND}/(config\\.ts|config/)`),
    rooms: ['config', 'core words', 'ports', 'common'],
    packages: [
      'zod',
      // Entity refs in their full form.
      '@backstage/catalog-model',
      '@backstage/config',
      '@backstage/integration',
      ...ERRORS,
      ...LOGGER,
      ...NODE,
    ],
    never: ['clock', 'random', 'network', 'console'],
  },
  {
    name: 'wiring',
    files: new RegExp(`^${BACKEND}/((plugin|index)\\.ts|wiring/)`),
    rooms: ['*'],
    packages: ['*'],
    never: ['console'],
  },
  {
    name: 'scenarios',
    files: new RegExp(`^${BACKEND}/scenarios/`),
    rooms: ['*'],
    packages: ['*'],
    never: [],
  },
  {
    name: 'app',
    files: /^packages\/app\/src\//,
    rooms: ['app', 'portal'],
    packages: [
      'react',
      'react-dom',
      'react-dom/*',
      '@material-ui/*',
      '@backstage/*',
    ],
    never: ['network', 'node', 'console'],
  },
  {
    name: 'backend',
    files: /^packages\/backend\/src\//,
    rooms: ['backend', 'wiring', 'permission policy'],
    // The demo leads the Slack client to the simulated world.
    packages: ['@backstage/*', '@slack/web-api'],
    never: ['network', 'console'],
  },
  {
    // It stands in for systems that have never heard of the operator.
    name: 'world',
    files: /^packages\/world\/src\//,
    rooms: ['world'],
    packages: ['*'],
    never: [],
  },
  {
    name: 'pr-policy',
    files: /^packages\/pr-policy\/src\//,
    rooms: ['pr-policy', 'common'],
    packages: ['yaml', 'zod', ...NODE],
    never: ['network'],
  },
  {
    // It measures parts of the operator that nobody else may reach.
    name: 'bench',
    files: /^packages\/bench\/src\//,
    internals: true,
    rooms: ['*'],
    packages: ['*'],
    never: [],
  },
  {
    name: 'e2e',
    files: /^e2e\//,
    rooms: ['e2e', 'world', 'scripts'],
    packages: ['*'],
    never: [],
  },
  {
    name: 'scripts',
    files: /^scripts\//,
    rooms: ['scripts'],
    packages: ['*'],
    never: [],
  },
];

/** Our packages, and the file each of their names stands for. */
export const OWN_PACKAGES = {
  '@ai-operator/backstage-plugin-ai-operator-common':
    'plugins/ai-operator-common/src/index.ts',
  '@ai-operator/backstage-plugin-ai-operator-node':
    'plugins/ai-operator-node/src/index.ts',
  '@ai-operator/backstage-plugin-ai-operator-backend': `${BACKEND}/index.ts`,
  '@ai-operator/backstage-plugin-permission-backend-module-ai-operator':
    'plugins/permission-backend-module-ai-operator/src/index.ts',
  '@ai-operator/backstage-plugin-ai-operator':
    'plugins/ai-operator/src/index.ts',
  '@ai-operator/backstage-plugin-ai-operator/alpha':
    'plugins/ai-operator/src/alpha.tsx',
  '@ai-operator/world': 'packages/world/src/index.ts',
  '@ai-operator/bench': 'packages/bench/src/index.ts',
};

/**
 * Tests and what only tests use: they may look into any room, and into the
 * simulated world.
 */
export const TEST_FILE =
  /(\.test\.[cm]?[jt]sx?$|\/__(testUtils|fixtures)__\/|\/testing\/|\/(setupTests|testing)\.tsx?$)/;
