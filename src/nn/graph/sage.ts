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
  /** Add W₂ xᵢ, the node's own part. Default true. */
  readonly rootWeight?: boolean;
  /** Default true. */
  readonly bias?: boolean;
}

/**
 * GraphSAGE: xᵢ' = W₁ meanⱼ xⱼ + b + W₂ xᵢ.
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
  /** W₁ and b, under PyTorch Geometric's name. */
  readonly lin_l: Linear;
  /** W₂, under PyTorch Geometric's name. */
  readonly lin_r: Linear | null;

  /**
   * @param options `aggr` ('mean'), `normalize` (false), `rootWeight` (true), `bias` (true), `flow` ('source_to_target')
   */
  constructor(inChannels: number, outChannels: number, options: SAGEConvOptions = {}) {
    checkOptions('SAGEConv', options, ['normalize', 'rootWeight', 'bias', ...MESSAGE_OPTIONS]);
    super(messageOptions(options, 'mean'));
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.normalize = options.normalize ?? false;
    this.rootWeight = options.rootWeight ?? true;
    this.lin_l = new Linear(inChannels, outChannels, { bias: options.bias ?? true });
    this.lin_r = this.rootWeight ? new Linear(inChannels, outChannels, { bias: false }) : null;
    this.resetParameters();
  }

  /** Draws the weights anew. */
  resetParameters(): void {
    this.lin_l.resetParameters();
    this.lin_r?.resetParameters();
  }

  /** xᵢ' = W₁ meanⱼ xⱼ + b + W₂ xᵢ. */
  override forward(x: Tensor, edgeIndex: Tensor): Tensor {
    const joined = this.lin_l.forward(this.propagate(edgeIndex, x));
    const y = this.lin_r ? joined.add(this.lin_r.forward(x)) : joined;
    return this.normalize ? normalize(y, { p: 2, dim: -1 }) : y;
  }

  override toString(): string {
    return `SAGEConv(${this.inChannels}, ${this.outChannels}, aggr=${this.aggr})`;
  }
}
