export { createControl } from './control';
export { EventLog } from './eventLog';
export { createControlRouter } from './router';
export * from './types';
export * from './peopleTypes';
