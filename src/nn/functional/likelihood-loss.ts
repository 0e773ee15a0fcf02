import { ShapeError, WasmgradError, fail } from '../../core/errors.js';
import { sameShape } from '../../core/shapes.js';
import { noGrad } from '../../autograd/mode.js';
import { inspect } from '../../runtime/recorder.js';
import { elements } from '../../runtime/tensor-data.js';
import { fullLike } from '../../tensor/creation.js';
import type { Tensor } from '../../tensor/tensor.js';
import { checkBroadcast, reduce, reductionOf } from './loss-reduction.js';
import type { LossOptions } from './loss-reduction.js';

/** Options of `gaussianNllLoss` and `poissonNllLoss`. */
export interface LikelihoodLossOptions extends LossOptions {
  /** Add the terms that do not depend on input. Default false. */
  readonly full?: boolean;
  /** The least variance, or what is added to rates before their logarithm. */
  readonly eps?: number;
}

/**
 * The negative log likelihood of targets under normal distributions of means `input`:
 * ½ (log max(var, eps) + (input − target)² / max(var, eps)), with ½ log 2π where `full`.
 *
 * Shapes: input and target [*], broadcast; var a number, [*], or [*] with the last dim missing or of size 1.
 * The gradient of `var` takes no notice of the limit.
 * @param options `full` (false), `eps` (1e-6), `reduction` ('mean')
 * @throws WasmgradError where a variance is negative; ShapeError where shapes do not fit
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.gaussian_nll_loss.html
 */
export function gaussianNllLoss(
  input: Tensor,
  target: Tensor,
  variance: Tensor | number,
  options: LikelihoodLossOptions = {},
): Tensor {
  const op = 'gaussianNllLoss';
  const reduction = reductionOf(op, options, ['full', 'eps']);
  const { full = false, eps = 1e-6 } = options;
  checkBroadcast(op, ['input', 'target'], [input, target]);
  const limited = limitedVariance(variances(op, input, variance), eps);
  const error = input.sub(target);
  const loss = limited.log().add(error.mul(error).div(limited)).mul(0.5);
  return reduce(full ? loss.add(0.5 * Math.log(2 * Math.PI)) : loss, reduction);
}

/** The variances in the shape of the input, but that their last dim may be 1. */
function variances(op: string, input: Tensor, given: Tensor | number): Tensor {
  const variance = typeof given === 'number' ? fullLike(input.detach(), given) : given;
  inspect(variance.detach().contiguous(), (x) => {
    const negative = elements(x).find((value) => value < 0);
    if (negative !== undefined) throw new WasmgradError(`${op}: var must not be negative, got ${negative}`);
  });
  if (sameShape(variance.shape, input.shape)) return variance;
  const front = input.shape.slice(0, -1);
  if (input.ndim > 0 && sameShape(variance.shape, front)) return variance.unsqueeze(-1);
  if (sameShape(variance.shape, [...front, 1])) return variance;
  return fail(ShapeError, op, 'var does not fit input', ['input', 'var'], [input, variance]);
}

/** max(var, eps), with a slope of 1 everywhere. */
function limitedVariance(variance: Tensor, eps: number): Tensor {
  const limited = variance.clone();
  noGrad(() => limited.clamp_({ min: eps }));
  return limited;
}

/** Options of `poissonNllLoss`. */
export interface PoissonNllLossOptions extends LikelihoodLossOptions {
  /** Whether `input` holds the logarithms of the rates. Default true. */
  readonly logInput?: boolean;
}

/**
 * The negative log likelihood of counts t under Poisson distributions: exp(x) − t x of log-rates x, or x − t log(x + eps) of rates x;
 * where `full`, with Stirling's t log t − t + ½ log(2πt) for t > 1.
 *
 * Shapes: input and target, broadcast.
 * @param options `logInput` (true), `full` (false), `eps` (1e-8), `reduction` ('mean')
 * @throws ShapeError where shapes do not broadcast
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.poisson_nll_loss.html
 */
export function poissonNllLoss(input: Tensor, target: Tensor, options: PoissonNllLossOptions = {}): Tensor {
  const reduction = reductionOf('poissonNllLoss', options, ['logInput', 'full', 'eps']);
  const { logInput = true, full = false, eps = 1e-8 } = options;
  checkBroadcast('poissonNllLoss', ['input', 'target'], [input, target]);
  const loss = logInput ? input.exp().sub(target.mul(input)) : input.sub(target.mul(input.add(eps).log()));
  if (!full) return reduce(loss, reduction);
  // log 1 in the place of logarithms that do not count keeps their gradients finite.
  const small = target.le(1);
  const t = target.to(loss.dtype).maskedFill(small, 1);
  const stirling = t
    .log()
    .mul(t)
    .sub(t)
    .add(
      t
        .mul(2 * Math.PI)
        .log()
        .mul(0.5),
    );
  return reduce(loss.add(stirling.maskedFill(small, 0)), reduction);
}
