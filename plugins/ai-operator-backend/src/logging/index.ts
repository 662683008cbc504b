export { effectLevel, moveLevel, TRANSITION_LEVELS } from './levels';
export type { LogLevel } from './levels';
export { logAbout, subjectFields, writeLines } from './lines';
export type { LogLine, LogSubject } from './lines';
export { redactingLogger } from './redactingLogger';
export { safeError } from './safeError';
