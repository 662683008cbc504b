export * from './boundedFetch';
export * from './callExternal';
export * from './errors';
export * from './parseAnswer';
export * from './retryAfter';
export * from './retryTable';
export * from './sleep';
export * from './within';
