/**
 * A permission policy for AI Operator.
 * @packageDocumentation
 */
export { permissionModuleAiOperator as default } from './module';
export * from './AiOperatorPermissionPolicy';
export * from './decideByMatrix';
export * from './roleTable';
