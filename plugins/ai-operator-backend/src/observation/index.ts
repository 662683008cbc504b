export * from './deployments';
export * from './freshHealth';
export * from './gather';
export * from './mapBounded';
export * from './ports';
export * from './uptime';
