import { z } from 'zod';

/** Who does the work of a tick. */
export const CONTENDERS = ['floor', 'operator', 'naive'] as const;

export type Contender = (typeof CONTENDERS)[number];

/** How contenders are measured, handed to each as JSON. */
export const taskSchema = z.object({
  contender: z.enum(CONTENDERS),
  worldUrl: z.string(),
  applications: z.number().int().positive(),
  warmUps: z.number().int().nonnegative(),
  ticks: z.number().int().positive(),
});

export type Task = z.infer<typeof taskSchema>;

const costSchema = z.object({ cpuMs: z.number(), wallMs: z.number() });

/** What a contender reports on its last line of output. Memory in bytes. */
export const resultSchema = z.object({
  contender: z.enum(CONTENDERS),
  /** The very first tick, with nothing known yet. */
  first: costSchema,
  ticks: z.array(costSchema),
  /** From before the first tick to after the last, garbage collected. */
  heapGrowth: z.number(),
  /** The same for the resident size: what the process keeps. */
  rssGrowth: z.number(),
  /** Largest resident size seen between ticks, garbage included, less that before the first. */
  rssPeak: z.number(),
  /** Bytes of one answer to the list call; for `naive`, of all answers of one tick. */
  bytes: z.number().optional(),
});

export type Result = z.infer<typeof resultSchema>;

/**
 * What a child process tells its parent. Other messages, such as those of the
 * source transform, are not meant for us.
 */
export const reportSchema = z.object({ benchReport: z.unknown() });

/** Tells the parent process; does nothing without one. */
export function report(content: unknown): void {
  process.send?.({ benchReport: content });
}
