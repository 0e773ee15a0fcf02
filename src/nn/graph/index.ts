/** Edge lists, batches of graphs and their pooling. */
export { addSelfLoops, degree, denseToEdges, toDense } from './edges.js';
export type { DegreeOptions, SelfLoopOptions, ToDenseOptions } from './edges.js';
export { globalMaxPool, globalMeanPool, globalSumPool, graphBatch } from './batch.js';
export type { Graph, GraphBatch } from './batch.js';
