export { ATTRIBUTES, SPANS } from './names';
export type { Attributes, SpanName } from './names';
export { traced } from './traced';
export type { TracedWork } from './traced';
