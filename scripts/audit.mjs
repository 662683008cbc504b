import { runSource } from './lib/runSource.mjs';

/**
 * The command line of the audit trail, such as
 * `yarn ai-operator-audit verify --file trail.jsonl`. 1 would say that the trail
 * is broken: whatever else goes wrong is 2.
 */
await runSource('plugins/ai-operator-backend/src/auditCli/cli.ts', {
  failure: 2,
});
