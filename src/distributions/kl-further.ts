import { solveTriangular } from '../tensor/linalg/solve.js';
import type { Tensor } from '../tensor/tensor.js';
import { Binomial } from './binomials.js';
import { ContinuousBernoulli } from './continuous.js';
import { Poisson } from './counts.js';
import { refuse } from './distribution.js';
import type { Distribution } from './distribution.js';
import { Beta, Gamma } from './gamma.js';
import { infinite, toGamma, toNormal, xLogX } from './kl-different.js';
import { Gumbel, Laplace, Normal } from './location.js';
import { LowRankMultivariateNormal } from './low-rank.js';
import { MultivariateNormal } from './multivariate.js';
import { Pareto } from './ratios.js';
import { Exponential, Uniform } from './uniform.js';

function binomials(p: Binomial, q: Binomial): Tensor {
  refuse(
    p.totalCount.detach().lt(q.totalCount.detach()),
    'klDivergence: no formula is known for binomials where q has the greater totalCount',
  );
  const each = p.probs.mul(p.logits.sub(q.logits)).add(p.probs.neg().log1p()).sub(q.probs.neg().log1p());
  return p.totalCount.mul(each).maskedFill(p.totalCount.gt(q.totalCount), Infinity);
}

function fromPareto(p: Pareto, q: Distribution): Tensor | null {
  const inverse = p.alpha.reciprocal();
  if (q instanceof Pareto) {
    const ratio = q.alpha.div(p.alpha);
    return q.alpha
      .mul(p.scale.div(q.scale).log())
      .sub(ratio.log())
      .add(ratio)
      .sub(1)
      .maskedFill(p.scale.lt(q.scale), Infinity);
  }
  if (q instanceof Beta || q instanceof ContinuousBernoulli || q instanceof Uniform) return infinite(p, q);
  const negative = p.alpha.div(p.scale).log().sub(inverse).sub(1);
  // The mean of x.
  const mean = p.alpha.mul(p.scale).div(p.alpha.sub(1));
  if (q instanceof Exponential || q instanceof Gamma) {
    const logarithm = q instanceof Gamma ? p.scale.log().add(inverse) : mean;
    return toGamma(negative, mean, logarithm, q).maskedFill(p.alpha.le(1), Infinity);
  }
  if (q instanceof Normal) {
    const square = p.alpha.mul(p.scale.square()).div(p.alpha.sub(2));
    return toNormal(negative, mean, square, q).maskedFill(p.alpha.le(2), Infinity);
  }
  return null;
}

/** −H(p) − E[log q] of a p with a mean. */
function toContinuous(negativeEntropy: Tensor, mean: Tensor, q: ContinuousBernoulli): Tensor {
  return negativeEntropy.sub(mean.mul(q.logits)).sub(q.probs.neg().log1p()).sub(q.logNorm());
}

function fromContinuous(p: ContinuousBernoulli, q: Distribution): Tensor | null {
  const negative = p.entropy().neg();
  const { mean } = p;
  if (q instanceof ContinuousBernoulli) return toContinuous(negative, mean, q);
  if (q instanceof Pareto) return infinite(p, q);
  if (q instanceof Exponential) return toGamma(negative, mean, mean, q);
  if (q instanceof Normal) return toNormal(negative, mean, p.variance.add(mean.square()), q);
  if (q instanceof Uniform) {
    // PyTorch's condition, which takes limits at 0 and 1 themselves as too narrow.
    return negative.add(q.high.sub(q.low).log()).maskedFill(q.low.ge(0).logicalOr(q.high.le(1)), Infinity);
  }
  return null;
}

function fromUniform(p: Uniform, q: Distribution): Tensor | null {
  const width = p.high.sub(p.low);
  if (q instanceof Pareto) {
    const logarithm = xLogX(p.high).sub(xLogX(p.low)).sub(width).div(width);
    const size = q.alpha.mul(q.scale.pow(q.alpha)).mul(width).log();
    return logarithm.mul(q.alpha.add(1)).sub(size).maskedFill(p.low.lt(q.scale), Infinity);
  }
  if (q instanceof ContinuousBernoulli) {
    const outside = p.high.ge(1).logicalOr(p.low.le(0));
    return toContinuous(width.log().neg(), p.mean, q).maskedFill(outside, Infinity);
  }
  return null;
}

/** The logarithm of the determinant of a covariance. */
function logDet(p: MultivariateNormal | LowRankMultivariateNormal): Tensor {
  return p instanceof MultivariateNormal ? p.halfLogDet().mul(2) : p.logDet();
}

const squares = (x: Tensor): Tensor => x.square().sum([-2, -1]);

/** Of normal distributions of vectors, at least one of low rank. */
function lowRanks(p: MultivariateNormal | LowRankMultivariateNormal, q: typeof p): Tensor {
  const apart = q.loc.sub(p.loc);
  let distance: Tensor;
  let trace: Tensor;
  if (q instanceof MultivariateNormal) {
    const inQ = (x: Tensor): Tensor => squares(solveTriangular(q.scaleTril, x, { upper: false }));
    distance = inQ(apart.unsqueeze(-1));
    const { covFactor, covDiag } = p as LowRankMultivariateNormal;
    trace = inQ(covFactor).add(inQ(covDiag.sqrt().diagEmbed()));
  } else {
    distance = q.distance(apart);
    const [a, root] = [q.solved(), q.covDiag.rsqrt().unsqueeze(-1)];
    const within = (x: Tensor): Tensor => squares(x.mul(root)).sub(squares(a.matmul(x)));
    trace =
      p instanceof MultivariateNormal
        ? within(p.scaleTril)
        : within(p.covFactor)
            .add(p.covDiag.div(q.covDiag).sum(-1))
            .sub(squares(a.mul(p.covDiag.sqrt().unsqueeze(-2))));
  }
  return logDet(q).sub(logDet(p)).add(trace).add(distance).sub(p.eventShape[0]!).mul(0.5);
}

/** The divergence of the rarer pairs; null where there is no formula. */
export function further(p: Distribution, q: Distribution): Tensor | null {
  if (p instanceof Binomial && q instanceof Binomial) return binomials(p, q);
  if (p instanceof Poisson && q instanceof Binomial) return infinite(p, q);
  if (p instanceof Pareto) return fromPareto(p, q);
  if (p instanceof ContinuousBernoulli) return fromContinuous(p, q);
  if (p instanceof Uniform) return fromUniform(p, q);
  if (p instanceof Beta && q instanceof ContinuousBernoulli) return toContinuous(p.entropy().neg(), p.mean, q);
  const unbounded = [Exponential, Gamma, Gumbel, Laplace, Normal].some((kind) => p instanceof kind);
  if (q instanceof Pareto && (unbounded || p instanceof Beta)) return infinite(p, q);
  if (q instanceof ContinuousBernoulli && unbounded) return infinite(p, q);
  const low = p instanceof LowRankMultivariateNormal || q instanceof LowRankMultivariateNormal;
  const vectors = (d: Distribution): d is MultivariateNormal | LowRankMultivariateNormal =>
    d instanceof MultivariateNormal || d instanceof LowRankMultivariateNormal;
  return low && vectors(p) && vectors(q) ? lowRanks(p, q) : null;
}
