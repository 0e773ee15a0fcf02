import { apply } from '../../autograd/apply.js';
import { noGrad } from '../../autograd/mode.js';
import { DTypeError, WasmgradError } from '../../core/errors.js';
import { embedding as embeddingOp } from '../../ops/embedding.js';
import { scatter } from '../../ops/gather.js';
import { zeros } from '../../tensor/creation.js';
import { checkTensor } from '../../tensor/operands.js';
import { checkOptions } from '../../tensor/options.js';
import { named } from '../../tensor/reduce.js';
import type { Tensor } from '../../tensor/tensor.js';

/** Options of `embedding`. */
export interface EmbeddingOptions {
  /** The row whose gradient is 0; negative counts from the end. Default null: none. */
  paddingIdx?: number | null;
  /** Rows that are looked up and have a larger norm are first scaled down to it, in place. Default null: none. */
  maxNorm?: number | null;
  /** The p of that norm. Default 2. */
  normType?: number;
  /** Whether gradients are divided by how often their row was looked up. Default false. */
  scaleGradByFreq?: boolean;
}

/** @internal The padding row in 0 … rows-1. */
export function checkPadding(op: string, paddingIdx: number | null, rows: number): number | null {
  if (paddingIdx === null) return null;
  if (!Number.isInteger(paddingIdx) || paddingIdx < -rows || paddingIdx >= rows) {
    throw new WasmgradError(`${op}: paddingIdx ${paddingIdx} must lie within the ${rows} embeddings`);
  }
  return paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
}

/** Scales the rows that an index names down to a norm, in place. */
function renorm(weight: Tensor, index: Tensor, maxNorm: number, normType: number): void {
  noGrad(() => {
    const rows = weight.indexSelect(0, index.reshape([index.numel]));
    const norm = rows.norm(normType, 1, true);
    const scaled = rows.mul(norm.add(1e-7).reciprocal().mul(maxNorm)).where(norm.gt(maxNorm), rows);
    weight.detach().indexCopy_(0, index.reshape([index.numel]), scaled);
  });
}

/**
 * Rows of a table looked up by index: y[…, :] = weight[input[…], :].
 *
 * Shapes: input [...] int32, weight [rows, width] → [..., width]
 *
 * @throws IndexError for an index out of range; DTypeError where indices are not int32
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.embedding.html
 */
export function embedding(
  input: Tensor,
  weight: Tensor,
  paddingIdx?: number | null | EmbeddingOptions,
  maxNorm?: number | null | EmbeddingOptions,
): Tensor {
  const names = ['paddingIdx', 'maxNorm', 'normType', 'scaleGradByFreq'] as const;
  const given = named<EmbeddingOptions>('embedding', names, [paddingIdx, maxNorm]);
  checkTensor('embedding', 'input', input);
  checkTensor('embedding', 'weight', weight);
  const { normType = 2, scaleGradByFreq = false } = given;
  const padding = checkPadding('embedding', given.paddingIdx ?? null, weight.shape[0] ?? 0);
  if (typeof given.maxNorm === 'number') renorm(weight, input, given.maxNorm, normType);
  return apply(embeddingOp, [weight, input], { paddingIdx: padding, scaleGradByFreq });
}

/**
 * Classes as vectors that are 1 at the class and 0 elsewhere.
 *
 * Shapes: input [...] int32 → [..., numClasses] int32
 *
 * @param numClasses how many classes there are; -1 (the default) takes the largest in the input plus one
 * @throws IndexError for a class outside of 0 … numClasses-1
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.one_hot.html
 */
export function oneHot(input: Tensor, numClasses: number | { readonly numClasses?: number } = -1): Tensor {
  checkTensor('oneHot', 'input', input);
  if (typeof numClasses === 'object') checkOptions('oneHot', numClasses, ['numClasses']);
  if (input.dtype !== 'int32') throw new DTypeError(`oneHot: classes must be int32, got ${input.dtype}`);
  const asked = typeof numClasses === 'object' ? (numClasses.numClasses ?? -1) : numClasses;
  if (!Number.isInteger(asked) || asked === 0 || asked < -1) {
    throw new WasmgradError(`oneHot: numClasses must be a whole number of at least 1, or -1, got ${asked}`);
  }
  if (asked === -1 && input.numel === 0) {
    throw new WasmgradError('oneHot: an empty input does not tell the number of classes (give numClasses)');
  }
  const classes = asked === -1 ? Array.from(input.toTypedArray()).reduce((a, b) => Math.max(a, b), 0) + 1 : asked;
  const params = { name: 'oneHot', dim: input.ndim, negative: false, scalar: 1 };
  const y = zeros([...input.shape, classes], { dtype: 'int32' });
  return apply(scatter, [y, input.unsqueeze(-1), null], params);
}
