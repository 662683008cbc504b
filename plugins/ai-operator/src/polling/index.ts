export { concernsApplications } from './signals';
export * from './usePolled';
