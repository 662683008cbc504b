import { type GitHubOptions, type GitHubServer } from './types';

/** Builds the simulated GitHub; nothing runs until a request or a repository comes. */
export function createGitHub(options: GitHubOptions): GitHubServer {
  throw new Error(`Not assembled yet: ${options.dataDir}`);
}
