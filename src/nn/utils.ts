import { ShapeError, WasmgradError } from '../core/errors.js';
import { inspect } from '../runtime/recorder.js';
import { elements } from '../runtime/tensor-data.js';
import { noGrad } from '../autograd/mode.js';
import { clipFactor, scaleTensors } from '../ops/clip.js';
import { cat, empty, zeros } from '../tensor/index.js';
import { checkOptions } from '../tensor/options.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';

export * as rnn from './packing.js';

type Parameters = Tensor | Iterable<Tensor>;

function listOf(parameters: Parameters): Tensor[] {
  return Symbol.iterator in parameters ? [...parameters] : [parameters];
}

/** Options of `clipGradNorm_`. */
export interface ClipGradNormOptions {
  /** p of the norm; Infinity for the largest element. Default 2. */
  normType?: number;
  /** Throw where the norm is NaN or infinite. Default false. */
  errorIfNonfinite?: boolean;
}

/**
 * Scales gradients so that the norm of all of them together is at most `maxNorm`: g ← g · min(1, maxNorm / (‖g‖ₚ + 1e-6)).
 *
 * @returns the norm before
 * @throws WasmgradError where the norm is not finite and `errorIfNonfinite` is set
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html
 */
export function clipGradNorm_(parameters: Parameters, maxNorm: number, options: ClipGradNormOptions = {}): Tensor {
  checkOptions('clipGradNorm_', options, ['normType', 'errorIfNonfinite']);
  const { normType = 2, errorIfNonfinite = false } = options;
  const grads = listOf(parameters).flatMap((p) => p.ownGrad ?? []);
  return noGrad(() =>
    scope(() => {
      const plain = normType === 2 && grads.every((grad) => grad.dense && grad.dtype === grads[0]!.dtype);
      const [total, factor] =
        plain && grads.length > 0 ? normAndFactor(grads, maxNorm) : composed(grads, normType, maxNorm);
      if (errorIfNonfinite) {
        inspect(total, (x) => {
          const value = elements(x)[0]!;
          if (Number.isFinite(value)) return;
          throw new WasmgradError(`clipGradNorm_: the norm of order ${normType} of the gradients is ${value}`);
        });
      }
      if (plain) scaleTensors(grads, factor);
      else for (const grad of grads) grad.mul_(factor.to(grad.dtype));
      return total;
    }),
  );
}

/** The norm of all gradients together and the factor that brings it to `maxNorm`. */
function composed(grads: readonly Tensor[], normType: number, maxNorm: number): [Tensor, Tensor] {
  const total = totalNorm(grads, normType);
  return [total, total.add(1e-6).reciprocal().mul(maxNorm).clamp(null, 1)];
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
 * Cuts the elements of gradients: g ← clamp(g, -clipValue, clipValue).
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_value_.html
 */
export function clipGradValue_(parameters: Parameters, clipValue: number): void {
  noGrad(() => {
    for (const p of listOf(parameters)) p.ownGrad?.clamp_(-clipValue, clipValue);
  });
}

/**
 * All parameters as one flat vector.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.parameters_to_vector.html
 */
export function parametersToVector(parameters: Iterable<Tensor>): Tensor {
  return cat([...parameters].map((p) => p.reshape([-1])));
}

/**
 * Copies a flat vector into parameters, in their order.
 *
 * @throws ShapeError where the sizes do not add up
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.vector_to_parameters.html
 */
export function vectorToParameters(vector: Tensor, parameters: Iterable<Tensor>): void {
  const list = [...parameters];
  const size = list.reduce((sum, p) => sum + p.numel, 0);
  if (vector.ndim !== 1 || vector.numel !== size) {
    throw new ShapeError(
      `vectorToParameters: the parameters have ${size} elements, got vector [${vector.shape.join(', ')}]`,
    );
  }
  noGrad(() => {
    let at = 0;
    for (const p of list) {
      p.copy_(vector.narrow(0, at, p.numel).view(p.shape));
      at += p.numel;
    }
  });
}
