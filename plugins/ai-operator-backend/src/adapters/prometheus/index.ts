export * from './Prometheus';
