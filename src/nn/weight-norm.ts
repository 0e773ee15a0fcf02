import { noGrad } from '../autograd/mode.js';
import { WasmgradError } from '../core/errors.js';
import { normalizeDim } from '../core/shapes.js';
import { empty } from '../tensor/creation.js';
import { named } from '../tensor/reduce.js';
import type { Tensor } from '../tensor/tensor.js';
import { derive, parameterOf, removeFields, settle, tensorOf } from './derived.js';
import { normalize } from './functional/distance.js';
import type { Module } from './module.js';
import { Parameter } from './parameter.js';

/** Options of `weightNorm`. */
export interface WeightNormOptions {
  /** The parameter. Default 'weight'. */
  readonly name?: string;
  /** The dim that keeps its size; null (or -1, as in PyTorch) for one norm of the whole. Default 0. */
  readonly dim?: number | null;
}

/** @internal The norms over all dims but one, or (dim null or -1) of all elements. */
export function normExcept(v: Tensor, dim: number | null): Tensor {
  if (dim === null || dim === -1) return v.norm();
  const kept = normalizeDim('weightNorm', dim, v.ndim);
  const others = v.shape.flatMap((_, d) => (d === kept ? [] : [d]));
  return others.length === 0 ? v.abs() : v.norm(2, others, true);
}

/** @internal w = g·v / ‖v‖. */
export function weightOf(g: Tensor, v: Tensor, dim: number | null): Tensor {
  return v.mul(g.div(normExcept(v, dim)));
}

/**
 * Makes a parameter of a module w = g·v / ‖v‖: a length for each slice along `dim`, and a direction. The module then learns
 * `weight_g` and `weight_v`.
 *
 * @returns the module
 * @throws WasmgradError where the module has no such parameter, or has it normalised already
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.weight_norm.html;
 * Salimans and Kingma 2016, "Weight normalization".
 *
 * @example
 * const layer = nn.utils.weightNorm(new nn.Linear(20, 40)); // weight_g [40, 1], weight_v [40, 20]
 */
export function weightNorm<M extends Module>(
  module: M,
  name?: string | WeightNormOptions,
  dim?: number | null | WeightNormOptions,
): M {
  const given = named<WeightNormOptions>('weightNorm', ['name', 'dim'], [name, dim]);
  const { name: field = 'weight', dim: kept = 0 } = given;
  if (`${field}_g` in module) throw new WasmgradError(`weightNorm: '${field}' is normalised already`);
  const weight = parameterOf('weightNorm', module, field);
  const g = new Parameter(noGrad(() => normExcept(weight.detach(), kept)));
  // The parameter goes on as the direction, so that optimizers that know it do.
  Object.assign(module, { [`${field}_g`]: g, [`${field}_v`]: weight });
  derive(module, field, (own) => weightOf(tensorOf(own, `${field}_g`), tensorOf(own, `${field}_v`), kept));
  return module;
}

/**
 * Makes the product g·v / ‖v‖ a parameter again.
 *
 * @returns the module
 * @throws WasmgradError where it is not normalised
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.remove_weight_norm.html
 */
export function removeWeightNorm<M extends Module>(module: M, name: string = 'weight'): M {
  if (!(`${name}_g` in module)) throw new WasmgradError(`removeWeightNorm: '${name}' is not normalised`);
  const weight = parameterOf('removeWeightNorm', module, `${name}_v`);
  noGrad(() => weight.copy_(tensorOf(module, name)));
  removeFields(module, [`${name}_g`, `${name}_v`]);
  settle(module, name, weight);
  return module;
}

/** Options of `spectralNorm`. */
export interface SpectralNormOptions {
  /** The parameter. Default 'weight'. */
  readonly name?: string;
  /** Steps of the power method at each pass in training. Default 1. */
  readonly nPowerIterations?: number;
  /** The smallest norm that is divided by. Default 1e-12. */
  readonly eps?: number;
  /** The dim of the outputs. Default 0, and 1 for transposed convolutions. */
  readonly dim?: number | null;
}

const SPECTRAL = ['name', 'nPowerIterations', 'eps', 'dim'] as const;

