import { WasmgradError } from '../core/errors.js';
import { inspect } from '../runtime/recorder.js';
import { elements } from '../runtime/tensor-data.js';
import { noGrad } from '../autograd/mode.js';
import { clipFactor, scaleTensors } from '../ops/clip.js';
import { cat, empty, zeros } from '../tensor/index.js';
import { checkOptions } from '../tensor/options.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';

/** One tensor or several. */
export type Tensors = Tensor | Iterable<Tensor>;

function listOf(tensors: Tensors): Tensor[] {
  return Symbol.iterator in tensors ? [...tensors] : [tensors];
}

/** The gradients that are there. */
function gradientsOf(parameters: Tensors): Tensor[] {
  return listOf(parameters).flatMap((p) => p.ownGrad ?? []);
}

/** Options of `clipGradNorm_` and `getTotalNorm`. */
export interface ClipGradNormOptions {
  /** p of the norm; Infinity for the largest element. Default 2. */
  normType?: number;
  /** Throw where the norm is NaN or infinite. Default false. */
  errorIfNonfinite?: boolean;
}

function checkFinite(op: string, total: Tensor, normType: number): void {
  inspect(total, (x) => {
    const value = elements(x)[0]!;
    if (Number.isFinite(value)) return;
    throw new WasmgradError(`${op}: the norm of order ${normType} of the gradients is ${value}`);
  });
}

/**
 * Scales gradients so that the norm of all of them together is at most `maxNorm`: g ← g · min(1, maxNorm / (‖g‖ₚ + 1e-6)).
 *
 * @returns the norm before
 * @throws WasmgradError where the norm is not finite and `errorIfNonfinite` is set
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html
 */
export function clipGradNorm_(parameters: Tensors, maxNorm: number, options: ClipGradNormOptions = {}): Tensor {
  checkOptions('clipGradNorm_', options, ['normType', 'errorIfNonfinite']);
  const { normType = 2, errorIfNonfinite = false } = options;
  const grads = gradientsOf(parameters);
  return noGrad(() =>
    scope(() => {
      const plain = normType === 2 && grads.every((grad) => grad.dense && grad.dtype === grads[0]!.dtype);
      const [total, factor] =
        plain && grads.length > 0 ? normAndFactor(grads, maxNorm) : composed(grads, normType, maxNorm);
      if (errorIfNonfinite) checkFinite('clipGradNorm_', total, normType);
      if (plain) scaleTensors(grads, factor);
      else for (const grad of grads) grad.mul_(factor.to(grad.dtype));
      return total;
    }),
  );
}

/** The factor that brings a norm to `maxNorm`. */
function factorOf(total: Tensor, maxNorm: number): Tensor {
  return total.add(1e-6).reciprocal().mul(maxNorm).clamp(null, 1);
}

/** The norm of all gradients together and the factor that brings it to `maxNorm`. */
function composed(grads: readonly Tensor[], normType: number, maxNorm: number): [Tensor, Tensor] {
  const total = totalNorm(grads, normType);
  return [total, factorOf(total, maxNorm)];
}

/** As `composed` for the 2-norm of dense gradients of one dtype, in two launches. */
function normAndFactor(grads: readonly Tensor[], maxNorm: number): [Tensor, Tensor] {
  const { dtype } = grads[0]!;
  const results: [Tensor, Tensor] = [empty([], { dtype }), empty([], { dtype })];
  clipFactor(results[0], results[1], grads, maxNorm);
  return results;
}

function totalNorm(grads: readonly Tensor[], normType: number): Tensor {
  const norms = grads.map((grad) => grad.norm(normType).reshape([1]));
  if (norms.length === 0) return zeros([]);
  return cat(norms).norm(normType);
}

/**
 * The norm of all tensors together, as if they were one vector.
 *
 * @throws WasmgradError where the norm is not finite and `errorIfNonfinite` is set
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.get_total_norm.html
 *
 * @example
 * nn.utils.getTotalNorm(model.parameters().map((p) => p.grad));
 */
export function getTotalNorm(tensors: Tensors, options: ClipGradNormOptions = {}): Tensor {
  checkOptions('getTotalNorm', options, ['normType', 'errorIfNonfinite']);
  const { normType = 2, errorIfNonfinite = false } = options;
  return noGrad(() =>
    scope(() => {
      const total = totalNorm(listOf(tensors), normType);
      if (errorIfNonfinite) checkFinite('getTotalNorm', total, normType);
      return total;
    }),
  );
}

