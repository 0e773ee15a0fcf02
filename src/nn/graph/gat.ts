import { zeros } from '../../tensor/creation.js';
import { checkOptions } from '../../tensor/options.js';
import type { Tensor } from '../../tensor/tensor.js';
import { leakyRelu } from '../functional/activation.js';
import * as init from '../init.js';
import type { Linear } from '../linear.js';
import { Parameter } from '../parameter.js';
import { ATTENTION_OPTIONS, GraphAttention } from './attention.js';
import type { GATConvOptions, Scored } from './attention.js';
import { GlorotLinear } from './gcn.js';
import { channelsOf, pairOf } from './message-passing.js';
import type { Nodes } from './message-passing.js';

export type { GATConvCall, GATConvOptions, WithAttention } from './attention.js';

/**
 * Graph attention: xᵢ' = Σⱼ αᵢⱼ W xⱼ + b, where α is the softmax over the edges that lead to i of
 * LeakyReLU(aₛ · W xⱼ + aₜ · W xᵢ + aₑ · Wₑ eⱼᵢ), for each head; with `residual` V xᵢ is added.
 *
 * Shapes: x [N, inChannels], edgeIndex int32 [2, E], edgeAttr [E, edgeDim] or [E] → [N, heads · outChannels], or [N, outChannels] without `concat`;
 * or (bipartite) x [xSrc, xDst or null], with a W for each side where `inChannels` are two
 *
 * Source: Veličković et al. 2018, https://arxiv.org/abs/1710.10903;
 * https://pytorch-geometric.readthedocs.io/en/latest/generated/torch_geometric.nn.conv.GATConv.html
 */
export class GATConv extends GraphAttention {
  /** W; null where both sides have one of their own. */
  readonly lin: Linear | null;
  /** W of the nodes of the first row of edgeIndex, under PyTorch Geometric's name. */
  readonly lin_src: Linear | null;
  /** W of those of the second row, under PyTorch Geometric's name. */
  readonly lin_dst: Linear | null;
  /** aₛ [1, heads, outChannels], under PyTorch Geometric's name. */
  readonly att_src: Parameter;
  /** aₜ [1, heads, outChannels], under PyTorch Geometric's name. */
  readonly att_dst: Parameter;
  /** aₑ [1, heads, outChannels], under PyTorch Geometric's name. */
  readonly att_edge: Parameter | null;

  /**
   * @param inChannels one number, or that of both sides
   * @param options `heads` (1), `concat` (true), `negativeSlope` (0.2), `dropout` (0), `addSelfLoops` (true), `edgeDim` (null),
   * `fillValue` ('mean'), `bias` (true), `residual` (false), `aggr` ('sum'), `flow` ('source_to_target')
   * @throws WasmgradError for an unknown option or a `fillValue` that is none
   */
  constructor(inChannels: number | readonly [number, number], outChannels: number, options: GATConvOptions = {}) {
    checkOptions('GATConv', options, ATTENTION_OPTIONS);
    super(inChannels, outChannels, options);
    const { heads, edgeDim } = this;
    const one = typeof inChannels === 'number';
    const [first, second] = channelsOf(inChannels);
    this.lin = one ? new GlorotLinear(first, heads * outChannels) : null;
    this.lin_src = one ? null : new GlorotLinear(first, heads * outChannels);
    this.lin_dst = one ? null : new GlorotLinear(second, heads * outChannels);
    this.att_src = new Parameter(zeros([1, heads, outChannels]));
    this.att_dst = new Parameter(zeros([1, heads, outChannels]));
    this.lin_edge = edgeDim === null ? null : new GlorotLinear(edgeDim, heads * outChannels);
    this.att_edge = edgeDim === null ? null : new Parameter(zeros([1, heads, outChannels]));
    this.res = (options.residual ?? false) ? new GlorotLinear(second, this.width) : null;
    this.bias = (options.bias ?? true) ? new Parameter(zeros([this.width])) : null;
    this.resetParameters();
  }

  /** Draws the weights anew. */
  resetParameters(): void {
    for (const lin of [this.lin, this.lin_src, this.lin_dst, this.lin_edge, this.res]) lin?.resetParameters();
    const bound = Math.sqrt(6 / (this.heads + this.outChannels));
    for (const a of [this.att_src, this.att_dst, this.att_edge]) if (a) init.uniform_(a, -bound, bound);
    if (this.bias) init.zeros_(this.bias);
  }

