import { startPostgres } from './lib/postgres.mjs';
import { runSource } from './lib/runSource.mjs';

/** Where the benchmarks find a PostgreSQL. */
const CONNECTION = 'AI_OPERATOR_BENCH_POSTGRES';

/** Those of the audit trail need one, unless they are about SQLite alone. */
function needsPostgres([benchmark, ...options]) {
  return (
    benchmark === 'audit' &&
    !options.some(option => option.endsWith('sqlite')) &&
    !process.env[CONNECTION]
  );
}

/** The benchmarks, such as `yarn bench tick`. */
const postgres = needsPostgres(process.argv.slice(2))
  ? await startPostgres()
  : undefined;
if (postgres) {
  process.env[CONNECTION] = postgres.connectionString;
}
try {
  await runSource('packages/bench/src/cli.ts');
} finally {
  await postgres?.stop();
}
