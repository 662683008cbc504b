export * from './dryRun';
export * from './perform';
export * from './retries';
export * from './types';
export * from './unlessOvertaken';