  protected override scored(x: Nodes): Scored {
    const y = this.mapped(x);
    const [sent, received] = this.roles(y);
    const score: Scored['score'] = (from, to, features) => {
      let sums = sent!.mul(this.att_src).sum(2).indexSelect(0, from);
      if (received) sums = sums.add(received.mul(this.att_dst).sum(2).indexSelect(0, to));
      if (features) sums = sums.add(features.mul(this.att_edge!).sum(2));
      return leakyRelu(sums, { negativeSlope: this.negativeSlope });
    };
    return { y, score };
  }

  /** W of the nodes of both sides. */
  private mapped(x: Nodes): readonly [Tensor, Tensor | null] {
    const [first, second] = pairOf(x);
    const left = this.byHead((this.lin ?? this.lin_src)!.forward(first));
    if (this.lin && second === first) return [left, left];
    return [left, second && this.byHead((this.lin ?? this.lin_dst)!.forward(second))];
  }
}

/** Options of `GATv2Conv`. */
export interface GATv2ConvOptions extends GATConvOptions {
  /** One linear map for both sides of an edge. Default false. */
  readonly shareWeights?: boolean;
}

/**
 * Graph attention whose ranking of neighbours depends on the node: xᵢ' = Σⱼ αᵢⱼ W₁ xⱼ + b, where α is the softmax over the edges that lead to i of
 * a · LeakyReLU(W₁ xⱼ + W₂ xᵢ + Wₑ eⱼᵢ), for each head (W₁ and W₂ with biases); with `residual` V xᵢ is added.
 *
 * Shapes: x [N, inChannels], edgeIndex int32 [2, E], edgeAttr [E, edgeDim] or [E] → [N, heads · outChannels], or [N, outChannels] without `concat`;
 * or (bipartite) x [xSrc, xDst], whose channels may differ
 *
 * Source: Brody et al. 2022, https://arxiv.org/abs/2105.14491;
 * https://pytorch-geometric.readthedocs.io/en/latest/generated/torch_geometric.nn.conv.GATv2Conv.html
 */
export class GATv2Conv extends GraphAttention {
  readonly shareWeights: boolean;
  /** W₁, under PyTorch Geometric's name. */
  readonly lin_l: Linear;
  /** W₂, under PyTorch Geometric's name. */
  readonly lin_r: Linear;
  /** a [1, heads, outChannels]. */
  readonly att: Parameter;

  /**
   * @param inChannels one number, or that of both sides
   * @param options as of `GATConv`, and `shareWeights` (false)
   * @throws WasmgradError for an unknown option or a `fillValue` that is none
   */
  constructor(inChannels: number | readonly [number, number], outChannels: number, options: GATv2ConvOptions = {}) {
    checkOptions('GATv2Conv', options, ['shareWeights', ...ATTENTION_OPTIONS]);
    super(inChannels, outChannels, options);
    const { heads, edgeDim } = this;
    const bias = options.bias ?? true;
    const [first, second] = channelsOf(inChannels);
    this.shareWeights = options.shareWeights ?? false;
    this.lin_l = new GlorotLinear(first, heads * outChannels, bias);
    this.lin_r = this.shareWeights ? this.lin_l : new GlorotLinear(second, heads * outChannels, bias);
    this.att = new Parameter(zeros([1, heads, outChannels]));
    this.lin_edge = edgeDim === null ? null : new GlorotLinear(edgeDim, heads * outChannels);
    this.res = (options.residual ?? false) ? new GlorotLinear(second, this.width) : null;
    this.bias = bias ? new Parameter(zeros([this.width])) : null;
    this.resetParameters();
  }

  /** Draws the weights anew. */
  resetParameters(): void {
    for (const lin of [this.lin_l, this.lin_r, this.lin_edge, this.res]) lin?.resetParameters();
    const bound = Math.sqrt(6 / (this.heads + this.outChannels));
    init.uniform_(this.att, -bound, bound);
    if (this.bias) init.zeros_(this.bias);
  }

  protected override scored(x: Nodes): Scored {
    const [first, second] = pairOf(x);
    const left = this.byHead(this.lin_l.forward(first));
    const shared = this.shareWeights && second === first;
    const right = shared ? left : second && this.byHead(this.lin_r.forward(second));
    const [sent, received] = this.roles<Tensor | null>([left, right]);
    const score: Scored['score'] = (from, to, features) => {
      let sums = sent!.indexSelect(0, from);
      if (received) sums = sums.add(received.indexSelect(0, to));
      if (features) sums = sums.add(features);
      return leakyRelu(sums, { negativeSlope: this.negativeSlope }).mul(this.att).sum(2);
    };
    return { y: [left, right], score };
  }
}
