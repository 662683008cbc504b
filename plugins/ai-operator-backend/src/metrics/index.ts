export type { BackstageMetrics } from './backstageFeed';
export { COUNTERS, METRICS } from './definitions';
export type { MetricDefinition } from './definitions';
export { createOperatorMetrics } from './operatorMetrics';
export type { OperatorMetrics } from './operatorMetrics';
export type { OperatorState } from './readings';
export type { LastCall } from './systemCalls';
