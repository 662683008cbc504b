export * from './Kubernetes';
export * from './kubeconfigTransport';
export * from './proxyTransport';
export * from './transport';
