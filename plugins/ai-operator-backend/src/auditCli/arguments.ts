import { parseArgs } from 'node:util';
import { Secret } from '../config';
import { reasonOf, WrongUsage } from './problem';
import { readValues } from './values';

/** An entry that somebody noted, or was told by the other side. */
export interface Mark {
  seq: number;
  hash: string;
}

export type SourceOptions =
  | { kind: 'url'; url: string; token?: Secret }
  | { kind: 'file'; path: string }
  | { kind: 'database'; connection: Secret; schema?: string };

export interface ElasticsearchOptions {
  url: string;
  apiKey?: Secret;
  /** Path of a PEM file. */
  ca?: string;
  indexPrefix: string;
  keptDays: number;
}

export interface VerifyCommand {
  command: 'verify';
  source: SourceOptions;
  /** Verification goes on from here. */
  mark?: Mark;
  /** The trail has to reach this. */
  head?: Mark;
  correlationId?: string;
  elasticsearch?: ElasticsearchOptions;
  format: 'text' | 'json';
}

export interface ExportCommand {
  command: 'export';
  source: Extract<SourceOptions, { kind: 'url' }>;
  correlationId?: string;
}

export type Command = VerifyCommand | ExportCommand | { command: 'help' };

const OPTIONS = {
  url: { type: 'string' },
  'token-env': { type: 'string' },
  file: { type: 'string' },
  database: { type: 'string' },
  'database-env': { type: 'string' },
  schema: { type: 'string' },
  from: { type: 'string' },
  hash: { type: 'string' },
  head: { type: 'string' },
  'correlation-id': { type: 'string' },
  elasticsearch: { type: 'string' },
  'api-key-env': { type: 'string' },
  ca: { type: 'string' },
  'index-prefix': { type: 'string' },
  'kept-days': { type: 'string' },
  format: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const FOR_EXPORT = ['url', 'token-env', 'correlation-id'];

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: OPTIONS,
    });
  } catch (error) {
    // Node adds advice about '--' that is of no use here.
    const [said] = reasonOf(error).split('. ');
    throw new WrongUsage(said.endsWith('.') ? said : `${said}.`);
  }
}

/** Reads the command line; throws {@link WrongUsage} for what cannot be meant. */
export function readArguments(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Command {
  const { values, positionals } = parse(argv);
  const { help, ...given } = values;
  if (help || (positionals.length === 0 && Object.keys(given).length === 0)) {
    return { command: 'help' };
  }
  const [command, ...more] = positionals;
  if (command === 'help') {
    return { command };
  }
  if ((command !== 'verify' && command !== 'export') || more.length > 0) {
    throw new WrongUsage(
      command === undefined
        ? 'Say what to do: verify or export.'
        : `'${positionals.join(' ')}' is neither verify nor export.`,
    );
  }
  const read = readValues(given, env);
  if (command === 'export') {
    const other = Object.keys(given).find(name => !FOR_EXPORT.includes(name));
    if (other !== undefined || read.source.kind !== 'url') {
      throw new WrongUsage(
        `export reads from the operator's routes: give --url${
          other === undefined ? '' : ` and leave out --${other}`
        }.`,
      );
    }
    const { source, correlationId } = read;
    return { command, source, correlationId };
  }
  return { command, ...read };
}
