/** The CI pipeline every repository of the company has: its three jobs are the required checks. */
export const PR_CHECKS_WORKFLOW = `name: PR Checks
on:
  push:
    branches: [main, staging]
  pull_request:
    types: [opened, synchronize, reopened]

jobs:
  test:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 24
      - run: npm ci
      - name: Unit tests
        run: npm test -- --experimental-test-coverage
      - name: Integration tests
        run: npm run test:integration --if-present
      - name: Security scan
        uses: aquasecurity/trivy-action@0.28.0
        with:
          scan-type: fs
          scanners: vuln,secret
          exit-code: '1'

  lint:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v4
      - run: npx eslint .

  branch-protection-check:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - name: Verify target branch
        run: |
          case "\${{ github.base_ref || github.ref_name }}" in
            main|staging) ;;
            *) echo "Pull requests must target main or staging"; exit 1 ;;
          esac
`;
