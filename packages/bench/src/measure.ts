/** What one repetition cost this process. */
export interface Cost {
  /** User and system time, ms. */
  cpuMs: number;
  wallMs: number;
}

/** Runs `work` once and says what it cost. */
export async function measure(work: () => Promise<void>): Promise<Cost> {
  const cpuBefore = process.cpuUsage();
  const before = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    cpuMs: (user + system) / 1000,
    wallMs: performance.now() - before,
  };
}

/** The value below which `share` (0..1) of the values lie. Throws for no values. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) {
    throw new Error('There is no percentile of no values');
  }
  const sorted = [...values].sort((a, b) => a - b);
  const index = Math.ceil(share * sorted.length) - 1;
  return sorted[Math.min(sorted.length - 1, Math.max(0, index))];
}

/** Bytes the process holds after a full collection; needs `--expose-gc`. */
export function settledMemory(): { rss: number; heap: number } {
  const { gc } = globalThis;
  if (!gc) {
    throw new Error('Memory is measured with node --expose-gc');
  }
  gc();
  gc();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heap: heapUsed + external };
}
