export * from './ApplicationView';
