import { ShapeError, WasmgradError, fail } from '../../core/errors.js';
import { isTensor } from '../../tensor/operands.js';
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

/**
 * The rows of nodes: one tensor, or (bipartite graphs) those that the first and those that the second row of edgeIndex counts; null for nodes without features.
 */
export type Nodes = Tensor | readonly [Tensor, Tensor | null];

/** How many nodes the first and the second row of edgeIndex count; null where the features tell. */
export type GraphSize = readonly [number | null, number | null];

/** @internal Nodes as a pair. */
export function pairOf(x: Nodes): readonly [Tensor, Tensor | null] {
  return isTensor(x) ? [x, x] : x;
}

/** @internal Channels of senders and receivers. */
export function channelsOf(channels: number | readonly [number, number]): readonly [number, number] {
  return typeof channels === 'number' ? [channels, channels] : channels;
}

/** What a message is made of; rows are gathered when they are asked for. */
export class Edges<Given = unknown> {
  readonly #sent: Tensor;
  readonly #received: Tensor | null;
  /** The node that sends along each edge, int32 [E]. */
  readonly from: Tensor;
  /** The node that receives along each edge, int32 [E]. */
  readonly to: Tensor;
  /** The number of nodes that receive. */
  readonly numNodes: number;
  /** What `propagate` was given besides. */
  readonly given: Given;

  /** @internal */
  constructor(sent: Tensor, received: Tensor | null, from: Tensor, to: Tensor, numNodes: number, given: Given) {
    this.#sent = sent;
    this.#received = received;
    this.from = from;
    this.to = to;
    this.numNodes = numNodes;
    this.given = given;
  }

  /** The rows of the senders [E, *]. */
  get xJ(): Tensor {
    return this.#sent.indexSelect(0, this.from);
  }

  /**
   * The rows of the receivers [E, *].
   * @throws WasmgradError where they have none
   */
  get xI(): Tensor {
    if (!this.#received) throw new WasmgradError('MessagePassing: the nodes that receive have no features');
    return this.#received.indexSelect(0, this.to);
  }
}

/**
 * The base of graph layers: xᵢ' = update(aggregate of message(xᵢ, xⱼ, …) over edges from j to i). A layer overrides `message`
 * (by default xⱼ), `aggregate` or `update`, and calls `propagate` in its `forward`.
 *
 * Shapes: x [N, *], edgeIndex int32 [2, E]; or (bipartite) x [[N₀, *], [N₁, *] or null] for the nodes of the first and the second row of edgeIndex
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
   * @param size the numbers of nodes, where nodes without features are to count. Default null: those of x
   * @throws IndexError where an edge leads to no node; ShapeError or DTypeError where edgeIndex is no list of edges
   */
  propagate(edgeIndex: Tensor, x: Nodes, given?: Given, size?: GraphSize | null): Tensor {
    const counts = this.counts(x, size);
    checkEdges(this.constructor.name, edgeIndex, ...counts);
    const [from, to] = this.ends(edgeIndex);
    const [sent, received] = this.roles(pairOf(x));
    const edges = new Edges(sent!, received, from, to, this.roles(counts)[1], given as Given);
    return this.update(this.aggregate(this.message(edges), to, edges.numNodes), edges);
  }

  /**
   * The numbers of nodes that both rows of edgeIndex count.
   * @throws ShapeError where they are not those of the features
   */
  protected counts(x: Nodes, size?: GraphSize | null): [number, number] {
    const name = this.constructor.name;
    const pair = pairOf(x);
    const known = pair.map((nodes, i) => {
      if (nodes && nodes.ndim === 0) fail(ShapeError, name, 'x must be [N, *]', ['x'], [nodes]);
      const given = size?.[i] ?? null;
      if (nodes && given !== null && given !== nodes.shape[0]) {
        fail(ShapeError, name, `size must be that of x, which is ${given} at ${i}`, ['x'], [nodes]);
      }
      return nodes ? nodes.shape[0]! : given;
    });
    return [known[0] ?? known[1]!, known[1] ?? known[0]!];
  }

  /** Of a pair for both rows of edgeIndex: that of the senders, and that of the receivers. */
  protected roles<T>(pair: readonly [T, T]): readonly [T, T] {
    return this.flow === 'source_to_target' ? pair : [pair[1], pair[0]];
  }

  /** The senders and receivers of edges, as the flow goes. */
  protected ends(edgeIndex: Tensor): [Tensor, Tensor] {
    return [...this.roles([edgeIndex.select(0, 0), edgeIndex.select(0, 1)])];
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
