import { checkOptions } from '../../tensor/options.js';
import type { Tensor } from '../../tensor/tensor.js';
import { normalize } from '../functional/distance.js';
import { Linear } from '../linear.js';
import { MESSAGE_OPTIONS, MessagePassing, messageOptions } from './message-passing.js';
import type { MessagePassingOptions } from './message-passing.js';

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
 * Shapes: x [N, inChannels], edgeIndex int32 [2, E] → [N, outChannels]
 *
 * Source: Hamilton et al. 2017, https://arxiv.org/abs/1706.02216;
 * https://pytorch-geometric.readthedocs.io/en/latest/generated/torch_geometric.nn.conv.SAGEConv.html
 */
export class SAGEConv extends MessagePassing {
  readonly inChannels: number;
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
   * @param options `aggr` ('mean'), `normalize` (false), `rootWeight` (true), `project` (false), `bias` (true), `flow`
   * ('source_to_target')
   */
  constructor(inChannels: number, outChannels: number, options: SAGEConvOptions = {}) {
    checkOptions('SAGEConv', options, ['normalize', 'rootWeight', 'project', 'bias', ...MESSAGE_OPTIONS]);
    super(messageOptions(options, 'mean'));
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.normalize = options.normalize ?? false;
    this.rootWeight = options.rootWeight ?? true;
    this.project = options.project ?? false;
    this.lin = this.project ? new Linear(inChannels, inChannels) : null;
    this.lin_l = new Linear(inChannels, outChannels, { bias: options.bias ?? true });
    this.lin_r = this.rootWeight ? new Linear(inChannels, outChannels, { bias: false }) : null;
    this.resetParameters();
  }

  /** Draws the weights anew. */
  resetParameters(): void {
    this.lin?.resetParameters();
    this.lin_l.resetParameters();
    this.lin_r?.resetParameters();
  }

  /** xᵢ' = W₁ meanⱼ xⱼ + b + W₂ xᵢ. */
  override forward(x: Tensor, edgeIndex: Tensor): Tensor {
    const neighbours = this.lin ? this.lin.forward(x).relu() : x;
    const joined = this.lin_l.forward(this.propagate(edgeIndex, neighbours));
    const y = this.lin_r ? joined.add(this.lin_r.forward(x)) : joined;
    return this.normalize ? normalize(y, { p: 2, dim: -1 }) : y;
  }

  override toString(): string {
    return `SAGEConv(${this.inChannels}, ${this.outChannels}, aggr=${this.aggr})`;
  }
}
