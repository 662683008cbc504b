/**
 * The portal of AI Operator, for apps on the legacy frontend system.
 * @packageDocumentation
 */
export * from './api';
export * from './annotations';
export * from './plugin';
export * from './routes';
