export { createOperatorMetrics } from './operatorMetrics';
export type { OperatorMetrics, OperatorState } from './operatorMetrics';
export type { LastCall } from './systemCalls';
