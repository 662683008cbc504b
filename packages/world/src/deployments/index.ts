export * from './deployments';
export * from './timeline';
export * from './uptime';
export * from './workload';
