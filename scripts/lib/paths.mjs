import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Everything the demo writes; git ignores it. */
export const DEMO_DIR = join(ROOT, '.demo');

/** Node and yarn for machines that have none of the right version; git ignores it. */
export const TOOLCHAIN_DIR = join(ROOT, '.toolchain');
