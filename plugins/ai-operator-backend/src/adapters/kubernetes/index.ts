export * from './Kubernetes';
export * from './doctor';
export * from './kubeconfigTransport';
export * from './proxyTransport';
export * from './transport';
