import { full } from '../tensor/creation.js';
import { digamma, lgamma } from '../tensor/special.js';
import { erf } from '../tensor/unary.js';
import type { Tensor } from '../tensor/tensor.js';
import { Poisson } from './counts.js';
import { Bernoulli } from './discrete.js';
import { broadcastAll } from './distribution.js';
import type { Distribution } from './distribution.js';
import { Beta, Gamma } from './gamma.js';
import { EULER, Gumbel, Laplace, Normal } from './location.js';
import { Exponential, Uniform } from './uniform.js';

/** ∞ of the batch shape of both. */
export function infinite(p: Distribution, q: Distribution): Tensor {
  const [x] = broadcastAll(
    'klDivergence',
    [p, q].map((d) => full(d.batchShape, Infinity, { dtype: p.mean.dtype })),
  ) as [Tensor];
  return x.clone();
}

/** x·log x. */
export function xLogX(x: Tensor): Tensor {
  return x.mul(x.log());
}

/** −H(p) − E[log q], where q is normal, from the mean of p and that of its squares. */
export function toNormal(negativeEntropy: Tensor, mean: Tensor, square: Tensor, q: Normal): Tensor {
  const distance = square.mul(0.5).sub(q.loc.mul(mean)).add(q.loc.square().mul(0.5));
  return negativeEntropy
    .add(q.scale.log())
    .add(0.5 * Math.log(2 * Math.PI))
    .add(distance.div(q.variance));
}

/** The same where q is a gamma distribution, from the mean of p and that of its logarithm. */
export function toGamma(negativeEntropy: Tensor, mean: Tensor, logarithm: Tensor, q: Gamma | Exponential): Tensor {
  if (q instanceof Exponential) return negativeEntropy.sub(q.rate.log()).add(q.rate.mul(mean));
  return negativeEntropy
    .add(lgamma(q.concentration))
    .sub(q.concentration.mul(q.rate.log()))
    .sub(q.concentration.sub(1).mul(logarithm))
    .add(q.rate.mul(mean));
}

function fromUniform(p: Uniform, q: Distribution): Tensor | null {
  const width = p.high.sub(p.low);
  const negative = width.log().neg();
  const mean = p.high.add(p.low).div(2);
  if (q instanceof Normal) return toNormal(negative, mean, mean.square().add(width.square().div(12)), q);
  // The mean of log x.
  const logarithm = (): Tensor => xLogX(p.high).sub(xLogX(p.low)).sub(width).div(width);
  if (q instanceof Exponential || q instanceof Gamma) {
    const inner = q instanceof Gamma ? logarithm() : mean;
    return toGamma(negative, mean, inner, q).maskedFill(p.low.lt(0).logicalAnd(q.rate.gt(0)), Infinity);
  }
  if (q instanceof Beta) {
    const rest = xLogX(p.high.rsub(1))
      .sub(xLogX(p.low.rsub(1)))
      .add(width)
      .div(width);
    const total = q.concentration1.add(q.concentration0);
    const y = q.concentration0
      .sub(1)
      .mul(rest)
      .add(lgamma(q.concentration1).add(lgamma(q.concentration0)).sub(lgamma(total)))
      .add(negative)
      .sub(q.concentration1.sub(1).mul(logarithm()));
    return y.maskedFill(p.high.gt(1).logicalOr(p.low.lt(0)).logicalAnd(total.gt(0)), Infinity);
  }
  if (q instanceof Gumbel) {
    const ratio = q.scale.div(width);
    const [high, low] = [p.high, p.low].map((x) => x.sub(q.loc).div(q.scale)) as [Tensor, Tensor];
    const ends = high.neg().exp().sub(low.neg().exp());
    return ratio.log().add(high.add(low).mul(0.5)).sub(ratio.mul(ends));
  }
  return null;
}

