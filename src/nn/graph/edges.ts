import { IndexError, ShapeError, DTypeError, WasmgradError, fail } from '../../core/errors.js';
import { sizeOf } from '../../core/shapes.js';
import type { DType } from '../../core/dtypes.js';
import { checkInside } from '../../ops/check.js';
import { arange, full, ones, zeros } from '../../tensor/creation.js';
import { cat } from '../../tensor/join.js';
import { checkOptions } from '../../tensor/options.js';
import type { Tensor } from '../../tensor/tensor.js';

/**
 * @internal Checks that a tensor is a list of edges, int32 [2, E], between `numNodes` nodes, or from so many to `others`.
 * @throws ShapeError, DTypeError, IndexError
 */
export function checkEdges(op: string, edgeIndex: Tensor, numNodes: number, others: number = numNodes): void {
  if (edgeIndex.ndim !== 2 || edgeIndex.shape[0] !== 2) {
    fail(ShapeError, op, 'edges must be [2, E]', ['edgeIndex'], [edgeIndex]);
  }
  if (numNodes === others) return checkNodes(op, 'edgeIndex', edgeIndex, numNodes);
  checkNodes(op, 'edgeIndex[0]', edgeIndex.select(0, 0), numNodes);
  checkNodes(op, 'edgeIndex[1]', edgeIndex.select(0, 1), others);
}

/** @internal Checks that a tensor of int32 holds numbers of nodes (or of graphs). @throws DTypeError, IndexError */
export function checkNodes(op: string, name: string, index: Tensor, size: number): void {
  if (index.dtype !== 'int32') fail(DTypeError, op, 'indices must be int32', [name], [index], 'use x.int()');
  checkInside(index, 0, size, (bad) => {
    throw new IndexError(`${op}: ${name} holds ${bad}, which is out of range for ${size}`);
  });
}

/** @internal The number given, or one more than the largest index, which is read. */
export function countOf(op: string, index: Tensor, given: number | null | undefined): number {
  if (given !== undefined && given !== null) {
    if (Number.isInteger(given) && given >= 0) return given;
    throw new WasmgradError(`${op}: a number of nodes or graphs must be a whole number of at least 0, got ${given}`);
  }
  return index.numel === 0 ? 0 : index.amax().item() + 1;
}

/** How values that meet at a node are joined; 'add' is 'sum'. */
export type Aggregation = 'sum' | 'add' | 'mean' | 'max' | 'min' | 'mul';

const REDUCTIONS = { mean: 'mean', max: 'amax', min: 'amin', mul: 'prod' } as const;

/** @internal @throws WasmgradError for an unknown aggregation */
export function checkAggregation(op: string, aggr: Aggregation): Aggregation {
  if (aggr === 'sum' || aggr === 'add' || Object.hasOwn(REDUCTIONS, aggr)) return aggr;
  throw new WasmgradError(`${op}: aggr must be 'sum', 'add', 'mean', 'max', 'min' or 'mul', got '${String(aggr)}'`);
}

/** @internal Rows of values joined by the place that an index gives them: [E, *] → [size, *]; 0 where nothing arrives. */
export function aggregateRows(values: Tensor, index: Tensor, size: number, aggr: Aggregation): Tensor {
  const rest = values.shape.slice(1);
  const start = zeros([size, ...rest], { dtype: values.dtype });
  if (aggr === 'sum' || aggr === 'add') return start.indexAdd(0, index, values);
  const places = index.reshape([index.numel, ...rest.map(() => 1)]).expand(values.shape);
  return start.scatterReduce(0, places, values, REDUCTIONS[aggr], { includeSelf: false });
}

/** Options of `addSelfLoops`. */
export interface SelfLoopOptions {
  /** A weight for each edge [E]. Default none. */
  readonly edgeWeight?: Tensor | null;
  /** The weight of the loops, where edges have weights. Default 1. */
  readonly fillValue?: number;
  /** Default one more than the largest index. */
  readonly numNodes?: number | null;
}

/**
 * The edges and a loop at each node, at their end: `[edgeIndex, edgeWeight]`.
 *
 * Shapes: edgeIndex int32 [2, E] → [2, E + N]; edgeWeight [E] → [E + N], or null
 * @param options `edgeWeight` (null), `fillValue` (1), `numNodes`
 * @throws IndexError where an edge leads to no node; ShapeError or DTypeError where edgeIndex is no list of edges
 * Source: https://pytorch-geometric.readthedocs.io/en/latest/modules/utils.html#torch_geometric.utils.add_self_loops
 */
