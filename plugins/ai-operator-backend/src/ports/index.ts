export * from './argocd';
export * from './call';
export * from './catalog';
export * from './clock';
export * from './engineMetrics';
export * from './github';
export * from './kubernetes';
export * from './metricsSource';
