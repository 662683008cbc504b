export * from './catalogApplications';
