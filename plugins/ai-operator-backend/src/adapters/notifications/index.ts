export * from './Notifications';
export * from './doctor';
