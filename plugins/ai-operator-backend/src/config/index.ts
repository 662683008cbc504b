export * from './namedApplication';
export * from './readOperatorConfig';
export * from './resolveEnvironment';
export * from './resolveSource';
export * from './roleKeys';
export * from './secret';
export * from './toPolicy';
export * from './types';
