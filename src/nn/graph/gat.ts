import { checkEdges, aggregateRows, withLoops } from './edges.js';
import { zeros } from '../../tensor/creation.js';
import { cat } from '../../tensor/join.js';
import { checkOptions } from '../../tensor/options.js';
import type { Tensor } from '../../tensor/tensor.js';
import { leakyRelu } from '../functional/activation.js';
import { dropout } from '../functional/dropout.js';
import * as init from '../init.js';
import type { Linear } from '../linear.js';
import { Parameter } from '../parameter.js';
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
  /** Default true. */
  readonly bias?: boolean;
}

/** Keeps the sum of no weights away from 0, as PyTorch Geometric does. */
const TINY = 1e-16;

/**
 * Graph attention: xᵢ' = Σⱼ αᵢⱼ W xⱼ + b, where α is the softmax over the edges that lead to i of
 * LeakyReLU(aₛ · W xⱼ + aₜ · W xᵢ), for each head.
 *
 * Shapes: x [N, inChannels], edgeIndex int32 [2, E] → [N, heads · outChannels], or [N, outChannels] without `concat`
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
  readonly lin: Linear;
  /** aₛ [1, heads, outChannels], under PyTorch Geometric's name. */
  readonly att_src: Parameter;
  /** aₜ [1, heads, outChannels], under PyTorch Geometric's name. */
  readonly att_dst: Parameter;
  readonly bias: Parameter | null;

  /**
   * @param options `heads` (1), `concat` (true), `negativeSlope` (0.2), `dropout` (0), `addSelfLoops` (true), `bias` (true), `aggr`
   * ('sum'), `flow` ('source_to_target')
   */
  constructor(inChannels: number, outChannels: number, options: GATConvOptions = {}) {
    const known = ['heads', 'concat', 'negativeSlope', 'dropout', 'addSelfLoops', 'bias', ...MESSAGE_OPTIONS];
    checkOptions('GATConv', options, known);
    super(messageOptions(options));
    const { heads = 1, concat = true, bias = true } = options;
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.heads = heads;
    this.concat = concat;
    this.negativeSlope = options.negativeSlope ?? 0.2;
    this.dropout = options.dropout ?? 0;
    this.addSelfLoops = options.addSelfLoops ?? true;
    this.lin = new GlorotLinear(inChannels, heads * outChannels);
    this.att_src = new Parameter(zeros([1, heads, outChannels]));
    this.att_dst = new Parameter(zeros([1, heads, outChannels]));
    this.bias = bias ? new Parameter(zeros([concat ? heads * outChannels : outChannels])) : null;
    this.resetParameters();
  }

  /** Draws the weights anew. */
  resetParameters(): void {
    this.lin.resetParameters();
    const bound = Math.sqrt(6 / (this.heads + this.outChannels));
    init.uniform_(this.att_src, -bound, bound);
    init.uniform_(this.att_dst, -bound, bound);
    if (this.bias) init.zeros_(this.bias);
  }

  /** xᵢ' = Σⱼ αᵢⱼ W xⱼ + b. */
  override forward(x: Tensor, edgeIndex: Tensor): Tensor {
    const N = x.shape[0]!;
    checkEdges('GATConv', edgeIndex, N);
    const y = this.lin.forward(x).reshape([N, this.heads, this.outChannels]);
    const edges = this.addSelfLoops ? withLoops(edgeIndex, N) : edgeIndex;
    const out = this.propagate(edges, y, this.#weights(y, edgeIndex, edges));
    const joined = this.concat ? out.reshape([N, this.heads * this.outChannels]) : out.mean(1);
    return this.bias ? joined.add(this.bias) : joined;
  }

  /** α [E, heads]. */
  #weights(y: Tensor, given: Tensor, edges: Tensor): Tensor {
    const N = y.shape[0]!;
    const [from, to] = this.ends(edges);
    const sent = y.mul(this.att_src).sum(2).indexSelect(0, from);
    const received = y.mul(this.att_dst).sum(2).indexSelect(0, to);
    let scores = leakyRelu(sent.add(received), { negativeSlope: this.negativeSlope });
    if (this.addSelfLoops) {
      // The loops that were there count no more; their edges stay, so that shapes depend on shapes alone.
      const loop = given.select(0, 0).eq(given.select(0, 1));
      const hidden = cat([loop, zeros([N], { dtype: 'bool' })]);
      scores = scores.maskedFill(hidden.unsqueeze(1), -Infinity);
    }
    const top = aggregateRows(scores.detach(), to, N, 'max');
    const parts = scores.sub(top.indexSelect(0, to)).exp();
    const sums = aggregateRows(parts, to, N, 'sum').add(TINY);
    const alpha = parts.div(sums.indexSelect(0, to));
    return dropout(alpha, { p: this.dropout, training: this.training });
  }

  override message({ xJ, given }: Edges<Tensor>): Tensor {
    return xJ.mul(given.unsqueeze(2));
  }

  override toString(): string {
    return `GATConv(${this.inChannels}, ${this.outChannels}, heads=${this.heads})`;
  }
}
