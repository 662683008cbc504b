import { parseArgs } from 'node:util';
import { isError } from '@backstage/errors';
import { nearestNames } from '../control/suggest';
import { DEFAULT_PORT } from '../world';
import { CATALOG_USAGE, writeCatalog } from './catalog';
import { WorldClient } from './client';
import type { Command } from './command';
import { COMMANDS } from './commands';
import { SERVE_OPTIONS, SERVE_USAGE, serve } from './serve';
import { CommandError, EXIT, UsageError } from './usage';

/** Where the CLI writes. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
}

/**
 * Runs one command line (without `node` and the script).
 *
 * @returns the exit code; `serve` answers when its world has ended
 */
export async function main(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  output: Output,
): Promise<number> {
  try {
    const [name, ...rest] = args;
    if (!name || ['help', '--help', '-h'].includes(name)) {
      output.out(help());
      return name ? 0 : EXIT.usage;
    }
    if (name === 'serve') {
      const { values } = parse(rest, SERVE_OPTIONS, [0, 0], SERVE_USAGE);
      return await serve(values, output);
    }
    if (name === 'catalog') {
      const { values } = parse(
        rest,
        { out: { type: 'string' } },
        [0, 0],
        CATALOG_USAGE,
      );
      output.out(
        await writeCatalog(
          typeof values.out === 'string' ? values.out : 'examples',
        ),
      );
      return 0;
    }
    const command = COMMANDS.find(other => other.name === name);
    if (!command) {
      throw new UsageError(unknownCommand(name));
    }
    output.out(await runCommand(command, rest, environment));
    return 0;
  } catch (error) {
    return report(error, output);
  }
}

async function runCommand(
  command: Command,
  args: string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const { values, positionals } = parse(
    args,
    { ...command.options, url: { type: 'string' } },
    command.words,
    usageOf(command),
  );
  const url =
    (typeof values.url === 'string' ? values.url : environment.WORLD_URL) ??
    `http://localhost:${environment.WORLD_PORT ?? DEFAULT_PORT}`;
  return await command.run(new WorldClient(url), positionals, values);
}

function parse(
  args: string[],
  options: NonNullable<Command['options']>,
  [least, most]: [number, number],
  usage: string,
): {
  values: Record<string, string | boolean | undefined>;
  positionals: string[];
} {
  let parsed;
  try {
    parsed = parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(
      `${isError(error) ? error.message : String(error)}\nUsage: ${usage}`,
      error,
    );
  }
  const { positionals } = parsed;
  if (positionals.length < least || positionals.length > most) {
    throw new UsageError(`Usage: ${usage}`);
  }
  return {
    values: parsed.values as Record<string, string | boolean | undefined>,
    positionals,
  };
}

function report(error: unknown, output: Output): number {
  if (error instanceof UsageError) {
    output.err(error.message);
    return EXIT.usage;
  }
  if (error instanceof CommandError) {
    output.err(`Error: ${error.message}`);
    return error.exitCode;
  }
  output.err(isError(error) ? error.stack ?? error.message : String(error));
  return EXIT.failed;
}

function unknownCommand(name: string): string {
  const near = nearestNames(name, [
    'serve',
    'help',
    ...COMMANDS.map(command => command.name),
  ]);
  return `There is no command '${name}'.${
    near.length > 0 ? ` Did you mean ${near.join(', ')}?` : ''
  } See npm run world -- help.`;
}

function usageOf(command: Command): string {
  return `npm run world -- ${command.name} ${command.usage}`.trimEnd();
}

function help(): string {
  return [
    'The simulated world: Argo CD, Kubernetes, GitHub, Prometheus and Slack in one process.',
    '',
    `${SERVE_USAGE}`,
    '    start a world; it ends with Ctrl-C',
    CATALOG_USAGE,
    '    write the catalog entities of the company',
    '',
    'Commands for a running world (all take --url, default http://localhost:4010 or $WORLD_URL):',
    '',
    ...COMMANDS.flatMap(command => [
      usageOf(command),
      `    ${command.summary}`,
    ]),
    '',
    'Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 no world answers, 4 port taken.',
  ].join('\n');
}
