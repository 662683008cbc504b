export * from './rollbackResource';
export * from './rules';
