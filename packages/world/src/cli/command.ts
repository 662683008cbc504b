import type { ParseArgsConfig } from 'node:util';
import type { WorldClient } from './client';

/** Options of a command line by name; all are text or switches. */
export type Values = Record<string, string | boolean | undefined>;

/** One command of the CLI. */
export interface Command {
  name: string;
  /** Arguments after the name. */
  usage: string;
  summary: string;
  options?: NonNullable<ParseArgsConfig['options']>;
  /** How many words must and may follow the name. */
  words: [number, number];
  /** Answers what to print. */
  run(client: WorldClient, words: string[], values: Values): Promise<string>;
}

/** An option's text; undefined for switches and what was not given. */
export function text(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
