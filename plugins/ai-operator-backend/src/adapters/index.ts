export * from './createAdapters';
export * from './createAuditSinks';
export * from './createDoctor';
export * from './types';
export { realSleep } from './http';
