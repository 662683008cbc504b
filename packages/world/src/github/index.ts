export { createGitHub } from './createGitHub';
export * from './types';
