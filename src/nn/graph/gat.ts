import { ShapeError, fail } from '../../core/errors.js';
import { full, zeros } from '../../tensor/creation.js';
import { cat } from '../../tensor/join.js';
import { checkOptions } from '../../tensor/options.js';
import type { Tensor } from '../../tensor/tensor.js';
import { leakyRelu } from '../functional/activation.js';
import { dropout } from '../functional/dropout.js';
import * as init from '../init.js';
import type { Linear } from '../linear.js';
import { Parameter } from '../parameter.js';
import { aggregateRows, checkAggregation, checkEdges, withLoops } from './edges.js';
import type { Aggregation } from './edges.js';
import { GlorotLinear } from './gcn.js';
import { MESSAGE_OPTIONS, MessagePassing, messageOptions } from './message-passing.js';
import type { Edges, MessagePassingOptions } from './message-passing.js';

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

const KNOWN: readonly string[] = [
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

/**
 * Graph attention: xᵢ' = Σⱼ αᵢⱼ W xⱼ + b, where α is the softmax over the edges that lead to i of
 * LeakyReLU(aₛ · W xⱼ + aₜ · W xᵢ + aₑ · Wₑ eⱼᵢ), for each head; with `residual` V xᵢ is added.
 *
 * Shapes: x [N, inChannels], edgeIndex int32 [2, E], edgeAttr [E, edgeDim] or [E] → [N, heads · outChannels], or [N, outChannels] without `concat`
 *
 * Source: Veličković et al. 2018, https://arxiv.org/abs/1710.10903;
 * https://pytorch-geometric.readthedocs.io/en/latest/generated/torch_geometric.nn.conv.GATConv.html
 */
export class GATConv extends MessagePassing<Tensor> {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly heads: number;
  readonly concat: boolean;
  readonly negativeSlope: number;
  readonly dropout: number;
  readonly addSelfLoops: boolean;
  readonly edgeDim: number | null;
  readonly fillValue: number | Tensor | Aggregation;
  readonly lin: Linear;
  /** aₛ [1, heads, outChannels], under PyTorch Geometric's name. */
  readonly att_src: Parameter;
  /** aₜ [1, heads, outChannels], under PyTorch Geometric's name. */
  readonly att_dst: Parameter;
  /** Wₑ, under PyTorch Geometric's name. */
  readonly lin_edge: Linear | null;
  /** aₑ [1, heads, outChannels], under PyTorch Geometric's name. */
  readonly att_edge: Parameter | null;
  /** V. */
  readonly res: Linear | null;
  readonly bias: Parameter | null;

  /**
   * @param options `heads` (1), `concat` (true), `negativeSlope` (0.2), `dropout` (0), `addSelfLoops` (true), `edgeDim` (null),
   * `fillValue` ('mean'), `bias` (true), `residual` (false), `aggr` ('sum'), `flow` ('source_to_target')
   * @throws WasmgradError for an unknown option or a `fillValue` that is none
   */
  constructor(inChannels: number, outChannels: number, options: GATConvOptions = {}) {
    checkOptions('GATConv', options, KNOWN);
    super(messageOptions(options));
    const { heads = 1, concat = true, bias = true } = options;
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.heads = heads;
    this.concat = concat;
    this.negativeSlope = options.negativeSlope ?? 0.2;
    this.dropout = options.dropout ?? 0;
    this.addSelfLoops = options.addSelfLoops ?? true;
    this.edgeDim = options.edgeDim ?? null;
    this.fillValue = options.fillValue ?? 'mean';
    if (typeof this.fillValue === 'string') checkAggregation('GATConv', this.fillValue);
    this.lin = new GlorotLinear(inChannels, heads * outChannels);
    this.att_src = new Parameter(zeros([1, heads, outChannels]));
    this.att_dst = new Parameter(zeros([1, heads, outChannels]));
    const edges = this.edgeDim;
    this.lin_edge = edges === null ? null : new GlorotLinear(edges, heads * outChannels);
    this.att_edge = edges === null ? null : new Parameter(zeros([1, heads, outChannels]));
    const width = concat ? heads * outChannels : outChannels;
    this.res = (options.residual ?? false) ? new GlorotLinear(inChannels, width) : null;
    this.bias = bias ? new Parameter(zeros([width])) : null;
    this.resetParameters();
  }

  /** Draws the weights anew. */
  resetParameters(): void {
    this.lin.resetParameters();
    this.lin_edge?.resetParameters();
    this.res?.resetParameters();
    const bound = Math.sqrt(6 / (this.heads + this.outChannels));
    init.uniform_(this.att_src, -bound, bound);
    init.uniform_(this.att_dst, -bound, bound);
    if (this.att_edge) init.uniform_(this.att_edge, -bound, bound);
    if (this.bias) init.zeros_(this.bias);
  }

  /**
   * xᵢ' = Σⱼ αᵢⱼ W xⱼ + b.
   * @throws ShapeError for features of edges that do not fit, or without `edgeDim`
   */
  override forward(x: Tensor, edgeIndex: Tensor, edgeAttr: Tensor | null = null): Tensor {
    const N = x.shape[0]!;
    checkEdges('GATConv', edgeIndex, N);
    const y = this.lin.forward(x).reshape([N, this.heads, this.outChannels]);
    const edges = this.addSelfLoops ? withLoops(edgeIndex, N) : edgeIndex;
    const out = this.propagate(edges, y, this.#weights(y, edgeIndex, edges, edgeAttr));
    const joined = this.concat ? out.reshape([N, this.heads * this.outChannels]) : out.mean(1);
    const whole = this.res ? joined.add(this.res.forward(x)) : joined;
    return this.bias ? whole.add(this.bias) : whole;
  }

  /** aₑ · Wₑ eⱼᵢ [E, heads], for the loops as well where they are added. */
  #ofEdges(edgeAttr: Tensor, given: Tensor, N: number): Tensor {
    const attr = edgeAttr.ndim === 1 ? edgeAttr.unsqueeze(1) : edgeAttr;
    if (!this.lin_edge || attr.ndim !== 2 || attr.shape[0] !== given.shape[1] || attr.shape[1] !== this.edgeDim) {
      const want = `features of edges must be [${given.shape[1]}, edgeDim], edgeDim ${this.edgeDim ?? 'null'}`;
      fail(ShapeError, 'GATConv', want, ['edgeAttr'], [edgeAttr]);
    }
    const all = this.addSelfLoops ? cat([attr, this.#ofLoops(attr, given, N)]) : attr;
    const features = this.lin_edge.forward(all).reshape([all.shape[0]!, this.heads, this.outChannels]);
    return features.mul(this.att_edge!).sum(2);
  }

  /** The features of the loop at each node [N, edgeDim]; loops that were there do not count among its edges. */
  #ofLoops(attr: Tensor, given: Tensor, N: number): Tensor {
    const { fillValue } = this;
    const shape = [N, attr.shape[1]!];
    if (typeof fillValue === 'number') return full(shape, fillValue, { dtype: attr.dtype });
    if (typeof fillValue !== 'string') return fillValue.to(attr.dtype).expand(shape);
    const [first, second] = [given.select(0, 0), given.select(0, 1)];
    const places = second.maskedFill(first.eq(second), N);
    return aggregateRows(attr, places, N + 1, fillValue).narrow(0, 0, N);
  }

  /** α [E, heads]. */
  #weights(y: Tensor, given: Tensor, edges: Tensor, edgeAttr: Tensor | null): Tensor {
    const N = y.shape[0]!;
    const [from, to] = this.ends(edges);
    const sent = y.mul(this.att_src).sum(2).indexSelect(0, from);
    const received = y.mul(this.att_dst).sum(2).indexSelect(0, to);
    const ends = sent.add(received);
    const sums = edgeAttr ? ends.add(this.#ofEdges(edgeAttr, given, N)) : ends;
    let scores = leakyRelu(sums, { negativeSlope: this.negativeSlope });
    if (this.addSelfLoops) {
      // The loops that were there count no more; their edges stay, so that shapes depend on shapes alone.
      const loop = given.select(0, 0).eq(given.select(0, 1));
      const hidden = cat([loop, zeros([N], { dtype: 'bool' })]);
      scores = scores.maskedFill(hidden.unsqueeze(1), -Infinity);
    }
    const top = aggregateRows(scores.detach(), to, N, 'max');
    const parts = scores.sub(top.indexSelect(0, to)).exp();
    const totals = aggregateRows(parts, to, N, 'sum').add(TINY);
    const alpha = parts.div(totals.indexSelect(0, to));
    return dropout(alpha, { p: this.dropout, training: this.training });
  }

  override message({ xJ, given }: Edges<Tensor>): Tensor {
    return xJ.mul(given.unsqueeze(2));
  }

  override toString(): string {
    return `GATConv(${this.inChannels}, ${this.outChannels}, heads=${this.heads})`;
  }
}
