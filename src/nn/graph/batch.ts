import { ShapeError, WasmgradError, fail } from '../../core/errors.js';
import { full } from '../../tensor/creation.js';
import { cat } from '../../tensor/join.js';
import type { Tensor } from '../../tensor/tensor.js';
import { aggregateRows, checkEdges, checkNodes, countOf } from './edges.js';
import type { Aggregation } from './edges.js';

/** A graph. */
export interface Graph {
  /** A row for each node [N, *]. */
  readonly x: Tensor;
  /** Edges from the first row to the second, int32 [2, E]. */
  readonly edgeIndex: Tensor;
  /** A weight for each edge [E]. */
  readonly edgeWeight?: Tensor | null;
}

/** Graphs as one graph without edges between them. */
export interface GraphBatch {
  readonly x: Tensor;
  readonly edgeIndex: Tensor;
  readonly edgeWeight: Tensor | null;
  /** The graph of each node, int32 [N]. */
  readonly batch: Tensor;
  readonly numGraphs: number;
}

/**
 * The disjoint union of graphs: nodes and edges one graph after another, node numbers moved on accordingly.
 *
 * Shapes: of graphs of Nᵢ nodes and Eᵢ edges x [Σ Nᵢ, *], edgeIndex int32 [2, Σ Eᵢ], edgeWeight [Σ Eᵢ], batch int32 [Σ Nᵢ]
 * @throws IndexError where an edge leads to no node of its graph; WasmgradError where only some graphs have weights, or there is none
 * Source: https://pytorch-geometric.readthedocs.io/en/latest/advanced/batching.html
 */
export function graphBatch(graphs: readonly Graph[]): GraphBatch {
  if (graphs.length === 0) throw new WasmgradError('graphBatch: needs at least one graph');
  const weights = graphs.flatMap(({ edgeWeight }) => (edgeWeight ? [edgeWeight] : []));
  if (weights.length !== 0 && weights.length !== graphs.length) {
    throw new WasmgradError(`graphBatch: ${weights.length} of ${graphs.length} graphs have edge weights`);
  }
  let before = 0;
  const parts = graphs.map(({ x, edgeIndex }, i) => {
    const N = x.shape[0];
    if (N === undefined) fail(ShapeError, 'graphBatch', 'x must be [N, *]', ['x'], [x]);
    checkEdges('graphBatch', edgeIndex, N);
    const moved = edgeIndex.add(before);
    before += N;
    return { edges: moved, batch: full([N], i, { dtype: 'int32' }) };
  });
  return {
    x: cat(graphs.map(({ x }) => x)),
    edgeIndex: cat(
      parts.map(({ edges }) => edges),
      1,
    ),
    edgeWeight: weights.length > 0 ? cat(weights) : null,
    batch: cat(parts.map(({ batch }) => batch)),
    numGraphs: graphs.length,
  };
}

function pool(op: string, x: Tensor, batch: Tensor | null, size: number | null, aggr: Aggregation): Tensor {
  const N = x.shape[0];
  if (N === undefined) fail(ShapeError, op, 'x must be [N, *]', ['x'], [x]);
  const graphs = batch ?? full([N], 0, { dtype: 'int32' });
  if (graphs.ndim !== 1 || graphs.shape[0] !== N) {
    fail(ShapeError, op, 'batch must have one number for each node', ['x', 'batch'], [x, graphs]);
  }
  const count = batch ? countOf(op, graphs, size) : (size ?? 1);
  checkNodes(op, 'batch', graphs, count);
  return aggregateRows(x, graphs, count, aggr);
}

/**
 * The sum of each graph's nodes.
 *
 * Shapes: x [N, *], batch int32 [N] → [B, *]
 * @param batch the graph of each node; null where there is one graph
 * @param size the number of graphs B. Default one more than the largest in batch, which is read
 * @throws IndexError where a number in batch is out of range; ShapeError where shapes do not fit
 * Source: https://pytorch-geometric.readthedocs.io/en/latest/generated/torch_geometric.nn.pool.global_add_pool.html
 */
export function globalSumPool(x: Tensor, batch: Tensor | null, size: number | null = null): Tensor {
  return pool('globalSumPool', x, batch, size, 'sum');
}

/**
 * The mean of each graph's nodes.
 *
 * Shapes: x [N, *], batch int32 [N] → [B, *]
 * @param batch the graph of each node; null where there is one graph
 * @param size the number of graphs B. Default one more than the largest in batch, which is read
 * @throws IndexError where a number in batch is out of range; ShapeError where shapes do not fit
 * Source: https://pytorch-geometric.readthedocs.io/en/latest/generated/torch_geometric.nn.pool.global_mean_pool.html
 */
export function globalMeanPool(x: Tensor, batch: Tensor | null, size: number | null = null): Tensor {
  return pool('globalMeanPool', x, batch, size, 'mean');
}

/**
 * The largest elements of each graph's nodes.
 *
 * Shapes: x [N, *], batch int32 [N] → [B, *]
 * @param batch the graph of each node; null where there is one graph
 * @param size the number of graphs B. Default one more than the largest in batch, which is read
 * @throws IndexError where a number in batch is out of range; ShapeError where shapes do not fit
 * Source: https://pytorch-geometric.readthedocs.io/en/latest/generated/torch_geometric.nn.pool.global_max_pool.html
 */
export function globalMaxPool(x: Tensor, batch: Tensor | null, size: number | null = null): Tensor {
  return pool('globalMaxPool', x, batch, size, 'max');
}