/** @internal The options of both spectral norms, checked and complete. */
export function spectralOptions(
  op: string,
  module: Module,
  places: readonly unknown[],
): { name: string; nPowerIterations: number; eps: number; dim: number } {
  const given = named<SpectralNormOptions>(op, SPECTRAL, places);
  const { name = 'weight', nPowerIterations = 1, eps = 1e-12, dim = null } = given;
  if (!(nPowerIterations > 0)) {
    throw new WasmgradError(`${op}: nPowerIterations must be above 0, got ${nPowerIterations}`);
  }
  const { ndim } = tensorOf(module, name) ?? { ndim: 0 };
  return { name, nPowerIterations, eps, dim: normalizeDim(op, dim ?? ('outputPadding' in module ? 1 : 0), ndim) };
}

/** @internal A weight as a matrix whose rows are the outputs. */
export function asMatrix(weight: Tensor, dim: number): Tensor {
  const order = [dim, ...weight.shape.flatMap((_, d) => (d === dim ? [] : [d]))];
  return (dim === 0 ? weight : weight.permute(order)).flatten(1);
}

/** @internal A random direction of n numbers. */
export function randomDirection(n: number, like: Tensor, eps: number): Tensor {
  return noGrad(() => normalize(empty([n], { dtype: like.dtype }).normal_(0, 1), { dim: 0, eps }));
}

/** @internal uᵀ·matrix·v for the directions of this moment: what changes them later leaves it alone. */
export function singularValue(matrix: Tensor, u: Tensor, v: Tensor): Tensor {
  return u.clone().dot(matrix.mv(v.clone()));
}

/**
 * Divides a parameter of a module by its largest singular value, which the power method follows: W / σ(W). The module learns
 * `weight_orig` and has the buffers `weight_u` and `weight_v`, which move at each pass in training.
 *
 * @returns the module
 * @throws WasmgradError where the module has no such parameter, or has it normalised already
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.spectral_norm.html;
 * Miyato et al. 2018, "Spectral normalization for generative adversarial networks".
 */
export function spectralNorm<M extends Module>(
  module: M,
  name?: string | SpectralNormOptions,
  nPowerIterations?: number | SpectralNormOptions,
  eps?: number | SpectralNormOptions,
  dim?: number | null | SpectralNormOptions,
): M {
  const given = spectralOptions('spectralNorm', module, [name, nPowerIterations, eps, dim]);
  const field = given.name;
  const [orig, left, right] = [`${field}_orig`, `${field}_u`, `${field}_v`];
  if (orig in module) throw new WasmgradError(`spectralNorm: '${field}' is normalised already`);
  const weight = parameterOf('spectralNorm', module, field);
  const [rows, columns] = asMatrix(weight.detach(), given.dim).shape as [number, number];
  const u = randomDirection(rows, weight, given.eps);
  const v = randomDirection(columns, weight, given.eps);
  Object.assign(module, { [orig]: weight });
  module.registerBuffer(left, u);
  module.registerBuffer(right, v);
  const follow = (own: Module): void => {
    if (!own.training || !(left in own)) return;
    noGrad(() => {
      const matrix = asMatrix(tensorOf(own, orig).detach(), given.dim);
      const [a, b] = [tensorOf(own, left), tensorOf(own, right)];
      for (let i = 0; i < given.nPowerIterations; i++) {
        b.copy_(normalize(matrix.T.mv(a), { dim: 0, eps: given.eps }));
        a.copy_(normalize(matrix.mv(b), { dim: 0, eps: given.eps }));
      }
    });
  };
  derive(module, field, (own) => {
    const learned = tensorOf(own, orig);
    return learned.div(singularValue(asMatrix(learned, given.dim), tensorOf(own, left), tensorOf(own, right)));
  });
  module.registerForwardPreHook(follow);
  return module;
}

/**
 * Makes the divided weight a parameter again.
 *
 * @returns the module
 * @throws WasmgradError where it is not normalised
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.remove_spectral_norm.html
 */
export function removeSpectralNorm<M extends Module>(module: M, name: string = 'weight'): M {
  if (!(`${name}_u` in module)) throw new WasmgradError(`removeSpectralNorm: '${name}' is not normalised`);
  const weight = parameterOf('removeSpectralNorm', module, `${name}_orig`);
  noGrad(() => weight.copy_(tensorOf(module, name)));
  removeFields(module, [`${name}_orig`, `${name}_u`, `${name}_v`]);
  settle(module, name, weight);
  return module;
}
