export * from './HttpArgoCd';
