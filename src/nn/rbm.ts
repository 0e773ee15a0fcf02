import { noGrad } from '../autograd/mode.js';
import { zeros } from '../tensor/creation.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { softplus } from './functional/activation.js';
import { linear } from './functional/linear.js';
import * as init from './init.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';

/** Options of `RBM.loss`. */
export interface ContrastiveOptions {
  /** Steps of Gibbs sampling. Default 1. */
  readonly k?: number;
  /** Visible units where the sampling goes on, written over with where it ends (persistent chains). Default null: the data. */
  readonly chain?: Tensor | null;
}

/**
 * A restricted Boltzmann machine of binary units: E(v, h) = −v·b − h·c − h·W·v, p(h | v) = σ(W·v + c), p(v | h) = σ(Wᵀ·h + b).
 *
 * Shapes: v [N, visible], h [N, hidden]; weight [hidden, visible], visible_bias [visible], hidden_bias [hidden]
 *
 * The weight starts normal with deviation 0.01, biases at 0.
 *
 * Source: Hinton 2002, "Training products of experts by minimizing contrastive divergence";
 * Tieleman 2008, "Training restricted Boltzmann machines using approximations to the likelihood gradient".
 *
 * @example
 * const loss = rbm.loss(v, { k: 1 }); // contrastive divergence
 * loss.backward();
 */
export class RBM extends Module {
  readonly visible: number;
  readonly hidden: number;
  weight: Parameter;
  visible_bias: Parameter;
  hidden_bias: Parameter;

  constructor(visible: number, hidden: number) {
    super();
    this.visible = visible;
    this.hidden = hidden;
    this.weight = new Parameter(init.normal_(zeros([hidden, visible]), 0, 0.01));
    this.visible_bias = new Parameter(zeros([visible]));
    this.hidden_bias = new Parameter(zeros([hidden]));
  }

  /** p(h = 1 | v), as `hiddenProbabilities`. */
  override forward(v: Tensor): Tensor {
    return this.hiddenProbabilities(v);
  }

  /** p(h = 1 | v) = σ(W·v + c). */
  hiddenProbabilities(v: Tensor): Tensor {
    return linear(v, this.weight, this.hidden_bias).sigmoid();
  }

  /** p(v = 1 | h) = σ(Wᵀ·h + b). */
  visibleProbabilities(h: Tensor): Tensor {
    return linear(h, this.weight.T, this.visible_bias).sigmoid();
  }

  /** Hidden units drawn for visible ones. */
  sampleHidden(v: Tensor): Tensor {
    return noGrad(() => this.hiddenProbabilities(v).bernoulli());
  }

  /** Visible units drawn for hidden ones. */
  sampleVisible(h: Tensor): Tensor {
    return noGrad(() => this.visibleProbabilities(h).bernoulli());
  }

  /** Visible units after k steps of Gibbs sampling. Default: k 1. */
  gibbs(v: Tensor, k = 1): Tensor {
    let y = v;
    for (let i = 0; i < k; i++) y = this.sampleVisible(this.sampleHidden(y));
    return y;
  }

  /** F(v) = −v·b − Σ log(1 + e^(W·v + c)). Shapes: v [N, visible] → [N] */
  freeEnergy(v: Tensor): Tensor {
    const hidden = softplus(linear(v, this.weight, this.hidden_bias)).sum(-1);
    return v.mul(this.visible_bias).sum(-1).add(hidden).neg();
  }

  /** The mean of F(v) less that of F of a sample, whose gradient is that of contrastive divergence. Shapes: v [N, visible] → [] */
  loss(v: Tensor, options: ContrastiveOptions = {}): Tensor {
    checkOptions('RBM.loss', options, ['k', 'chain']);
    const { k = 1, chain = null } = options;
    const sample = this.gibbs(chain ? chain.clone() : v, k);
    if (chain) noGrad(() => chain.copy_(sample));
    return this.freeEnergy(v).mean().sub(this.freeEnergy(sample.detach()).mean());
  }

  override extraRepr(): string {
    return `visible=${this.visible}, hidden=${this.hidden}`;
  }
}
