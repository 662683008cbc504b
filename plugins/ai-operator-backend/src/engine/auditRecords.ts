export * from '../audit';