export function addSelfLoops(edgeIndex: Tensor, options: SelfLoopOptions = {}): [Tensor, Tensor | null] {
  checkOptions('addSelfLoops', options, ['edgeWeight', 'fillValue', 'numNodes']);
  const { edgeWeight = null, fillValue = 1 } = options;
  const N = countOf('addSelfLoops', edgeIndex, options.numNodes);
  checkEdges('addSelfLoops', edgeIndex, N);
  return [withLoops(edgeIndex, N), edgeWeight && cat([edgeWeight, full([N], fillValue, { dtype: edgeWeight.dtype })])];
}

/** @internal The edges and a loop at each node. */
export function withLoops(edgeIndex: Tensor, numNodes: number): Tensor {
  const loops = arange(numNodes, { dtype: 'int32' }).reshape([1, numNodes]).expand([2, numNodes]);
  return cat([edgeIndex, loops], 1);
}

/** Options of `degree`. */
export interface DegreeOptions {
  /** Default one more than the largest index. */
  readonly numNodes?: number | null;
  /** Default float32. */
  readonly dtype?: DType;
}

/**
 * How often each node occurs in a list, such as a row of edgeIndex.
 *
 * Shapes: index int32 [E] → [N]
 * @param options `numNodes`, `dtype` (float32)
 * @throws IndexError where an index is out of range
 * Source: https://pytorch-geometric.readthedocs.io/en/latest/modules/utils.html#torch_geometric.utils.degree
 */
export function degree(index: Tensor, options: DegreeOptions = {}): Tensor {
  checkOptions('degree', options, ['numNodes', 'dtype']);
  const { dtype = 'float32' } = options;
  if (index.ndim !== 1) fail(ShapeError, 'degree', 'index must be [E]', ['index'], [index]);
  const N = countOf('degree', index, options.numNodes);
  checkNodes('degree', 'index', index, N);
  return zeros([N], { dtype }).indexAdd(0, index, ones([index.numel], { dtype }));
}

/** Options of `toDense`. */
export interface ToDenseOptions {
  /** A weight for each edge [E]. Default 1 for each. */
  readonly edgeWeight?: Tensor | null;
  /** Default one more than the largest index. */
  readonly numNodes?: number | null;
}

/**
 * The adjacency matrix of a list of edges: A[i, j] is the sum of the weights of edges from i to j.
 *
 * Shapes: edgeIndex int32 [2, E], edgeWeight [E] or [E, *] → [N, N] or [N, N, *]
 * @param options `edgeWeight` (null), `numNodes`
 * @throws IndexError where an edge leads to no node; ShapeError or DTypeError where edgeIndex is no list of edges
 * Source: https://pytorch-geometric.readthedocs.io/en/latest/modules/utils.html#torch_geometric.utils.to_dense_adj
 */
export function toDense(edgeIndex: Tensor, options: ToDenseOptions = {}): Tensor {
  checkOptions('toDense', options, ['edgeWeight', 'numNodes']);
  const N = countOf('toDense', edgeIndex, options.numNodes);
  checkEdges('toDense', edgeIndex, N);
  const weight = options.edgeWeight ?? ones([edgeIndex.shape[1]!]);
  const place = edgeIndex.select(0, 0).mul(N).add(edgeIndex.select(0, 1));
  const rest = weight.shape.slice(1);
  const flat = zeros([N * N, ...rest], { dtype: weight.dtype }).indexAdd(0, place, weight);
  return flat.reshape([N, N, ...rest]);
}

/**
 * The edges of an adjacency matrix, row by row, and their weights: `[edgeIndex, edgeWeight]`. How many there are is read.
 *
 * Shapes: adjacency [N, N] → int32 [2, E] and [E]
 * @throws ShapeError where the matrix is not square
 * Source: https://pytorch-geometric.readthedocs.io/en/latest/modules/utils.html#torch_geometric.utils.dense_to_sparse
 */
export function denseToEdges(adjacency: Tensor): [Tensor, Tensor] {
  const [N, M] = adjacency.shape;
  if (adjacency.ndim !== 2 || N !== M) {
    fail(ShapeError, 'denseToEdges', 'the matrix must be square', ['adjacency'], [adjacency]);
  }
  const edgeIndex = adjacency.detach().nonzero().t().contiguous();
  const place = edgeIndex.select(0, 0).mul(N!).add(edgeIndex.select(0, 1));
  return [edgeIndex, adjacency.reshape([sizeOf(adjacency.shape)]).take(place)];
}
