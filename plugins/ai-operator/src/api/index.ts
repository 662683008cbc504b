export * from './AiOperatorApi';
export { AiOperatorClient } from './AiOperatorClient';
