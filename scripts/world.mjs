import { runSource } from './lib/runSource.mjs';

/** The command line of the simulated world. */
await runSource('packages/world/src/cli.ts');
