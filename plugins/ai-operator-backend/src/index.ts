/**
 * Backend plugin of AI Operator.
 * @packageDocumentation
 */
export { aiOperatorPlugin as default } from './plugin';
export { runAuditCli } from './auditCli';
export {
  createRollbackConditionalDecision,
  rollbackConditions,
} from './permissions';
export type { RollbackQuery, RollbackResource } from './permissions';
