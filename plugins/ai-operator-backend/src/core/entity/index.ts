export * from './entitySelection';
export * from './labelSelector';
