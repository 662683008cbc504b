export { createClusterRouter, KUBERNETES_VERSION } from './router';
export { statusObject } from './status';
export * from './deployments';
export * from './pods';
export * from './replicaSets';
