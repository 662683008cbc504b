/**
 * The words AI Operator uses: types, schemas of its API, events and audit records, permissions.
 * @packageDocumentation
 */
export * from './words';
export * from './api';
export * from './audit';
export * from './events';
export * from './people';
export * from './permissions';
