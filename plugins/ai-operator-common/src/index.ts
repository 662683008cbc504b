/**
 * The words AI Operator uses: types, schemas of its API, events and audit records, permissions.
 * @packageDocumentation
 */
export * from './words';
export * from './api';
export * from './audit';
export * from './auditApi';
export * from './canonicalJson';
export * from './eventPayloads';
export * from './events';
export * from './people';
export * from './permissions';
export { redact } from './redact';
export * from './signals';
