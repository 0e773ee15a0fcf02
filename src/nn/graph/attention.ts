import { ShapeError, fail } from '../../core/errors.js';
import { full, zeros } from '../../tensor/creation.js';
import { cat } from '../../tensor/join.js';
import { named } from '../../tensor/reduce.js';
import type { Tensor } from '../../tensor/tensor.js';
import { dropout } from '../functional/dropout.js';
import type { Linear } from '../linear.js';
import type { Parameter } from '../parameter.js';
import { pythonRepr } from '../repr.js';
import { aggregateRows, checkAggregation, checkEdges, withLoops } from './edges.js';
import type { Aggregation } from './edges.js';
import { MESSAGE_OPTIONS, MessagePassing, messageOptions, pairOf } from './message-passing.js';
import type { Edges, GraphSize, MessagePassingOptions, Nodes } from './message-passing.js';

/** Options of `GATConv`. */
export interface GATConvOptions extends MessagePassingOptions {
  /** How many attentions there are side by side. Default 1. */
  readonly heads?: number;
  /** Heads side by side [N, heads · outChannels] rather than their mean [N, outChannels]. Default true. */
  readonly concat?: boolean;
  /** The slope of the leaky ReLU of scores below 0. Default 0.2. */
  readonly negativeSlope?: number;
  /** The share of attention weights that are dropped while training. Default 0. */
  readonly dropout?: number;
  /** A loop at each node, in the place of those that are there. Default true. */
  readonly addSelfLoops?: boolean;
  /** The number of features that edges have. Default null: none. */
  readonly edgeDim?: number | null;
  /** The features of the loops: a number, a tensor, or how those of the edges to the node are joined. Default 'mean'. */
  readonly fillValue?: number | Tensor | Aggregation;
  /** Add a linear map of the node itself. Default false. */
  readonly residual?: boolean;
  /** Default true. */
  readonly bias?: boolean;
}

/** The arguments of `GATConv.forward` after the edges, by name. */
export interface GATConvCall {
  /** Features of edges [E, edgeDim] or [E]. Default null. */
  readonly edgeAttr?: Tensor | null;
  /** How many nodes there are on both sides. Default null: as many as features. */
  readonly size?: GraphSize | null;
  /** Answer the weights as well. Default false. */
  readonly returnAttentionWeights?: boolean;
}

/** A result with the edges, loops included, and their weights [E', heads]. */
export type WithAttention = [Tensor, [Tensor, Tensor]];

type WeightsAsked = GATConvCall & { readonly returnAttentionWeights: true };

/** Mapped nodes of both sides [N, heads, outChannels], and what makes scores of edges. */
export interface Scored {
  readonly y: readonly [Tensor, Tensor | null];
  /** Makes of the senders and receivers of edges, and of Wₑ e [E, heads, outChannels] where there is one, scores [E, heads]. */
  score(from: Tensor, to: Tensor, features: Tensor | null): Tensor;
}

/** @internal The names of the options of `GATConv`. */
export const ATTENTION_OPTIONS: readonly string[] = [
  'heads',
  'concat',
  'negativeSlope',
  'dropout',
  'addSelfLoops',
  'edgeDim',
  'fillValue',
  'bias',
  'residual',
  ...MESSAGE_OPTIONS,
];

/** Keeps the sum of no weights away from 0, as PyTorch Geometric does. */
const TINY = 1e-16;

/** What graph attentions have in common: loops, features of edges, the softmax over the edges to a node. */
export abstract class GraphAttention extends MessagePassing<Tensor> {
  readonly inChannels: number | readonly [number, number];
  readonly outChannels: number;
  readonly heads: number;
  readonly concat: boolean;
  readonly negativeSlope: number;
  readonly dropout: number;
  readonly addSelfLoops: boolean;
  readonly edgeDim: number | null;
  readonly fillValue: number | Tensor | Aggregation;
  // The order of a layer's fields is that of its state: derived classes assign these in PyTorch Geometric's.
  /** Wₑ, under PyTorch Geometric's name. */
  declare lin_edge: Linear | null;
  /** V. */
  declare res: Linear | null;
  declare bias: Parameter | null;

  constructor(inChannels: number | readonly [number, number], outChannels: number, options: GATConvOptions) {
    super(messageOptions(options));
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.heads = options.heads ?? 1;
    this.concat = options.concat ?? true;
    this.negativeSlope = options.negativeSlope ?? 0.2;
    this.dropout = options.dropout ?? 0;
    this.addSelfLoops = options.addSelfLoops ?? true;
    this.edgeDim = options.edgeDim ?? null;
    this.fillValue = options.fillValue ?? 'mean';
    if (typeof this.fillValue === 'string') checkAggregation(this.constructor.name, this.fillValue);
  }

  /** The channels of a result. */
  protected get width(): number {
    return this.concat ? this.heads * this.outChannels : this.outChannels;
  }

  /** [N, heads · outChannels] → [N, heads, outChannels]. */
  protected byHead(y: Tensor): Tensor {
    return y.reshape([y.shape[0]!, this.heads, this.outChannels]);
  }

  /** Maps the nodes of both sides. */
  protected abstract scored(x: Nodes): Scored;

