export * from './HttpArgoCd';
export * from './doctor';
