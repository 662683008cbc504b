/**
 * Backend plugin of AI Operator.
 * @packageDocumentation
 */
export { aiOperatorPlugin as default } from './plugin';
export {
  createRollbackConditionalDecision,
  rollbackConditions,
} from './permissions';
export type { RollbackQuery, RollbackResource } from './permissions';
