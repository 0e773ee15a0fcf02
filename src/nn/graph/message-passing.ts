import { ShapeError, WasmgradError, fail } from '../../core/errors.js';
import { checkOptions } from '../../tensor/options.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Module } from '../module.js';
import { aggregateRows, checkAggregation, checkEdges } from './edges.js';
import type { Aggregation } from './edges.js';

/** Which way messages go: from the first row of edgeIndex to the second (default), or back. */
export type Flow = 'source_to_target' | 'target_to_source';

/** Options of `MessagePassing`. */
export interface MessagePassingOptions {
  /** How messages to a node are joined. Default 'sum'. */
  readonly aggr?: Aggregation;
  /** Default 'source_to_target'. */
  readonly flow?: Flow;
}

/** @internal The names of the options of `MessagePassing`. */
export const MESSAGE_OPTIONS: readonly string[] = ['aggr', 'flow'];

/** @internal The options of `MessagePassing` among those of a layer. */
export function messageOptions(options: MessagePassingOptions, aggr: Aggregation = 'sum'): MessagePassingOptions {
  return { aggr: options.aggr ?? aggr, flow: options.flow ?? 'source_to_target' };
}

/** What a message is made of; rows are gathered when they are asked for. */
export class Edges<Given = unknown> {
  readonly #x: Tensor;
  /** The node that sends along each edge, int32 [E]. */
  readonly from: Tensor;
  /** The node that receives along each edge, int32 [E]. */
  readonly to: Tensor;
  /** The number of nodes. */
  readonly numNodes: number;
  /** What `propagate` was given besides. */
  readonly given: Given;

  /** @internal */
  constructor(x: Tensor, from: Tensor, to: Tensor, given: Given) {
    this.#x = x;
    this.from = from;
    this.to = to;
    this.numNodes = x.shape[0]!;
    this.given = given;
  }

  /** The rows of the senders [E, *]. */
  get xJ(): Tensor {
    return this.#x.indexSelect(0, this.from);
  }

  /** The rows of the receivers [E, *]. */
  get xI(): Tensor {
    return this.#x.indexSelect(0, this.to);
  }
}

/**
 * The base of graph layers: xᵢ' = update(aggregate of message(xᵢ, xⱼ, …) over edges from j to i). A layer overrides `message`
 * (by default xⱼ), `aggregate` or `update`, and calls `propagate` in its `forward`.
 *
 * Shapes: x [N, *], edgeIndex int32 [2, E]
 *
 * Nodes that no edge leads to get 0.
 *
 * Source: Gilmer et al. 2017, https://arxiv.org/abs/1704.01212;
 * https://pytorch-geometric.readthedocs.io/en/latest/generated/torch_geometric.nn.conv.MessagePassing.html
 *
 * @example
 * class Difference extends nn.MessagePassing {
 *   forward(x: Tensor, edgeIndex: Tensor) { return this.propagate(edgeIndex, x); }
 *   override message({ xI, xJ }: nn.Edges) { return xJ.sub(xI); }
 * }
 */
export abstract class MessagePassing<Given = unknown> extends Module {
  readonly aggr: Aggregation;
  readonly flow: Flow;

  /**
   * @param options `aggr` ('sum'), `flow` ('source_to_target')
   * @throws WasmgradError for an unknown option, aggregation or flow
   */
  constructor(options: MessagePassingOptions = {}) {
    super();
    const name = this.constructor.name;
    checkOptions(name, options, MESSAGE_OPTIONS);
    this.aggr = checkAggregation(name, options.aggr ?? 'sum');
    this.flow = options.flow ?? 'source_to_target';
    if (this.flow !== 'source_to_target' && this.flow !== 'target_to_source') {
      throw new WasmgradError(
        `${name}: flow must be 'source_to_target' or 'target_to_source', got '${String(this.flow)}'`,
      );
    }
  }

  /**
   * Sends messages along edges, joins them at their receivers and updates the nodes.
   *
   * @param given what `message` and `update` find as `given`
   * @throws IndexError where an edge leads to no node; ShapeError or DTypeError where edgeIndex is no list of edges
   */
  propagate(edgeIndex: Tensor, x: Tensor, given?: Given): Tensor {
    const name = this.constructor.name;
    if (x.ndim === 0) fail(ShapeError, name, 'x must be [N, *]', ['x'], [x]);
    checkEdges(name, edgeIndex, x.shape[0]!);
    const [from, to] = this.ends(edgeIndex);
    const edges = new Edges(x, from, to, given as Given);
    return this.update(this.aggregate(this.message(edges), to, edges.numNodes), edges);
  }

  /** The senders and receivers of edges, as the flow goes. */
  protected ends(edgeIndex: Tensor): [Tensor, Tensor] {
    const [first, second] = [edgeIndex.select(0, 0), edgeIndex.select(0, 1)];
    return this.flow === 'source_to_target' ? [first, second] : [second, first];
  }

  /** What goes along each edge [E, *]. */
  message(edges: Edges<Given>): Tensor {
    return edges.xJ;
  }

  /** The messages to each node as one: [E, *] → [N, *]. */
  aggregate(messages: Tensor, index: Tensor, numNodes: number): Tensor {
    return aggregateRows(messages, index, numNodes, this.aggr);
  }

  /** What becomes of the joined messages. */
  update(y: Tensor, _edges: Edges<Given>): Tensor {
    return y;
  }
}
