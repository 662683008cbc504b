export * from './types';
export { GitRepository } from './gitRepository';
