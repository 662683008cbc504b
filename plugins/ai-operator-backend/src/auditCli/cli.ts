import { runAuditCli } from './main';

// For a clone of the repository; published packages have bin/ai-operator-audit.
runAuditCli().catch(error => {
  process.stderr.write(`${error?.stack ?? error}\n`);
  process.exitCode = 2;
});