  /**
   * Attention over the edges that lead to each node; `[y, [edgeIndex, alpha]]` with `returnAttentionWeights`: the edges with the loops that were added, and
   * their weights [E', heads] (after dropout). Which edges were loops is read then (not while a step is captured), if loops are added.
   *
   * @param options `edgeAttr`, `size` (null), `returnAttentionWeights` (false), also by their places
   * @throws ShapeError for features of edges that do not fit, or without `edgeDim`; WasmgradError for an unknown option
   */
  override forward(x: Nodes, edgeIndex: Tensor, edgeAttr?: Tensor | null, size?: GraphSize | null): Tensor;
  override forward(x: Nodes, edgeIndex: Tensor, options: WeightsAsked): WithAttention;
  override forward(x: Nodes, edgeIndex: Tensor, edgeAttr: Tensor | null, options: WeightsAsked): WithAttention;
  override forward(
    x: Nodes,
    edgeIndex: Tensor,
    edgeAttr?: Tensor | null | GATConvCall,
    size?: GraphSize | null | GATConvCall,
    returnAttentionWeights?: boolean | GATConvCall,
  ): Tensor | WithAttention;
  override forward(
    x: Nodes,
    given: Tensor,
    ...more: readonly (Tensor | GraphSize | boolean | GATConvCall | null | undefined)[]
  ): Tensor | WithAttention {
    const names = ['edgeAttr', 'size', 'returnAttentionWeights'] as const;
    const {
      edgeAttr = null,
      size = null,
      returnAttentionWeights = false,
    } = named<GATConvCall>(this.constructor.name, names, more);
    const { y, score } = this.scored(x);
    const counts = this.counts(y, size);
    checkEdges(this.constructor.name, given, ...counts);
    const loops = this.addSelfLoops ? Math.min(...counts) : 0;
    const edges = this.addSelfLoops ? withLoops(given, loops) : given;
    const [from, to] = this.ends(edges);
    let scores = score(from, to, edgeAttr && this.ofEdges(edgeAttr, given, loops));
    // The loops that were there count no more; their edges stay, so that shapes depend on shapes alone.
    const hidden = this.addSelfLoops
      ? cat([given.select(0, 0).eq(given.select(0, 1)), zeros([loops], { dtype: 'bool' })])
      : null;
    if (hidden) scores = scores.maskedFill(hidden.unsqueeze(1), -Infinity);
    const receivers = this.roles(counts)[1];
    const top = aggregateRows(scores.detach(), to, receivers, 'max');
    const parts = scores.sub(top.indexSelect(0, to)).exp();
    const totals = aggregateRows(parts, to, receivers, 'sum').add(TINY);
    const weights = parts.div(totals.indexSelect(0, to));
    const alpha = dropout(weights, { p: this.dropout, training: this.training });
    const out = this.propagate(edges, y, alpha, counts);
    const joined = this.concat ? out.reshape([receivers, this.width]) : out.mean(1);
    const [, own] = this.roles(pairOf(x));
    const whole = this.res && own ? joined.add(this.res.forward(own)) : joined;
    const result = this.bias ? whole.add(this.bias) : whole;
    if (!returnAttentionWeights) return result;
    if (!hidden) return [result, [edges, alpha]];
    const shown = hidden.logicalNot().nonzero().flatten();
    return [result, [edges.indexSelect(1, shown), alpha.indexSelect(0, shown)]];
  }

  /** Wₑ eⱼᵢ [E, heads, outChannels], for the loops as well where they are added. */
  private ofEdges(edgeAttr: Tensor, given: Tensor, loops: number): Tensor {
    const attr = edgeAttr.ndim === 1 ? edgeAttr.unsqueeze(1) : edgeAttr;
    if (!this.lin_edge || attr.ndim !== 2 || attr.shape[0] !== given.shape[1] || attr.shape[1] !== this.edgeDim) {
      const want = `features of edges must be [${given.shape[1]}, edgeDim], edgeDim ${this.edgeDim ?? 'null'}`;
      fail(ShapeError, this.constructor.name, want, ['edgeAttr'], [edgeAttr]);
    }
    const all = this.addSelfLoops ? cat([attr, this.ofLoops(attr, given, loops)]) : attr;
    return this.byHead(this.lin_edge.forward(all));
  }

  /** The features of the loop at each node [loops, edgeDim]; loops that were there do not count among its edges. */
  private ofLoops(attr: Tensor, given: Tensor, loops: number): Tensor {
    const { fillValue } = this;
    const shape = [loops, attr.shape[1]!];
    if (typeof fillValue === 'number') return full(shape, fillValue, { dtype: attr.dtype });
    if (typeof fillValue !== 'string') return fillValue.to(attr.dtype).expand(shape);
    const [first, second] = [given.select(0, 0), given.select(0, 1)];
    const places = second.maskedFill(first.eq(second), loops).clampMax(loops);
    return aggregateRows(attr, places, loops + 1, fillValue).narrow(0, 0, loops);
  }

  override message({ xJ, given }: Edges<Tensor>): Tensor {
    return xJ.mul(given.unsqueeze(2));
  }

  override toString(): string {
    return `${this.constructor.name}(${pythonRepr(this.inChannels)}, ${this.outChannels}, heads=${this.heads})`;
  }
}