/**
 * Scales gradients by min(1, maxNorm / (totalNorm + 1e-6)), with a norm that is known.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.clip_grads_with_norm_.html
 */
export function clipGradsWithNorm_(parameters: Tensors, maxNorm: number, totalNorm: Tensor): void {
  noGrad(() =>
    scope(() => {
      const factor = factorOf(totalNorm, maxNorm);
      for (const grad of gradientsOf(parameters)) grad.mul_(factor.to(grad.dtype));
    }),
  );
}

/**
 * Cuts the elements of gradients: g ← clamp(g, -clipValue, clipValue).
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_value_.html
 */
export function clipGradValue_(parameters: Tensors, clipValue: number): void {
  noGrad(() => {
    for (const grad of gradientsOf(parameters)) grad.clamp_(-clipValue, clipValue);
  });
}

/** The norms of the units of a tensor, which are its slices along dim 0; of a vector or a number as a whole. */
function unitNorms(x: Tensor, normType: number): Tensor {
  if (x.ndim <= 1) return x.norm(normType);
  const dims = Array.from({ length: x.ndim - 1 }, (_, d) => d + 1);
  return x.norm(normType, dims, true);
}

/** Options of `adaptiveClipGrad_`. */
export interface AdaptiveClipOptions {
  /** The largest norm of a unit's gradient, as a part of the norm of its weights. Default: 0.01. */
  clipFactor?: number;
  /** The least norm that weights count with. Default: 10⁻³. */
  eps?: number;
  /** p of the norms. Default: 2. */
  normType?: number;
}

/**
 * Adaptive gradient clipping, unit by unit: where ‖gᵢ‖ > clipFactor · max(‖wᵢ‖, eps), gᵢ ← gᵢ · clipFactor · max(‖wᵢ‖, eps) / ‖gᵢ‖.
 * Units are slices along dim 0 (the weights of one output); a vector is one unit. The paper leaves out the last layer.
 *
 * Source: Brock et al. 2021, "High-performance large-scale image recognition without normalization", section 4.1.
 */
export function adaptiveClipGrad_(parameters: Tensors, options: AdaptiveClipOptions = {}): void {
  checkOptions('adaptiveClipGrad_', options, ['clipFactor', 'eps', 'normType']);
  const { clipFactor: part = 0.01, eps = 1e-3, normType = 2 } = options;
  noGrad(() =>
    scope(() => {
      for (const p of listOf(parameters)) {
        const grad = p.ownGrad;
        if (!grad) continue;
        const most = unitNorms(p, normType).clampMin(eps).mul_(part);
        const norms = unitNorms(grad, normType);
        const clipped = grad.mul(most.div(norms.clampMin(1e-6)));
        grad.copy_(grad.where(norms.lt(most), clipped));
      }
    }),
  );
}

/** Options of `maxNorm_`. */
export interface MaxNormOptions {
  /** p of the norms. Default: 2. */
  normType?: number;
}

/**
 * The max-norm constraint, for after a step: where ‖wᵢ‖ > maxNorm, wᵢ ← wᵢ · maxNorm / ‖wᵢ‖, for each unit i, a slice of a weight along dim 0.
 * Tensors of fewer than two dims, such as biases, are left alone.
 *
 * @throws WasmgradError unless maxNorm is above 0
 *
 * Source: Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from overfitting", section 5.1.
 */
export function maxNorm_(parameters: Tensors, maxNorm: number, options: MaxNormOptions = {}): void {
  checkOptions('maxNorm_', options, ['normType']);
  const { normType = 2 } = options;
  if (!(maxNorm > 0)) throw new WasmgradError(`maxNorm_: maxNorm must be above 0, got ${String(maxNorm)}`);
  noGrad(() =>
    scope(() => {
      for (const p of listOf(parameters)) {
        if (p.ndim < 2) continue;
        const norms = unitNorms(p, normType);
        p.mul_(norms.reciprocal().mul_(maxNorm).where(norms.gt(maxNorm), 1));
      }
    }),
  );
}
