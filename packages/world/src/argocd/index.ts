export * from './application';
export { ArgoCd } from './argoCd';
export { POLL_INTERVAL_MS, SYNC_MS } from './controller';
export { argoError } from './errors';
export * from './health';
export { ArgoInstance } from './instance';
export * from './manifest';
export { type ArgoGrant, ArgoRights } from './rights';
export { ARGO_VERSION } from './router';
