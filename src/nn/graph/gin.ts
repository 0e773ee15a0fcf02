import { ShapeError, WasmgradError, fail } from '../../core/errors.js';
import { full } from '../../tensor/creation.js';
import { cat } from '../../tensor/join.js';
import { checkOptions } from '../../tensor/options.js';
import type { Tensor } from '../../tensor/tensor.js';
import * as init from '../init.js';
import { Linear } from '../linear.js';
import type { Module } from '../module.js';
import { Parameter } from '../parameter.js';
import { MESSAGE_OPTIONS, MessagePassing, messageOptions, pairOf } from './message-passing.js';
import type { Edges, GraphSize, MessagePassingOptions, Nodes } from './message-passing.js';

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

/** What layers have in common that add a node's own features, weighted by 1 + eps, to what comes from its neighbours. */
abstract class Isomorphism<Given> extends MessagePassing<Given> {
  readonly nn: RowNetwork;
  readonly initialEps: number;
  /** eps [1], a parameter or a buffer. */
  declare eps: Tensor;

  constructor(nn: RowNetwork, options: GINConvOptions) {
    super(messageOptions(options));
    this.nn = nn;
    this.initialEps = options.eps ?? 0;
    const eps = full([1], this.initialEps);
    if (options.trainEps ?? false) this.eps = new Parameter(eps);
    else this.registerBuffer('eps', eps);
  }

  /** Draws the parameters of `nn` anew, and sets eps to its first value. */
  resetParameters(): void {
    reset(this.nn);
    init.constant_(this.eps, this.initialEps);
  }

  /** nn((1 + eps) xᵢ + y). */
  protected joined(x: Nodes, y: Tensor): Tensor {
    const [, own] = this.roles(pairOf(x));
    return this.nn.forward(own ? y.add(this.eps.add(1).mul(own)) : y);
  }

  override toString(): string {
    return `${this.constructor.name}(nn=${this.nn.toString()})`;
  }
}

/**
 * Graph isomorphism: xᵢ' = nn((1 + eps) xᵢ + Σⱼ xⱼ).
 *
 * Shapes: x [N, inChannels], edgeIndex int32 [2, E] → what `nn` gives; x may be a pair
 *
 * As in PyTorch Geometric the parameters of `nn` are drawn anew.
 *
 * Source: Xu et al. 2019, https://arxiv.org/abs/1810.00826;
 * https://pytorch-geometric.readthedocs.io/en/latest/generated/torch_geometric.nn.conv.GINConv.html
 */
export class GINConv extends Isomorphism<undefined> {
  /** @param options `eps` (0), `trainEps` (false), `aggr` ('sum'), `flow` ('source_to_target') */
  constructor(nn: RowNetwork, options: GINConvOptions = {}) {
    checkOptions('GINConv', options, ['eps', 'trainEps', ...MESSAGE_OPTIONS]);
    super(nn, options);
    this.resetParameters();
  }

  /** xᵢ' = nn((1 + eps) xᵢ + Σⱼ xⱼ). */
  override forward(x: Nodes, edgeIndex: Tensor, size: GraphSize | null = null): Tensor {
    return this.joined(x, this.propagate(edgeIndex, x, undefined, size));
  }
}

/** Options of `GINEConv`. */
export interface GINEConvOptions extends GINConvOptions {
  /** The number of features that edges have, which a linear layer brings to those of nodes. Default null: they have as many as nodes. */
  readonly edgeDim?: number | null;
}

/**
 * Graph isomorphism with features of edges: xᵢ' = nn((1 + eps) xᵢ + Σⱼ ReLU(xⱼ + eⱼᵢ)); with `edgeDim` W eⱼᵢ + c takes the place of eⱼᵢ.
 *
 * Shapes: x [N, inChannels], edgeIndex int32 [2, E], edgeAttr [E, inChannels] or [E, edgeDim] → what `nn` gives; x may be a pair
 *
 * As in PyTorch Geometric the parameters of `nn` are drawn anew.
 *
 * Source: Hu et al. 2020, https://arxiv.org/abs/1905.12265;
 * https://pytorch-geometric.readthedocs.io/en/latest/generated/torch_geometric.nn.conv.GINEConv.html
 */
export class GINEConv extends Isomorphism<Tensor> {
  readonly edgeDim: number | null;
  /** W and c. */
  readonly lin: Linear | null;

  /**
   * @param options `eps` (0), `trainEps` (false), `edgeDim` (null), `aggr` ('sum'), `flow` ('source_to_target')
   * @throws WasmgradError where there is an `edgeDim`, but no linear layer in `nn` that tells the number of channels
   */
  constructor(nn: RowNetwork, options: GINEConvOptions = {}) {
    checkOptions('GINEConv', options, ['eps', 'trainEps', 'edgeDim', ...MESSAGE_OPTIONS]);
    super(nn, options);
    this.edgeDim = options.edgeDim ?? null;
    const first = nn.modules().find((module) => module instanceof Linear);
    if (this.edgeDim !== null && !first) {
      throw new WasmgradError('GINEConv: edgeDim needs a linear layer in nn, which tells the number of channels');
    }
    this.lin = this.edgeDim === null ? null : new Linear(this.edgeDim, first!.inFeatures);
    this.resetParameters();
  }

  override resetParameters(): void {
    super.resetParameters();
    this.lin?.resetParameters();
  }

  /**
   * xᵢ' = nn((1 + eps) xᵢ + Σⱼ ReLU(xⱼ + eⱼᵢ)).
   * @throws ShapeError for features of edges that do not fit
   */
  override forward(x: Nodes, edgeIndex: Tensor, edgeAttr: Tensor, size: GraphSize | null = null): Tensor {
    const [sent] = this.roles(pairOf(x));
    const wanted = this.edgeDim ?? sent!.shape[1]!;
    if (edgeAttr.ndim !== 2 || edgeAttr.shape[0] !== edgeIndex.shape[1] || edgeAttr.shape[1] !== wanted) {
      const want = `features of edges must be [${edgeIndex.shape[1]}, ${wanted}]`;
      fail(ShapeError, 'GINEConv', want, ['edgeAttr'], [edgeAttr], this.lin ? undefined : 'give edgeDim');
    }
    return this.joined(x, this.propagate(edgeIndex, x, this.lin ? this.lin.forward(edgeAttr) : edgeAttr, size));
  }

  override message({ xJ, given }: Edges<Tensor>): Tensor {
    return xJ.add(given).relu();
  }
}

/**
 * Edge convolution: xᵢ' = maxⱼ nn([xᵢ, xⱼ − xᵢ]).
 *
 * Shapes: x [N, inChannels], edgeIndex int32 [2, E] → [N, what `nn` makes of 2 · inChannels]; x may be a pair
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
  override forward(x: Nodes, edgeIndex: Tensor): Tensor {
    return this.propagate(edgeIndex, x);
  }

  override message({ xI, xJ }: Edges): Tensor {
    return this.nn.forward(cat([xI, xJ.sub(xI)], -1));
  }

  override toString(): string {
    return `EdgeConv(nn=${this.nn.toString()})`;
  }
}
