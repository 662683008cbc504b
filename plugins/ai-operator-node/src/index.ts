/**
 * Extension points of AI Operator, for backend modules of adopters.
 * @packageDocumentation
 */
export * from './metricsSource';
export * from './pager';
