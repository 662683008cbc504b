import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import knexFactory from 'knex';
import { createDatabase, migrationsDirectory } from '../../persistence';
import { Outcome } from '../outcome';
import { runCommandLine } from '../commandLine';

function collector() {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}

/** Runs the command line in this process. */
export async function cli(
  argv: readonly string[],
  options: {
    env?: Record<string, string>;
    stdin?: string;
    signal?: AbortSignal;
  } = {},
): Promise<{ code: number; out: string; err: string }> {
  const out = collector();
  const err = collector();
  const code = await runCommandLine({
    argv,
    env: options.env ?? {},
    stdin: Readable.from(options.stdin ? [Buffer.from(options.stdin)] : []),
    stdout: out.stream,
    stderr: err.stream,
    signal: options.signal ?? new AbortController().signal,
  });
  return { code, out: out.text(), err: err.text() };
}

/** The same with `verify --format json`. */
export async function verify(
  argv: readonly string[],
  options: Parameters<typeof cli>[1] = {},
): Promise<Outcome & { code: number }> {
  const { code, out, err } = await cli(
    ['verify', ...argv, '--format', 'json'],
    options,
  );
  if (err) {
    throw new Error(err);
  }
  return { ...JSON.parse(out), code };
}

/** An operator's database in a file, and a folder to write into. */
export async function databaseInFile() {
  const folder = mkdtempSync(join(tmpdir(), 'audit-cli-'));
  const path = join(folder, 'ai-operator.sqlite');
  const knex = knexFactory({
    client: 'better-sqlite3',
    connection: { filename: path },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  await knex.migrate.latest({ directory: migrationsDirectory() });
  return {
    db: createDatabase(knex),
    folder,
    path,
    async close() {
      await knex.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
