export * from './createAdapters';
export * from './createDoctor';
export * from './types';
export { realSleep } from './http';
