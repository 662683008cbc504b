export * from './doctor';
export * from './GitHub';
export * from './GitHubClient';
export * from './repositories';
export * from './webhook';
