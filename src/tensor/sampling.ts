import { WasmgradError } from '../core/errors.js';
import { apply } from '../autograd/apply.js';
import { noGrad } from '../autograd/mode.js';
import * as ops from '../ops/random.js';
import { defaultGenerator } from '../runtime/generator.js';
import { inspect } from '../runtime/recorder.js';
import { elements } from '../runtime/tensor-data.js';
import { draw, floatType, source } from './random.js';
import type { DrawOptions } from './random.js';
import type { Tensor } from './tensor.js';

/** Fills with numbers of a Cauchy distribution. See `Tensor.cauchy_`. */
export function cauchy_(x: Tensor, median: number, sigma: number, options: DrawOptions): Tensor {
  if (!(sigma > 0)) throw new WasmgradError(`cauchy_: sigma must be above 0, got ${String(sigma)}`);
  floatType('cauchy_', x.dtype);
  return draw(ops.cauchy, x, options, { median, sigma });
}

/** Fills with the number of trials until the first success. See `Tensor.geometric_`. */
export function geometric_(x: Tensor, p: number, options: DrawOptions): Tensor {
  if (!(p > 0 && p < 1)) throw new WasmgradError(`geometric_: p must be above 0 and below 1, got ${String(p)}`);
  return draw(ops.geometric, x, options, { p });
}

/** Fills with e to the power of normal numbers. See `Tensor.logNormal_`. */
export function logNormal_(x: Tensor, mean: number, std: number, options: DrawOptions): Tensor {
  if (!(std > 0)) throw new WasmgradError(`logNormal_: std must be above 0, got ${String(std)}`);
  floatType('logNormal_', x.dtype);
  return draw(ops.logNormal, x, options, { mean, std });
}

/**
 * Whole numbers of Poisson distributions with the means `input`, in its dtype.
 *
 * @throws WasmgradError for a negative mean; DTypeError where the input is not floating point
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.poisson.html
 */
export function poisson(input: Tensor, options: DrawOptions = {}): Tensor {
  const generator = source('poisson', options);
  floatType('poisson', input.dtype);
  inspect(input.detach().contiguous(), (x) => {
    for (const rate of elements(x)) {
      if (!(rate >= 0)) throw new WasmgradError(`poisson: a mean must be at least 0, got ${rate}`);
    }
  });
  return apply(ops.poisson, [input.to('float64')], { generator }).to(input.dtype);
}

/** @internal Numbers of the gamma distribution of rate 1; gradients flow to the shapes. */
export function standardGamma(alpha: Tensor): Tensor {
  const params = { generator: defaultGenerator(), single: alpha.dtype === 'float32' };
  return apply(ops.standardGamma, [alpha.to('float64')], params).to(alpha.dtype);
}

/** @internal Points of Dirichlet distributions along the last dim; gradients flow to the concentrations. */
export function standardDirichlet(alpha: Tensor): Tensor {
  const double = alpha.to('float64');
  const sample = noGrad(() => {
    const gamma = apply(ops.standardGamma, [double.detach()], { generator: defaultGenerator(), single: false });
    const [least, most] =
      alpha.dtype === 'float32' ? [2 ** -126, 1 - 2 ** -24] : [2.2250738585072014e-308, 1 - 2 ** -53];
    return gamma.div(gamma.sum(-1, true)).to(alpha.dtype).clamp(least, most).to('float64');
  });
  return apply(ops.dirichlet, [double, sample], undefined).to(alpha.dtype);
}
