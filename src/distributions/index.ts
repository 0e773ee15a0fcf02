export { Independent, MixtureSameFamily } from './composite.js';
export { Geometric, Multinomial, Poisson } from './counts.js';
export type { MultinomialParameters } from './counts.js';
export { HalfNormal, LogNormal, StudentT } from './derived.js';
export { Bernoulli, Categorical } from './discrete.js';
export type { BernoulliOptions } from './coin.js';
export type { CategoricalOptions } from './discrete.js';
export { Distribution } from './distribution.js';
export type { DistributionOptions, EnumerateOptions, Parameter } from './distribution.js';
export { Beta, Chi2, Dirichlet, Gamma } from './gamma.js';
export { klDivergence } from './kl.js';
export { Cauchy, Gumbel, Laplace, Normal } from './location.js';
export { MultivariateNormal } from './multivariate.js';
export type { MultivariateNormalOptions } from './multivariate.js';
export { OneHotCategorical, RelaxedOneHotCategorical } from './one-hot.js';
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
