export * from './beat';
export * from './bell';
export * from './claimLoop';
export * from './janitor';
export * from './outboxDispatcher';
export * from './poller/applicationPoller';
export * from './rollbackProcessor';
