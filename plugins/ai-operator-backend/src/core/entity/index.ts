export * from './entitySelection';
export * from './indexSelections';
export * from './labelSelector';
