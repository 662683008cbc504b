import { Readable, Writable } from 'node:stream';
import {
  Command,
  ExportCommand,
  readArguments,
  VerifyCommand,
} from './arguments';
import { openCopy } from './elasticsearchCopy';
import { exportTrail } from './exportTrail';
import { openSource } from './openSource';
import { OperatorClient } from './operatorClient';
import { EXIT_CODES, Outcome } from './outcome';
import { CannotJudge, reasonOf, WrongUsage } from './problem';
import { count, jsonReport, textReport } from './report';
import { USAGE } from './usage';
import { verifyTrail } from './verifyTrail';

/** What a command line works with. */
export interface CommandLine {
  /** Words after the command's own name. */
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  stdin: Readable;
  stdout: Writable;
  stderr: Writable;
  /** Aborted when the person wants it to end. */
  signal: AbortSignal;
}

async function runVerify(
  command: VerifyCommand,
  io: CommandLine,
): Promise<Outcome> {
  const source = openSource(command.source, io);
  try {
    const copy =
      command.elasticsearch &&
      (await openCopy(command.elasticsearch, io.signal));
    return await verifyTrail(source, { ...command, copy });
  } catch (error) {
    if (!(error instanceof CannotJudge)) {
      throw error;
    }
    return {
      result: 'unknown',
      because: error.message,
      trail: source.name,
      checked: 0,
      problems: [],
      moreProblems: false,
      notes: [],
    };
  } finally {
    await source.close();
  }
}

async function runExport(
  { source, correlationId }: ExportCommand,
  { signal, stderr, stdout }: CommandLine,
): Promise<number> {
  const client = new OperatorClient({
    url: source.url,
    token: source.token?.reveal(),
    signal,
  });
  const entries = await exportTrail(client, {
    out: stdout,
    correlationId,
    signal,
  });
  stderr.write(`${count(entries)} entries\n`);
  return 0;
}

async function run(command: Command, io: CommandLine): Promise<number> {
  switch (command.command) {
    case 'help':
      io.stdout.write(USAGE);
      return 0;
    case 'export':
      return runExport(command, io);
    default: {
      const outcome = await runVerify(command, io);
      io.stdout.write(
        command.format === 'json' ? jsonReport(outcome) : textReport(outcome),
      );
      return EXIT_CODES[outcome.result];
    }
  }
}

/**
 * The command `ai-operator-audit`: verifies the audit trail by itself, or
 * exports it. Returns the exit code: 0 intact, 1 broken, 2 could not judge.
 */
export async function runCommandLine(io: CommandLine): Promise<number> {
  try {
    return await run(readArguments(io.argv, io.env), io);
  } catch (error) {
    const usage = error instanceof WrongUsage ? `\n${USAGE}` : '';
    io.stderr.write(`ai-operator-audit: ${reasonOf(error)}\n${usage}`);
    return EXIT_CODES.unknown;
  }
}
