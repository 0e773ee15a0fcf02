import { WasmgradError } from '../../core/errors.js';
import { once, recorder } from '../../runtime/recorder.js';
import { noGrad } from '../../autograd/mode.js';
import { full, ones, zeros } from '../../tensor/creation.js';
import { cat } from '../../tensor/join.js';
import { checkOptions } from '../../tensor/options.js';
import type { Tensor } from '../../tensor/tensor.js';
import * as init from '../init.js';
import { Linear } from '../linear.js';
import { Parameter } from '../parameter.js';
import { checkEdges, withLoops } from './edges.js';
import { MESSAGE_OPTIONS, MessagePassing, messageOptions } from './message-passing.js';
import type { Edges, MessagePassingOptions } from './message-passing.js';

/** A linear map whose weight starts as Glorot and Bengio have it. */
export class GlorotLinear extends Linear {
  constructor(inChannels: number, outChannels: number, bias = false) {
    super(inChannels, outChannels, { bias });
  }

  override resetParameters(): void {
    init.xavierUniform_(this.weight);
    if (!this.bias) return;
    const bound = 1 / Math.sqrt(this.inFeatures);
    init.uniform_(this.bias, -bound, bound);
  }

  protected override typeName(): string {
    return 'Linear';
  }
}

/** Options of `GCNConv`. */
export interface GCNConvOptions extends MessagePassingOptions {
  /** Loops have the weight 2 instead of 1. Default false. */
  readonly improved?: boolean;
  /** Normalise the edges of the first call only and keep them, for a graph that does not change. Default false. */
  readonly cached?: boolean;
  /** A loop at each node, where it has none. Default as `normalize`. */
  readonly addSelfLoops?: boolean | null;
  /** Divide weights by the roots of both degrees. Default true. */
  readonly normalize?: boolean;
  /** Default true. */
  readonly bias?: boolean;
}

/**
 * Graph convolution: X' = D̂^(−½) Â D̂^(−½) X Wᵀ + b, Â the adjacency matrix with loops, D̂ its degrees.
 *
 * Shapes: x [N, inChannels], edgeIndex int32 [2, E], edgeWeight [E] → [N, outChannels]
 *
 * Source: Kipf and Welling 2017, https://arxiv.org/abs/1609.02907;
 * https://pytorch-geometric.readthedocs.io/en/latest/generated/torch_geometric.nn.conv.GCNConv.html
 */
export class GCNConv extends MessagePassing<Tensor | null> {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly improved: boolean;
  readonly cached: boolean;
  readonly addSelfLoops: boolean;
  readonly normalize: boolean;
  readonly lin: Linear;
  readonly bias: Parameter | null;
  /** The edges of the first call and their weights, where they are kept. Buffers that are not part of `stateDict`. */
  declare keptEdges: Tensor | null;
  declare keptWeight: Tensor | null;

  /**
   * @param options `improved` (false), `cached` (false), `addSelfLoops` (as normalize), `normalize` (true), `bias` (true), `aggr`
   * ('sum'), `flow` ('source_to_target')
   * @throws WasmgradError for loops without normalisation
   */
  constructor(inChannels: number, outChannels: number, options: GCNConvOptions = {}) {
    const known = ['improved', 'cached', 'addSelfLoops', 'normalize', 'bias', ...MESSAGE_OPTIONS];
    checkOptions('GCNConv', options, known);
    super(messageOptions(options));
    const { improved = false, cached = false, normalize = true, bias = true } = options;
    const addSelfLoops = options.addSelfLoops ?? normalize;
    if (addSelfLoops && !normalize) {
      throw new WasmgradError('GCNConv: addSelfLoops needs normalize (use graph.addSelfLoops() on the edges)');
    }
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.improved = improved;
    this.cached = cached;
    this.addSelfLoops = addSelfLoops;
    this.normalize = normalize;
    this.lin = new GlorotLinear(inChannels, outChannels);
    this.bias = bias ? new Parameter(zeros([outChannels])) : null;
    this.resetParameters();
  }

  /** Draws the weight anew, and forgets kept edges. */
  resetParameters(): void {
    this.lin.resetParameters();
    if (this.bias) init.zeros_(this.bias);
    this.keep(null, null);
  }

  /** X' = D̂^(−½) Â D̂^(−½) X Wᵀ + b. */
  override forward(x: Tensor, edgeIndex: Tensor, edgeWeight: Tensor | null = null): Tensor {
    const y = this.lin.forward(x);
    const out = this.normalize
      ? this.overNormalized(edgeIndex, edgeWeight, y)
      : this.propagate(edgeIndex, y, edgeWeight);
    return this.bias ? out.add(this.bias) : out;
  }

  private overNormalized(edgeIndex: Tensor, edgeWeight: Tensor | null, y: Tensor): Tensor {
    if (this.keptEdges) return this.propagate(this.keptEdges, y, this.keptWeight);
    if (!this.cached) {
      const [edges, weight] = this.normalized(edgeIndex, edgeWeight, y);
      return this.propagate(edges, y, weight);
    }
    if (recorder && [edgeIndex, edgeWeight].some((given) => given && recorder!.names(given.storage))) {
      const hint = 'call the layer once before, or give it edges from outside of the step';
      throw new WasmgradError(`capture: GCNConv cannot keep edges that are there for one step only (${hint})`);
    }
    once(() => noGrad(() => this.keep(...this.normalized(edgeIndex.clone(), edgeWeight, y))));
    return this.propagate(this.keptEdges!, y, this.keptWeight);
  }

  private keep(edges: Tensor | null, weight: Tensor | null): void {
    this.registerBuffer('keptEdges', edges, { persistent: false });
    this.registerBuffer('keptWeight', weight, { persistent: false });
  }

  /** The edges with loops, and their weights divided by the roots of both degrees. */
  private normalized(edgeIndex: Tensor, edgeWeight: Tensor | null, y: Tensor): [Tensor, Tensor] {
    const [N, dtype] = [y.shape[0]!, y.dtype];
    checkEdges('GCNConv', edgeIndex, N);
    let weight = edgeWeight ?? ones([edgeIndex.shape[1]!], { dtype });
    let edges = edgeIndex;
    if (this.addSelfLoops) {
      // A loop that is there keeps its weight, but moves to the end: its edge stays with weight 0, so that shapes depend on shapes alone.
      const [first, second] = [edgeIndex.select(0, 0), edgeIndex.select(0, 1)];
      const loop = first.eq(second);
      const node = first.maskedFill(loop.logicalNot(), N);
      const loops = full([N + 1], this.improved ? 2 : 1, { dtype }).scatter(0, node, weight);
      weight = cat([weight.maskedFill(loop, 0), loops.narrow(0, 0, N)]);
      edges = withLoops(edgeIndex, N);
    }
    const [from, to] = this.ends(edges);
    const degrees = zeros([N], { dtype }).indexAdd(0, to, weight);
    const lonely = degrees.eq(0);
    const root = degrees.maskedFill(lonely, 1).rsqrt().maskedFill(lonely, 0);
    return [edges, root.indexSelect(0, from).mul(weight).mul(root.indexSelect(0, to))];
  }

  override message({ xJ, given }: Edges<Tensor | null>): Tensor {
    return given ? xJ.mul(given.unsqueeze(1)) : xJ;
  }

  override toString(): string {
    return `GCNConv(${this.inChannels}, ${this.outChannels})`;
  }
}
