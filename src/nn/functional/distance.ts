import { promoteTypes } from '../../core/dtypes.js';
import { broadcastTensors } from '../../tensor/join.js';
import { named } from '../../tensor/reduce.js';
import { checkTensor } from '../../tensor/operands.js';
import type { Tensor } from '../../tensor/tensor.js';

/** Options of `normalize`. */
export interface NormalizeOptions {
  /** The p of the norm. Default 2. */
  readonly p?: number;
  /** The dim or dims of a vector. Default 1. */
  readonly dim?: number | readonly number[];
  /** The smallest number that is divided by. Default 1e-12. */
  readonly eps?: number;
}

/**
 * y = x / max(‖x‖ₚ, eps), with the norm along `dim`.
 *
 * Shapes: y as x.
 * @throws IndexError where the dim is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.normalize.html
 */
export function normalize(
  x: Tensor,
  p?: number | NormalizeOptions,
  dim?: number | readonly number[] | NormalizeOptions,
  eps?: number | NormalizeOptions,
): Tensor {
  const given = named<NormalizeOptions>('normalize', ['p', 'dim', 'eps'], [p, dim, eps]);
  checkTensor('normalize', 'input', x);
  return x.div(x.norm(given.p ?? 2, given.dim ?? 1, true).clampMin(given.eps ?? 1e-12));
}

/** Options of `cosineSimilarity`. */
export interface CosineSimilarityOptions {
  /** The dim of a vector. Default 1. */
  readonly dim?: number;
  /** The smallest norm that is divided by. Default 1e-8. */
  readonly eps?: number;
}

/** x / max(‖x‖, eps), where the norm's gradient is its own also below eps, as PyTorch has it. */
function direction(x: Tensor, dim: number, eps: number): Tensor {
  const norm = x.norm(2, dim, true);
  const low = norm.detach();
  return x.div(norm.add(low.clampMin(eps).sub(low)));
}

/**
 * y = Σ x₁·x₂ / (max(‖x₁‖, eps)·max(‖x₂‖, eps)) along `dim`.
 *
 * Shapes: x1 and x2 broadcast; y as they without `dim`.
 * @throws ShapeError where shapes do not broadcast; IndexError where the dim is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.cosine_similarity.html
 */
export function cosineSimilarity(
  x1: Tensor,
  x2: Tensor,
  dim?: number | CosineSimilarityOptions,
  eps?: number | CosineSimilarityOptions,
): Tensor {
  const given = named<CosineSimilarityOptions>('cosineSimilarity', ['dim', 'eps'], [dim, eps]);
  const { dim: along = 1, eps: small = 1e-8 } = given;
  checkTensor('cosineSimilarity', 'x1', x1);
  checkTensor('cosineSimilarity', 'x2', x2);
  const dtype = promoteTypes(x1.dtype, x2.dtype);
  const [a, b] = broadcastTensors(x1.to(dtype), x2.to(dtype)) as [Tensor, Tensor];
  return direction(a, along, small)
    .mul(direction(b, along, small))
    .sum(along);
}

/** Options of `pairwiseDistance`. */
export interface PairwiseDistanceOptions {
  /** The p of the norm. Default 2. */
  readonly p?: number;
  /** Added to each difference. Default 1e-6. */
  readonly eps?: number;
  /** Keep the last dim with size 1. Default false. */
  readonly keepdim?: boolean;
}

/**
 * y = ‖x₁ − x₂ + eps‖ₚ along the last dim.
 *
 * Shapes: x1 and x2 [N, D] or [D] → [N] or []; they broadcast.
 * @throws ShapeError where shapes do not broadcast
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.pairwise_distance.html
 */
export function pairwiseDistance(
  x1: Tensor,
  x2: Tensor,
  p?: number | PairwiseDistanceOptions,
  eps?: number | PairwiseDistanceOptions,
  keepdim?: boolean | PairwiseDistanceOptions,
): Tensor {
  const given = named<PairwiseDistanceOptions>('pairwiseDistance', ['p', 'eps', 'keepdim'], [p, eps, keepdim]);
  checkTensor('pairwiseDistance', 'x1', x1);
  checkTensor('pairwiseDistance', 'x2', x2);
  const difference = x1.sub(x2).add(given.eps ?? 1e-6);
  return difference.norm(given.p ?? 2, -1, given.keepdim ?? false);
}
