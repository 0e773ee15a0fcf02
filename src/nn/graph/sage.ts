import { checkOptions } from '../../tensor/options.js';
import type { Tensor } from '../../tensor/tensor.js';
import { normalize } from '../functional/distance.js';
import { Linear } from '../linear.js';
import { pythonRepr } from '../repr.js';
import { MESSAGE_OPTIONS, MessagePassing, channelsOf, messageOptions, pairOf } from './message-passing.js';
import type { Edges, GraphSize, MessagePassingOptions, Nodes } from './message-passing.js';

/** Options of `SAGEConv`; `aggr` is 'mean' by default. */
export interface SAGEConvOptions extends MessagePassingOptions {
  /** Divide rows by their length. Default false. */
  readonly normalize?: boolean;
  /** Let neighbours pass a linear layer of their own and ReLU first. Default false. */
  readonly project?: boolean;
  /** Add W₂ xᵢ, the node's own part. Default true. */
  readonly rootWeight?: boolean;
  /** Default true. */
  readonly bias?: boolean;
}

/**
 * GraphSAGE: xᵢ' = W₁ meanⱼ xⱼ + b + W₂ xᵢ; with `project` ReLU(W xⱼ + c) takes the place of xⱼ.
 *
 * Shapes: x [N, inChannels], edgeIndex int32 [2, E] → [N, outChannels]; or (bipartite) x [xSrc, xDst or null], whose channels may differ
 *
 * Source: Hamilton et al. 2017, https://arxiv.org/abs/1706.02216;
 * https://pytorch-geometric.readthedocs.io/en/latest/generated/torch_geometric.nn.conv.SAGEConv.html
 */
export class SAGEConv extends MessagePassing {
  readonly inChannels: number | readonly [number, number];
  readonly outChannels: number;
  readonly normalize: boolean;
  readonly rootWeight: boolean;
  readonly project: boolean;
  /** W and c. */
  readonly lin: Linear | null;
  /** W₁ and b, under PyTorch Geometric's name. */
  readonly lin_l: Linear;
  /** W₂, under PyTorch Geometric's name. */
  readonly lin_r: Linear | null;

  /**
   * @param inChannels one number, or that of senders and that of receivers
   * @param options `aggr` ('mean'), `normalize` (false), `rootWeight` (true), `project` (false), `bias` (true), `flow`
   * ('source_to_target')
   */
  constructor(inChannels: number | readonly [number, number], outChannels: number, options: SAGEConvOptions = {}) {
    checkOptions('SAGEConv', options, ['normalize', 'rootWeight', 'project', 'bias', ...MESSAGE_OPTIONS]);
    super(messageOptions(options, 'mean'));
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.normalize = options.normalize ?? false;
    this.rootWeight = options.rootWeight ?? true;
    this.project = options.project ?? false;
    const [senders, receivers] = channelsOf(inChannels);
    this.lin = this.project ? new Linear(senders, senders) : null;
    this.lin_l = new Linear(senders, outChannels, { bias: options.bias ?? true });
    this.lin_r = this.rootWeight ? new Linear(receivers, outChannels, { bias: false }) : null;
    this.resetParameters();
  }

  /** Draws the weights anew. */
  resetParameters(): void {
    this.lin?.resetParameters();
    this.lin_l.resetParameters();
    this.lin_r?.resetParameters();
  }

  /** xᵢ' = W₁ meanⱼ xⱼ + b + W₂ xᵢ. */
  override forward(x: Nodes, edgeIndex: Tensor, size: GraphSize | null = null): Tensor {
    const [sent, own] = this.roles(pairOf(x));
    const neighbours = this.lin ? this.lin.forward(sent!).relu() : sent!;
    const pair = this.roles<Tensor | null>([neighbours, own]) as readonly [Tensor, Tensor | null];
    const joined = this.lin_l.forward(this.propagate(edgeIndex, pair, undefined, size));
    const y = this.lin_r && own ? joined.add(this.lin_r.forward(own)) : joined;
    return this.normalize ? normalize(y, { p: 2, dim: -1 }) : y;
  }

  override toString(): string {
    return `SAGEConv(${pythonRepr(this.inChannels)}, ${this.outChannels}, aggr=${this.aggr})`;
  }
}

/** Options of `GraphConv`. */
export interface GraphConvOptions extends MessagePassingOptions {
  /** Default true. */
  readonly bias?: boolean;
}

/**
 * Graph convolution with a part of its own for the node: xᵢ' = W₂ xᵢ + W₁ Σⱼ eⱼᵢ xⱼ + b.
 *
 * Shapes: x [N, inChannels], edgeIndex int32 [2, E], edgeWeight [E] → [N, outChannels]; or (bipartite) x [xSrc, xDst or null], whose channels may differ
 *
 * Source: Morris et al. 2019, https://arxiv.org/abs/1810.02244;
 * https://pytorch-geometric.readthedocs.io/en/latest/generated/torch_geometric.nn.conv.GraphConv.html
 */
export class GraphConv extends MessagePassing<Tensor | null> {
  readonly inChannels: number | readonly [number, number];
  readonly outChannels: number;
  /** W₁ and b, under PyTorch Geometric's name. */
  readonly lin_rel: Linear;
  /** W₂, under PyTorch Geometric's name. */
  readonly lin_root: Linear;

  /**
   * @param inChannels one number, or that of senders and that of receivers
   * @param options `bias` (true), `aggr` ('sum'), `flow` ('source_to_target')
   */
  constructor(inChannels: number | readonly [number, number], outChannels: number, options: GraphConvOptions = {}) {
    checkOptions('GraphConv', options, ['bias', ...MESSAGE_OPTIONS]);
    super(messageOptions(options));
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    const [senders, receivers] = channelsOf(inChannels);
    this.lin_rel = new Linear(senders, outChannels, { bias: options.bias ?? true });
    this.lin_root = new Linear(receivers, outChannels, { bias: false });
    this.resetParameters();
  }

  /** Draws the weights anew. */
  resetParameters(): void {
    this.lin_rel.resetParameters();
    this.lin_root.resetParameters();
  }

  /** xᵢ' = W₂ xᵢ + W₁ Σⱼ eⱼᵢ xⱼ + b. */
  override forward(
    x: Nodes,
    edgeIndex: Tensor,
    edgeWeight: Tensor | null = null,
    size: GraphSize | null = null,
  ): Tensor {
    const joined = this.lin_rel.forward(this.propagate(edgeIndex, x, edgeWeight, size));
    const [, own] = this.roles(pairOf(x));
    return own ? joined.add(this.lin_root.forward(own)) : joined;
  }

  override message({ xJ, given }: Edges<Tensor | null>): Tensor {
    return given ? xJ.mul(given.unsqueeze(1)) : xJ;
  }

  override toString(): string {
    return `GraphConv(${pythonRepr(this.inChannels)}, ${this.outChannels})`;
  }
}
