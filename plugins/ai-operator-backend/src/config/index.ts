export * from './secret';
export * from './types';
