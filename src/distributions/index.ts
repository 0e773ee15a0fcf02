export { Bernoulli, Categorical } from './discrete.js';
export type { BernoulliOptions, CategoricalOptions } from './discrete.js';
export { Distribution } from './distribution.js';
export type { DistributionOptions, Parameter } from './distribution.js';
export { Beta, Dirichlet, Gamma } from './gamma.js';
export { klDivergence } from './kl.js';
export { Exponential, Laplace, Normal, Uniform } from './location.js';
export { MultivariateNormal } from './multivariate.js';
export type { MultivariateNormalOptions } from './multivariate.js';
