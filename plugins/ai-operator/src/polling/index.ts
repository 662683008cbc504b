export * from './usePolled';
