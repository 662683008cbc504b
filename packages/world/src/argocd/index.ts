export * from './application';
export { ArgoCd } from './argoCd';
export { POLL_INTERVAL_MS, SYNC_MS } from './controller';
export { argoError } from './errors';
export * from './health';
export { ArgoInstance } from './instance';
export * from './manifest';
export { ARGO_VERSION } from './router';
