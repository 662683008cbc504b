export * from './clock';
export * from './components';
export * from './format';
