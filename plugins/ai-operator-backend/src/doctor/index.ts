export * from './parts';
export * from './runDoctor';
