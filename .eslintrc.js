module.exports = {
  root: true,
  overrides: [
    {
      files: ['**/*.ts', '**/*.tsx'],
      rules: {
        '@typescript-eslint/no-explicit-any': 'error',
        '@typescript-eslint/ban-ts-comment': 'error',
      },
    },
    {
      // Plain Node, run before anything is installed: no plugins, no imports of packages.
      files: ['scripts/**/*.mjs'],
      extends: ['eslint:recommended'],
      parserOptions: { ecmaVersion: 'latest', sourceType: 'module' },
      env: { es2024: true, node: true },
      rules: {
        eqeqeq: 'error',
        'no-shadow': 'error',
        'no-var': 'error',
        'prefer-const': 'error',
      },
    },
  ],
};