/** The mean of e^(−x / scale) for the distributions that have one. */
function toGumbel(negativeEntropy: Tensor, mean: Tensor, decay: Tensor, q: Gumbel): Tensor {
  const apart = q.loc.div(q.scale);
  return negativeEntropy.add(q.scale.log()).add(mean.div(q.scale)).sub(apart).add(apart.exp().mul(decay));
}

function fromGamma(p: Gamma | Exponential, q: Distribution): Tensor | null {
  const negative = p.entropy().neg();
  const { mean } = p;
  if (q instanceof Normal) return toNormal(negative, mean, p.variance.add(mean.square()), q);
  if (p instanceof Exponential && q instanceof Gamma) {
    return toGamma(negative, mean, p.rate.log().neg().sub(EULER), q);
  }
  if (p instanceof Gamma && q instanceof Exponential) return toGamma(negative, mean, mean, q);
  if (q instanceof Gumbel) {
    const growth = p.rate.mul(q.scale).reciprocal().add(1);
    return toGumbel(negative, mean, p instanceof Gamma ? growth.pow(p.concentration.neg()) : growth.reciprocal(), q);
  }
  return null;
}

function fromBeta(p: Beta, q: Distribution): Tensor | null {
  const negative = p.entropy().neg();
  const { mean } = p;
  if (q instanceof Normal) return toNormal(negative, mean, p.variance.add(mean.square()), q);
  if (q instanceof Exponential) return toGamma(negative, mean, mean, q);
  if (q instanceof Gamma) {
    const logarithm = digamma(p.concentration1).sub(digamma(p.concentration1.add(p.concentration0)));
    return toGamma(negative, mean, logarithm, q);
  }
  if (q instanceof Uniform) {
    const outside = q.low.gt(0).logicalOr(q.high.lt(1)).logicalAnd(mean.ge(0));
    return negative.add(q.high.sub(q.low).log()).maskedFill(outside, Infinity);
  }
  return null;
}

function fromReal(p: Normal | Laplace | Gumbel, q: Distribution): Tensor | null {
  if (q instanceof Normal) {
    return toNormal(p.entropy().neg(), p.mean, p.variance.add(p.mean.square()), q);
  }
  if (p instanceof Normal && q instanceof Laplace) {
    const apart = p.loc.sub(q.loc);
    const ratio = apart.div(p.scale);
    const near = p.scale.mul(ratio.square().mul(-0.5).exp()).mul(Math.sqrt(2 / Math.PI));
    const far = apart.mul(erf(ratio.mul(Math.SQRT1_2)));
    return q.scale
      .div(p.scale)
      .log()
      .add(near.add(far).div(q.scale))
      .sub(0.5 * (1 + Math.log(0.5 * Math.PI)));
  }
  if (p instanceof Normal && q instanceof Gumbel) {
    const decay = p.loc.neg().div(q.scale).add(p.scale.div(q.scale).square().mul(0.5)).exp();
    return toGumbel(p.entropy().neg(), p.loc, decay, q);
  }
  return null;
}

/** Tells whether a distribution gives only numbers of some interval. */
function isBounded(q: Distribution): boolean {
  return q instanceof Uniform || q instanceof Beta || q instanceof Gamma || q instanceof Exponential;
}

/** The divergence of distributions of two classes; null where there is no formula. */
export function different(p: Distribution, q: Distribution): Tensor | null {
  if (p instanceof Bernoulli && q instanceof Poisson) {
    return p.entropy().neg().sub(p.probs.mul(q.rate.log()).sub(q.rate));
  }
  if (p instanceof Poisson && q instanceof Bernoulli) return infinite(p, q);
  if (p instanceof Uniform) return fromUniform(p, q);
  if (p instanceof Beta) return fromBeta(p, q);
  if (p instanceof Gamma || p instanceof Exponential) {
    return fromGamma(p, q) ?? (q instanceof Uniform || q instanceof Beta ? infinite(p, q) : null);
  }
  if (p instanceof Normal || p instanceof Laplace || p instanceof Gumbel) {
    return fromReal(p, q) ?? (isBounded(q) ? infinite(p, q) : null);
  }
  return null;
}
