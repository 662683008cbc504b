import { Cost, measure, settledMemory } from '../measure';
import { createFloor } from './floor';
import { createNaive } from './naive';
import { createOperator } from './operator';
import { Contender, Result, Task, report, taskSchema } from './protocol';

interface Running {
  tick(): Promise<{ applications: number; bytes?: number }>;
  close(): Promise<void>;
}

const CREATE: Record<Contender, (worldUrl: string) => Promise<Running>> = {
  floor: async url => createFloor(url),
  operator: createOperator,
  naive: createNaive,
};

async function run(task: Task): Promise<Result> {
  const running = await CREATE[task.contender](task.worldUrl);
  let bytes: number | undefined;
  const tick = async () => {
    const seen = await running.tick();
    if (seen.applications !== task.applications) {
      throw new Error(
        `${task.contender} saw ${seen.applications} of ${task.applications} applications`,
      );
    }
    bytes = seen.bytes;
  };
  const before = settledMemory();
  const first = await measure(tick);
  for (let index = 0; index < task.warmUps; index += 1) {
    await tick();
  }
  const ticks: Cost[] = [];
  let peak = before.rss;
  for (let index = 0; index < task.ticks; index += 1) {
    ticks.push(await measure(tick));
    peak = Math.max(peak, process.memoryUsage.rss());
  }
  const after = settledMemory();
  await running.close();
  return {
    contender: task.contender,
    first,
    ticks,
    heapGrowth: after.heap - before.heap,
    rssGrowth: after.rss - before.rss,
    rssPeak: peak - before.rss,
    bytes,
  };
}

/** One contender in a process of its own, so that its time and memory are its own. */
async function main(): Promise<void> {
  const result = await run(taskSchema.parse(JSON.parse(process.argv[2])));
  report(result);
  process.disconnect?.();
}

main().catch(error => {
  process.stderr.write(`${error?.stack ?? error}\n`);
  process.exitCode = 1;
});
