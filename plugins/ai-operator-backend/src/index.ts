/**
 * Backend plugin of AI Operator.
 * @packageDocumentation
 */
export { aiOperatorPlugin as default } from './plugin';
