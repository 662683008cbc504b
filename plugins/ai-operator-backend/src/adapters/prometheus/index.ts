export * from './Prometheus';
export * from './doctor';
