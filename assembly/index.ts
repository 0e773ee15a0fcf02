export * from './memory';
export * from './distributions';
export * from './optim';
export * from './random';
