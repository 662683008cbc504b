export * from './GitHub';
export * from './GitHubClient';
export * from './repositories';
