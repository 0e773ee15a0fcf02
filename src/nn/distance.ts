import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import * as F from './functional/distance.js';
import type { CosineSimilarityOptions, PairwiseDistanceOptions } from './functional/distance.js';
import { Module } from './module.js';

/**
 * The cosine of the angle between vectors; see `F.cosineSimilarity`.
 *
 * Shapes: x1 and x2 [..., D, ...] → without that dim
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.CosineSimilarity.html
 */
export class CosineSimilarity extends Module {
  readonly dim: number;
  readonly eps: number;

  /**
   * @param options.dim Default 1
   * @param options.eps the smallest norm that is divided by. Default 1e-8
   */
  constructor(options: number | CosineSimilarityOptions = {}) {
    super();
    const given = typeof options === 'number' ? { dim: options } : options;
    checkOptions('CosineSimilarity', given, ['dim', 'eps']);
    this.dim = given.dim ?? 1;
    this.eps = given.eps ?? 1e-8;
  }

  override forward(x1: Tensor, x2: Tensor): Tensor {
    return F.cosineSimilarity(x1, x2, { dim: this.dim, eps: this.eps });
  }
}

/**
 * The p-norm of differences; see `F.pairwiseDistance`.
 *
 * Shapes: x1 and x2 [N, D] or [D] → [N] or []
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.PairwiseDistance.html
 */
export class PairwiseDistance extends Module {
  readonly norm: number;
  readonly eps: number;
  readonly keepdim: boolean;

  /**
   * @param options.p Default 2
   * @param options.eps added to each difference. Default 1e-6
   * @param options.keepdim keep the last dim with size 1. Default false
   */
  constructor(options: number | PairwiseDistanceOptions = {}) {
    super();
    const given = typeof options === 'number' ? { p: options } : options;
    checkOptions('PairwiseDistance', given, ['p', 'eps', 'keepdim']);
    this.norm = given.p ?? 2;
    this.eps = given.eps ?? 1e-6;
    this.keepdim = given.keepdim ?? false;
  }

  override forward(x1: Tensor, x2: Tensor): Tensor {
    return F.pairwiseDistance(x1, x2, { p: this.norm, eps: this.eps, keepdim: this.keepdim });
  }
}
