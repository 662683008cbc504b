/** Unified diff of one file with three lines of context, without the `---`/`+++` header; empty when equal. */
export function patch(before: string, after: string): string {
  throw new Error(`not implemented ${before}${after}`);
}
