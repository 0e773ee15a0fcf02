import { sameShape } from '../core/shapes.js';
import { TransformedDistribution } from './transformed.js';
import { WasmgradError } from '../core/errors.js';
import { digamma, lgamma } from '../tensor/special.js';
import { solveTriangular } from '../tensor/linalg/solve.js';
import type { Tensor } from '../tensor/tensor.js';
import { Independent } from './composite.js';
import { Geometric, Poisson } from './counts.js';
import { HalfCauchy, HalfNormal, LogNormal } from './derived.js';
import { Bernoulli, Categorical } from './discrete.js';
import { softplus, sumRightmost } from './distribution.js';
import type { Distribution } from './distribution.js';
import { Beta, Dirichlet, Gamma } from './gamma.js';
import { different } from './kl-different.js';
import { further } from './kl-further.js';
import { Cauchy, EULER, Gumbel, Laplace, Normal } from './location.js';
import { MultivariateNormal } from './multivariate.js';
import { OneHotCategorical } from './one-hot.js';
import { Exponential, Uniform } from './uniform.js';

function normals(p: Normal, q: Normal): Tensor {
  const ratio = p.scale.div(q.scale).square();
  const apart = p.loc.sub(q.loc).div(q.scale).square();
  return ratio.add(apart).sub(1).sub(ratio.log()).mul(0.5);
}

function laplaces(p: Laplace, q: Laplace): Tensor {
  const ratio = p.scale.div(q.scale);
  const apart = p.loc.sub(q.loc).abs();
  const term = ratio.mul(apart.div(p.scale).neg().exp());
  return ratio.log().neg().add(apart.div(q.scale)).add(term).sub(1);
}

function uniforms(p: Uniform, q: Uniform): Tensor {
  const outside = q.low.gt(p.low).logicalOr(q.high.lt(p.high));
  return q.high.sub(q.low).div(p.high.sub(p.low)).log().maskedFill(outside, Infinity);
}

function exponentials(p: Exponential, q: Exponential): Tensor {
  const ratio = q.rate.div(p.rate);
  return ratio.log().neg().add(ratio).sub(1);
}

function bernoullis(p: Bernoulli, q: Bernoulli): Tensor {
  const one = p.probs.mul(softplus(q.logits.neg()).sub(softplus(p.logits.neg())));
  const zero = p.probs.rsub(1).mul(softplus(q.logits).sub(softplus(p.logits)));
  const oneOut = one.maskedFill(q.probs.eq(0), Infinity).maskedFill(p.probs.eq(0), 0);
  return oneOut.add(zero.maskedFill(q.probs.eq(1), Infinity).maskedFill(p.probs.eq(1), 0));
}

/** A `Categorical` or what stands on one. */
type Weights = Pick<Categorical, 'probs' | 'logits'>;

function categoricals(p: Weights, q: Weights): Tensor {
  const t = p.probs.mul(p.logits.sub(q.logits));
  return t.maskedFill(q.probs.eq(0).expand(t.shape), Infinity).maskedFill(p.probs.eq(0).expand(t.shape), 0).sum(-1);
}

function gammas(p: Gamma, q: Gamma): Tensor {
  return q.concentration
    .mul(p.rate.div(q.rate).log())
    .add(lgamma(q.concentration).sub(lgamma(p.concentration)))
    .add(p.concentration.sub(q.concentration).mul(digamma(p.concentration)))
    .add(q.rate.sub(p.rate).mul(p.concentration.div(p.rate)));
}

function betas(p: Beta, q: Beta): Tensor {
  const [total, other] = [p, q].map((d) => d.concentration1.add(d.concentration0)) as [Tensor, Tensor];
  const first = lgamma(q.concentration1).add(lgamma(q.concentration0)).add(lgamma(total));
  const second = lgamma(p.concentration1).add(lgamma(p.concentration0)).add(lgamma(other));
  return first
    .sub(second)
    .add(p.concentration1.sub(q.concentration1).mul(digamma(p.concentration1)))
    .add(p.concentration0.sub(q.concentration0).mul(digamma(p.concentration0)))
    .add(other.sub(total).mul(digamma(total)));
}

function dirichlets(p: Dirichlet, q: Dirichlet): Tensor {
  const total = p.concentration.sum(-1);
  const first = lgamma(total).sub(lgamma(q.concentration.sum(-1)));
  const second = lgamma(p.concentration).sub(lgamma(q.concentration)).sum(-1);
  const slope = digamma(p.concentration).sub(digamma(total).unsqueeze(-1));
  return first.sub(second).add(p.concentration.sub(q.concentration).mul(slope).sum(-1));
}

