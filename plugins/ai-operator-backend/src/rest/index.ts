export { createRouter, unauthenticatedPaths } from './router';
export type { RouterDeps, ShownProblem } from './deps';
export { openApiDocument } from './openapi';
export {
  loadRollbackResources,
  registerPermissions,
} from './rollbackResources';
export type { RollbackResourcesDeps } from './rollbackResources';
