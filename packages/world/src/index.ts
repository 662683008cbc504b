export * from './clock';
export * from './credentials';
export * from './types';
