import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWorld, manyApplications, realClock } from '@ai-operator/world';
import { report } from './protocol';

/** Serves a world of many applications in a process of its own until its parent ends it. */
async function main(): Promise<void> {
  const applications = Number(process.argv[2]);
  const dataDir = mkdtempSync(join(tmpdir(), 'ai-operator-bench-'));
  process.on('exit', () => rmSync(dataDir, { recursive: true, force: true }));
  const world = await createWorld({
    clock: realClock(),
    dataDir,
    cast: manyApplications(applications),
  });
  const { url } = await world.listen(0);
  process.once('SIGTERM', () => process.exit(0));
  process.once('disconnect', () => process.exit(0));
  report({ url });
}

void main();