function multivariates(p: MultivariateNormal, q: MultivariateNormal): Tensor {
  const within = solveTriangular(q.scaleTril, p.scaleTril, { upper: false }).square().sum([-2, -1]);
  const apart = q.loc.sub(p.loc).unsqueeze(-1);
  const between = solveTriangular(q.scaleTril, apart, { upper: false }).square().sum([-2, -1]);
  return q.halfLogDet().sub(p.halfLogDet()).add(within.add(between).sub(p.eventShape[0]!).mul(0.5));
}

function gumbels(p: Gumbel, q: Gumbel): Tensor {
  const ratio = p.scale.div(q.scale);
  const apart = q.loc.sub(p.loc).div(q.scale);
  const grown = apart.add(lgamma(ratio.add(1))).exp();
  return ratio
    .log()
    .neg()
    .sub(apart)
    .add(ratio.mul(EULER))
    .add(grown)
    .sub(1 + EULER);
}

function cauchys(p: Cauchy, q: Cauchy): Tensor {
  const sum = p.scale.add(q.scale).square().add(p.loc.sub(q.loc).square());
  return sum.log().sub(p.scale.mul(q.scale).mul(4).log());
}

function poissons(p: Poisson, q: Poisson): Tensor {
  return p.rate.mul(p.rate.log().sub(q.rate.log())).sub(p.rate.sub(q.rate));
}

function geometrics(p: Geometric, q: Geometric): Tensor {
  return p.entropy().neg().sub(q.probs.neg().log1p().div(p.probs)).sub(q.logits);
}

/** Of two of one class; null where there is no formula. */
function alike(p: Distribution, q: Distribution): Tensor | null {
  if (p instanceof Normal && q instanceof Normal) return normals(p, q);
  if (p instanceof Laplace && q instanceof Laplace) return laplaces(p, q);
  if (p instanceof Gumbel && q instanceof Gumbel) return gumbels(p, q);
  if (p instanceof Cauchy && q instanceof Cauchy) return cauchys(p, q);
  if (p instanceof Uniform && q instanceof Uniform) return uniforms(p, q);
  if (p instanceof Exponential && q instanceof Exponential) return exponentials(p, q);
  if (p instanceof Bernoulli && q instanceof Bernoulli) return bernoullis(p, q);
  if (p instanceof Categorical && q instanceof Categorical) return categoricals(p, q);
  if (p instanceof OneHotCategorical && q instanceof OneHotCategorical) return categoricals(p, q);
  if (p instanceof Gamma && q instanceof Gamma) return gammas(p, q);
  if (p instanceof Beta && q instanceof Beta) return betas(p, q);
  if (p instanceof Dirichlet && q instanceof Dirichlet) return dirichlets(p, q);
  if (p instanceof Poisson && q instanceof Poisson) return poissons(p, q);
  if (p instanceof Geometric && q instanceof Geometric) return geometrics(p, q);
  if (p instanceof MultivariateNormal && q instanceof MultivariateNormal) return multivariates(p, q);
  if (p instanceof LogNormal && q instanceof LogNormal) return normals(p.baseDist, q.baseDist);
  if (p instanceof HalfCauchy && q instanceof HalfCauchy) return cauchys(p.baseDist, q.baseDist);
  if (p instanceof HalfNormal && q instanceof HalfNormal) return normals(p.baseDist, q.baseDist);
  if (p instanceof Independent && q instanceof Independent) {
    const { reinterpretedBatchNdims: dims } = p;
    return dims === q.reinterpretedBatchNdims ? sumRightmost(klDivergence(p.baseDist, q.baseDist), dims) : null;
  }
  if (p instanceof TransformedDistribution && q instanceof TransformedDistribution) {
    const same = p.transforms.length === q.transforms.length && p.transforms.every((t, i) => t === q.transforms[i]);
    return same && sameShape(p.eventShape, q.eventShape) ? klDivergence(p.baseDist, q.baseDist) : null;
  }
  return null;
}

/**
 * The Kullback–Leibler divergence of two distributions: ∫ p(x)·log(p(x) / q(x)) dx, for the pairs of classes for which PyTorch has a formula. ∞ where q
 * cannot give all values of p. Transformed distributions must share the same transforms.
 *
 * @throws WasmgradError where no formula is known for the pair
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#torch.distributions.kl.kl_divergence
 */
export function klDivergence(p: Distribution, q: Distribution): Tensor {
  const divergence = alike(p, q) ?? different(p, q) ?? further(p, q);
  if (divergence) return divergence;
  throw new WasmgradError(`klDivergence: no formula is known for ${p.name} and ${q.name}`);
}
