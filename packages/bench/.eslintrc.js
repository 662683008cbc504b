module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  rules: {
    // A benchmark measures what is inside the operator, which the plugin's
    // package does not export and should not.
    '@backstage/no-forbidden-package-imports': 'off',
    '@backstage/no-mixed-plugin-imports': 'off',
  },
});
