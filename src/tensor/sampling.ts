import { DTypeError, WasmgradError } from '../core/errors.js';
import { apply } from '../autograd/apply.js';
import { noGrad } from '../autograd/mode.js';
import * as ops from '../ops/random.js';
import { defaultStream } from '../runtime/stream.js';
import { inspect } from '../runtime/recorder.js';
import { elements } from '../runtime/tensor-data.js';
import { broadcastTensors } from './join.js';
import { draw, floatType, source } from './random.js';
import type { DrawOptions, DrawnFrom } from './random.js';
import type { Tensor } from './tensor.js';

/** Fills with numbers of a Cauchy distribution. See `Tensor.cauchy_`. */
export function cauchy_(x: Tensor, median: number, sigma: number, options: DrawnFrom): Tensor {
  if (!(sigma > 0)) throw new WasmgradError(`cauchy_: sigma must be above 0, got ${String(sigma)}`);
  floatType('cauchy_', x.dtype);
  return draw(ops.cauchy, x, options, { median, sigma });
}

/** Fills with the number of trials until the first success. See `Tensor.geometric_`. */
export function geometric_(x: Tensor, p: number, options: DrawnFrom): Tensor {
  if (!(p > 0 && p < 1)) throw new WasmgradError(`geometric_: p must be above 0 and below 1, got ${String(p)}`);
  return draw(ops.geometric, x, options, { p });
}

/** Fills with e to the power of normal numbers. See `Tensor.logNormal_`. */
export function logNormal_(x: Tensor, mean: number, std: number, options: DrawnFrom): Tensor {
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

/**
 * Numbers of successes in `count` trials of probability `prob`, in their dtype: 0 for a count or a probability below 0, `count` for one above 1.
 * There is no gradient.
 *
 * Shapes: both broadcast
 * @throws DTypeError where operands are not floating point, or of two dtypes; ShapeError where they do not broadcast
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.binomial.html
 */
export function binomial(count: Tensor, prob: Tensor, options: DrawOptions = {}): Tensor {
  const generator = source('binomial', options);
  floatType('binomial', count.dtype);
  floatType('binomial', prob.dtype);
  if (count.dtype !== prob.dtype) {
    throw new DTypeError(`binomial: count and prob must share a dtype, got ${count.dtype} and ${prob.dtype}`);
  }
  const operands = broadcastTensors(count.detach(), prob.detach()) as [Tensor, Tensor];
  const [n, p] = operands.map((x) => x.to('float64'));
  return apply(ops.binomial, [n!, p!], { generator, single: count.dtype === 'float32' }).to(count.dtype);
}

/** @internal Numbers of the gamma distribution of rate 1; gradients flow to the shapes. */
export function standardGamma(alpha: Tensor): Tensor {
  const params = { generator: defaultStream(), single: alpha.dtype === 'float32' };
  return apply(ops.standardGamma, [alpha.to('float64')], params).to(alpha.dtype);
}

/** @internal Points of Dirichlet distributions along the last dim; gradients flow to the concentrations. */
export function standardDirichlet(alpha: Tensor): Tensor {
  const double = alpha.to('float64');
  const sample = noGrad(() => {
    const gamma = apply(ops.standardGamma, [double.detach()], { generator: defaultStream(), single: false });
    const [least, most] =
      alpha.dtype === 'float32' ? [2 ** -126, 1 - 2 ** -24] : [2.2250738585072014e-308, 1 - 2 ** -53];
    return gamma.div(gamma.sum(-1, true)).to(alpha.dtype).clamp(least, most).to('float64');
  });
  return apply(ops.dirichlet, [double, sample], undefined).to(alpha.dtype);
}
