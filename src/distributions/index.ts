export { Binomial, NegativeBinomial } from './binomials.js';
export { Independent, MixtureSameFamily } from './composite.js';
export { Geometric, Multinomial, Poisson } from './counts.js';
export type { MultinomialParameters } from './counts.js';
export { HalfCauchy, HalfNormal, LogNormal, StudentT } from './derived.js';
export { Bernoulli, Categorical } from './discrete.js';
export type { BernoulliOptions } from './coin.js';
export type { CategoricalOptions } from './discrete.js';
export { Distribution } from './distribution.js';
export type { DistributionOptions, EnumerateOptions, Parameter } from './distribution.js';
export { Beta, Chi2, Dirichlet, Gamma } from './gamma.js';
export { ContinuousBernoulli } from './continuous.js';
export type { ContinuousBernoulliOptions } from './continuous.js';
export { klDivergence } from './kl.js';
export { Cauchy, Gumbel, Laplace, Normal } from './location.js';
export { LowRankMultivariateNormal } from './low-rank.js';
export { MultivariateNormal } from './multivariate.js';
export type { MultivariateNormalOptions } from './multivariate.js';
export { OneHotCategorical, OneHotCategoricalStraightThrough, RelaxedOneHotCategorical } from './one-hot.js';
export { FisherSnedecor, Kumaraswamy, LogisticNormal, Pareto, Weibull } from './ratios.js';
export { Exponential, Uniform } from './uniform.js';
export { RelaxedBernoulli, TransformedDistribution } from './transformed.js';
export {
  AffineTransform,
  ComposeTransform,
  ExpTransform,
  PowerTransform,
  SigmoidTransform,
  SoftplusTransform,
  StickBreakingTransform,
  TanhTransform,
  Transform,
} from './transforms.js';
export type { AffineTransformOptions } from './transforms.js';
export { VonMises } from './von-mises.js';
