export * from './AuditFileSink';
