export * from './catalogApplications';
export * from './people';
export { CATALOG_CALLS, PeopleCatalog } from './peopleCatalog';
