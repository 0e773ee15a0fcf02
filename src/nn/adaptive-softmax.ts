import type { DType } from '../core/dtypes.js';
import { DTypeError, ShapeError, WasmgradError, fail } from '../core/errors.js';
import { checkLabels } from '../ops/cross-entropy.js';
import { cat } from '../tensor/join.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { ModuleList, Sequential } from './containers.js';
import { Linear } from './linear.js';
import { Module } from './module.js';

/** Options of `AdaptiveLogSoftmaxWithLoss`. */
export interface AdaptiveSoftmaxOptions {
  /** By how much each cluster has fewer features than the one before. Default 4. */
  readonly divValue?: number;
  /** Whether the head has a bias. Default false. */
  readonly headBias?: boolean;
  /** Default float32. */
  readonly dtype?: DType;
}

/**
 * A softmax over many classes, the frequent ones first: a head over the classes below `cutoffs[0]` and one score for each cluster of rarer ones,
 * which have a softmax of their own on fewer features: log p(c) = log p_head(cluster of c) + log p_cluster(c).
 *
 * `forward(x, target)` gives `[output, loss]`: the log-probability of each target, and minus their mean.
 *
 * Shapes: x [N, inFeatures], target int32 [N] → output [N], loss []; or x [inFeatures], target [] → two of []
 *
 * Every row passes all clusters, so that shapes depend on shapes alone and a captured step reads nothing.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveLogSoftmaxWithLoss.html (Grave et al. 2017,
 * https://arxiv.org/abs/1609.04309)
 */
export class AdaptiveLogSoftmaxWithLoss extends Module {
  readonly inFeatures: number;
  readonly nClasses: number;
  /** Where clusters begin, and `nClasses`. */
  readonly cutoffs: readonly number[];
  readonly divValue: number;
  readonly headBias: boolean;
  readonly shortlistSize: number;
  readonly nClusters: number;
  readonly headSize: number;
  readonly head: Linear;
  readonly tail: ModuleList;

  /**
   * @param cutoffs the first class of each cluster, ascending
   * @param options `divValue` (4), `headBias` (false), `dtype` (float32)
   * @throws WasmgradError where cutoffs are not whole numbers from 1 to nClasses − 1 in ascending order
   */
  constructor(inFeatures: number, nClasses: number, cutoffs: readonly number[], options: AdaptiveSoftmaxOptions = {}) {
    super();
    const name = 'AdaptiveLogSoftmaxWithLoss';
    checkOptions(name, options, ['divValue', 'headBias', 'dtype']);
    const rising = cutoffs.every((cut, i) => Number.isInteger(cut) && cut > (cutoffs[i - 1] ?? 0) && cut < nClasses);
    if (cutoffs.length === 0 || !rising) {
      const wanted = `ascending whole numbers from 1 to ${nClasses - 1}`;
      throw new WasmgradError(`${name}: cutoffs must be ${wanted}, got [${cutoffs.join(', ')}]`);
    }
    const { divValue = 4, headBias = false, dtype = 'float32' } = options;
    this.inFeatures = inFeatures;
    this.nClasses = nClasses;
    this.cutoffs = [...cutoffs, nClasses];
    this.divValue = divValue;
    this.headBias = headBias;
    this.shortlistSize = cutoffs[0]!;
    this.nClusters = cutoffs.length;
    this.headSize = this.shortlistSize + this.nClusters;
    this.head = new Linear(inFeatures, this.headSize, { bias: headBias, dtype });
    const plain = { bias: false, dtype };
    const clusters = cutoffs.map((cut, i) => {
      const features = Math.floor(inFeatures / divValue ** (i + 1));
      const classes = this.cutoffs[i + 1]! - cut;
      return new Sequential(new Linear(inFeatures, features, plain), new Linear(features, classes, plain));
    });
    this.tail = new ModuleList(clusters);
  }

  /** Draws the weights anew. */
  resetParameters(): void {
    for (const module of this.modules()) if (module instanceof Linear) module.resetParameters();
  }

  /** The log-probabilities of the classes of cluster i, given that it is that one. */
  private cluster(i: number, x: Tensor): Tensor {
    return ((this.tail.at(i) as Sequential).forward(x) as Tensor).logSoftmax(-1);
  }

  /**
   * `[output, loss]`: the log-probabilities of targets, and minus their mean.
   * @throws ShapeError, DTypeError for a target that does not fit; IndexError for a label out of range
   */
  override forward(x: Tensor, target: Tensor): [Tensor, Tensor] {
    const name = 'AdaptiveLogSoftmaxWithLoss';
    const single = target.ndim === 0;
    if (x.ndim !== target.ndim + 1 || target.ndim > 1 || (!single && x.shape[0] !== target.shape[0])) {
      fail(ShapeError, name, 'input must be [N, inFeatures] for a target [N]', ['input', 'target'], [x, target]);
    }
    if (target.dtype !== 'int32') {
      fail(DTypeError, name, 'labels must be int32', ['target'], [target], 'use target.int()');
    }
    checkLabels(name, target, this.nClasses, NaN);
    const rows = single ? x.unsqueeze(0) : x;
    const labels = single ? target.unsqueeze(0) : target;
    let place = labels;
    let inner: Tensor | null = null;
    for (let i = 0; i < this.nClusters; i++) {
      const [low, high] = [this.cutoffs[i]!, this.cutoffs[i + 1]!];
      const inside = labels.ge(low).logicalAnd(labels.lt(high));
      place = place.maskedFill(inside, this.shortlistSize + i);
      const local = labels.sub(low).clamp(0, high - low - 1);
      const found = this.cluster(i, rows).gather(1, local.unsqueeze(1)).squeeze(1).where(inside, 0);
      inner = inner ? inner.add(found) : found;
    }
    const output = this.head.forward(rows).logSoftmax(1).gather(1, place.unsqueeze(1)).squeeze(1).add(inner!);
    return [single ? output.squeeze(0) : output, output.mean().neg()];
  }

  /**
   * The log-probabilities of all classes.
   *
   * Shapes: x [N, inFeatures] → [N, nClasses]
   */
  logProb(x: Tensor): Tensor {
    const head = this.head.forward(x).logSoftmax(1);
    const rare = Array.from({ length: this.nClusters }, (_, i) =>
      this.cluster(i, x).add(head.narrow(1, this.shortlistSize + i, 1)),
    );
    return cat([head.narrow(1, 0, this.shortlistSize), ...rare], 1);
  }

  /**
   * The likeliest class of each row: where the head prefers a class to all clusters that one, else the largest of `logProb`.
   *
   * Shapes: x [N, inFeatures] → int32 [N]
   */
  predict(x: Tensor): Tensor {
    const best = this.head.forward(x).argmax(1);
    return best.where(best.lt(this.shortlistSize), this.logProb(x).argmax(1));
  }
}
