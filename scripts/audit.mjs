import { runSource } from './lib/runSource.mjs';

/** The command line of the audit trail, such as `yarn ai-operator-audit verify --file trail.jsonl`. */
await runSource('plugins/ai-operator-backend/src/auditCli/cli.ts');
