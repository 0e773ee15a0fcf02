import { DTypeError, ShapeError, WasmgradError, fail } from '../../core/errors.js';
import { broadcastShapes, sameShape } from '../../core/shapes.js';
import { applyMany } from '../../autograd/apply.js';
import { attention, checkOperands } from '../../ops/attention.js';
import { full } from '../../tensor/creation.js';
import { checkTensor } from '../../tensor/operands.js';
import { checkOptions } from '../../tensor/options.js';
import type { Tensor } from '../../tensor/tensor.js';
import { dropout } from './dropout.js';

/** Options of `scaledDotProductAttention`. */
export interface AttentionOptions {
  /** Added to the scores; or booleans, true where a query may look. Broadcasts to [..., L, S]. Default: none. */
  attnMask?: Tensor | null;
  /** Query i looks at keys 0 … i only. Default false. */
  isCausal?: boolean;
  /** The factor of q·k. Default 1/√E. */
  scale?: number | null;
  /** The probability that a weight is dropped. Default 0. */
  dropoutP?: number;
  /** Query, key and value have heads as their third last dim, and key and value fewer of them, each for a group of queries. Default false. */
  enableGqa?: boolean;
}

const op = 'scaledDotProductAttention';

function checkMask(mask: Tensor, q: Tensor, shape: readonly number[]): void {
  checkTensor(op, 'attnMask', mask);
  if (mask.dtype !== 'bool' && mask.dtype !== q.dtype) {
    fail(DTypeError, op, 'attnMask must be bool or have the dtype of query', ['query', 'attnMask'], [q, mask]);
  }
  const both = broadcastShapes(mask.shape, shape);
  if (both && sameShape(both, shape)) return;
  fail(ShapeError, op, `attnMask does not broadcast to the scores [${shape.join(', ')}]`, ['attnMask'], [mask]);
}

/** The scores of a query may look only at itself and what comes before: -Infinity beyond. */
function hideFuture(scores: Tensor): Tensor {
  const [L, S] = scores.shape.slice(-2) as [number, number];
  return scores.maskedFill(full([L, S], true, { dtype: 'bool' }).triu(1), -Infinity);
}

/** Heads repeated, each for its group of the queries' heads: [..., heads, S, E]. */
function forGroups(query: Tensor, x: Tensor, name: string): Tensor {
  const [heads, groups] = [query.shape.at(-3), x.shape.at(-3)];
  if (heads === undefined || groups === undefined || groups === 0 || heads % groups !== 0) {
    const problem = `the heads of query must be a multiple of those of ${name} (enableGqa)`;
    fail(ShapeError, op, problem, ['query', name], [query, x]);
  }
  const lead = x.shape.slice(0, -3);
  const [S, E] = x.shape.slice(-2) as [number, number];
  return x
    .unsqueeze(-3)
    .expand([...lead, groups, heads / groups, S, E])
    .reshape([...lead, heads, S, E]);
}

/** @internal softmax(scale q kᵀ + mask): the weights as a whole. */
export function attentionWeights(q: Tensor, k: Tensor, mask: Tensor | null, causal: boolean, scale: number): Tensor {
  let scores = q.matmul(k.transpose(-2, -1)).mul(scale);
  if (mask) scores = mask.dtype === 'bool' ? scores.maskedFill(mask.logicalNot(), -Infinity) : scores.add(mask);
  if (causal) scores = hideFuture(scores);
  return scores.softmax(-1);
}

/**
 * y = softmax(scale·q·kᵀ + mask)·v, computed block by block: the matrix of scores never exists as a whole (but it does where weights are
 * dropped, and where the mask itself wants a gradient).
 *
 * Shapes: query [..., L, E], key [..., S, E], value [..., S, Ev] → [..., L, Ev]; leading dims broadcast
 *
 * @throws ShapeError where sizes do not fit; DTypeError where dtypes differ or are no floats; WasmgradError where both attnMask and
 *   isCausal are given
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.scaled_dot_product_attention.html;
 * Vaswani et al. 2017, "Attention is all you need".
 *
 * @example
 * const y = F.scaledDotProductAttention(q, k, v, { isCausal: true });
 */
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: AttentionOptions = {},
): Tensor {
  checkOptions(op, options, ['attnMask', 'isCausal', 'scale', 'dropoutP', 'enableGqa']);
  Object.entries({ query, key, value }).forEach(([name, x]) => checkTensor(op, name, x));
  if (options.enableGqa) {
    return scaledDotProductAttention(query, forGroups(query, key, 'key'), forGroups(query, value, 'value'), {
      ...options,
      enableGqa: false,
    });
  }
  checkOperands(query, key, value);
  const { attnMask: mask = null, isCausal = false, dropoutP = 0 } = options;
  const scale = options.scale ?? 1 / Math.sqrt(query.shape.at(-1)!);
  if (!(dropoutP >= 0 && dropoutP <= 1)) {
    throw new WasmgradError(`${op}: dropoutP must be from 0 to 1, got ${String(dropoutP)}`);
  }
  if (mask && isCausal)
    throw new WasmgradError(`${op}: attnMask and isCausal exclude each other (merge them in attnMask)`);
  const operands = [query, key, value];
  const batch = operands.reduce<readonly number[] | null>(
    (shape, x) => shape && broadcastShapes(shape, x.shape.slice(0, -2)),
    [],
  );
  if (!batch) fail(ShapeError, op, 'leading dims do not broadcast', ['query', 'key', 'value'], operands);
  const scoresShape = [...batch, query.shape.at(-2)!, key.shape.at(-2)!];
  if (mask) checkMask(mask, query, scoresShape);
  // Without elements in a row of q, 1/√E is infinite, and what PyTorch gives is NaN.
  if (dropoutP > 0 || mask?.requiresGrad || query.shape.at(-1) === 0) {
    const weights = attentionWeights(query, key, mask, isCausal, scale);
    return dropout(weights, { p: dropoutP }).matmul(value);
  }
  const [q, k, v] = operands.map((x) => {
    const shape = [...batch, ...x.shape.slice(-2)];
    return sameShape(shape, x.shape) ? x : x.expand(shape);
  }) as [Tensor, Tensor, Tensor];
  return attend(q, k, v, mask && mask.expand(scoresShape), isCausal, scale, batch.length > 0);
}

/** @internal The fused attention of matrices with equal batch dims; the result as [..., L, heads, Ev], or `apart` as [..., heads, L, Ev]. */
export function attend(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  mask: Tensor | null,
  causal: boolean,
  scale: number,
  apart: boolean,
): Tensor {
  const y = applyMany(attention, [q, k, v, mask], { scale, causal, packed: null })[0]!;
  return apart ? y.transpose(-2, -3) : y;
}
