export * from './applicationVerdict';
export * from './rollbackVerdict';
export * from './tone';
export * from './words';
export * from './fleetVerdict';
