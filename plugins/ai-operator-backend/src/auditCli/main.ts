import { runCommandLine } from './commandLine';

/**
 * The command `ai-operator-audit` with the arguments of this process, whose exit
 * code it sets: 0 the audit trail is intact, 1 it is broken, 2 it could not
 * be judged. Ctrl-C ends it; a second one at once.
 *
 * @public
 */
export async function runAuditCli(): Promise<void> {
  const end = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => end.abort());
  }
  // Whoever reads us has seen enough, as with `| head`.
  process.stdout.on('error', () => end.abort());
  process.exitCode = await runCommandLine({
    argv: process.argv.slice(2),
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: end.signal,
  });
  // An open standard input would keep the process alive.
  process.stdin.destroy();
}
