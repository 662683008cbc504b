import { runSource } from './lib/runSource.mjs';

/** The benchmarks, such as `yarn bench tick`. */
await runSource('packages/bench/src/cli.ts');
