import { full } from '../../tensor/creation.js';
import { cat } from '../../tensor/join.js';
import { checkOptions } from '../../tensor/options.js';
import type { Tensor } from '../../tensor/tensor.js';
import * as init from '../init.js';
import type { Module } from '../module.js';
import { Parameter } from '../parameter.js';
import { MESSAGE_OPTIONS, MessagePassing, messageOptions } from './message-passing.js';
import type { Edges, MessagePassingOptions } from './message-passing.js';

/** A network on rows. */
export type RowNetwork = Module & { forward(x: Tensor): Tensor };

/** Draws a network's parameters anew, those of the modules that know how. */
function reset(module: Module): void {
  const known = (module as { resetParameters?: () => void }).resetParameters;
  if (known) known.call(module);
  else module.children().forEach(reset);
}

/** Options of `GINConv`. */
export interface GINConvOptions extends MessagePassingOptions {
  /** How much more a node counts than its neighbours, at first. Default 0. */
  readonly eps?: number;
  /** Learn it. Default false. */
  readonly trainEps?: boolean;
}

/**
 * Graph isomorphism: xᵢ' = nn((1 + eps) xᵢ + Σⱼ xⱼ).
 *
 * Shapes: x [N, inChannels], edgeIndex int32 [2, E] → what `nn` gives
 *
 * As in PyTorch Geometric the parameters of `nn` are drawn anew.
 *
 * Source: Xu et al. 2019, https://arxiv.org/abs/1810.00826;
 * https://pytorch-geometric.readthedocs.io/en/latest/generated/torch_geometric.nn.conv.GINConv.html
 */
export class GINConv extends MessagePassing {
  readonly nn: RowNetwork;
  readonly initialEps: number;
  /** eps [1], a parameter or a buffer. */
  declare eps: Tensor;

  /** @param options `eps` (0), `trainEps` (false), `aggr` ('sum'), `flow` ('source_to_target') */
  constructor(nn: RowNetwork, options: GINConvOptions = {}) {
    checkOptions('GINConv', options, ['eps', 'trainEps', ...MESSAGE_OPTIONS]);
    super(messageOptions(options));
    this.nn = nn;
    this.initialEps = options.eps ?? 0;
    const eps = full([1], this.initialEps);
    if (options.trainEps ?? false) this.eps = new Parameter(eps);
    else this.registerBuffer('eps', eps);
    this.resetParameters();
  }

  /** Draws the parameters of `nn` anew, and sets eps to its first value. */
  resetParameters(): void {
    reset(this.nn);
    init.constant_(this.eps, this.initialEps);
  }

  /** xᵢ' = nn((1 + eps) xᵢ + Σⱼ xⱼ). */
  override forward(x: Tensor, edgeIndex: Tensor): Tensor {
    return this.nn.forward(this.propagate(edgeIndex, x).add(this.eps.add(1).mul(x)));
  }

  override toString(): string {
    return `GINConv(nn=${this.nn.toString()})`;
  }
}

/**
 * Edge convolution: xᵢ' = maxⱼ nn([xᵢ, xⱼ − xᵢ]).
 *
 * Shapes: x [N, inChannels], edgeIndex int32 [2, E] → [N, what `nn` makes of 2 · inChannels]
 *
 * As in PyTorch Geometric the parameters of `nn` are drawn anew.
 *
 * Source: Wang et al. 2019, https://arxiv.org/abs/1801.07829;
 * https://pytorch-geometric.readthedocs.io/en/latest/generated/torch_geometric.nn.conv.EdgeConv.html
 */
export class EdgeConv extends MessagePassing {
  readonly nn: RowNetwork;

  /** @param options `aggr` ('max'), `flow` ('source_to_target') */
  constructor(nn: RowNetwork, options: MessagePassingOptions = {}) {
    checkOptions('EdgeConv', options, MESSAGE_OPTIONS);
    super(messageOptions(options, 'max'));
    this.nn = nn;
    this.resetParameters();
  }

  /** Draws the parameters of `nn` anew. */
  resetParameters(): void {
    reset(this.nn);
  }

  /** xᵢ' = maxⱼ nn([xᵢ, xⱼ − xᵢ]). */
  override forward(x: Tensor, edgeIndex: Tensor): Tensor {
    return this.propagate(edgeIndex, x);
  }

  override message({ xI, xJ }: Edges): Tensor {
    return this.nn.forward(cat([xI, xJ.sub(xI)], -1));
  }

  override toString(): string {
    return `EdgeConv(nn=${this.nn.toString()})`;
  }
}
