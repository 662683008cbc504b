export * from './createAdapters';
export * from './types';
export { realSleep } from './http';
