export * from './auditor';
export * from './record';
