export { createClusterRouter, KUBERNETES_VERSION } from './router';
export { ClusterPermissions, type ClusterRule } from './permissions';
export { statusObject } from './status';
export * from './deployments';
export * from './pods';
export * from './replicaSets';
