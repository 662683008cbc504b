module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  rules: {
    // The browser tests start the demo the way `npm start` does, and those
    // scripts are in no package: they run before any is installed. What may be
    // imported is held by scripts/architecture.
    '@backstage/no-relative-monorepo-imports': 'off',
  },
});
