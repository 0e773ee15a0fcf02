import { full } from '../tensor/creation.js';
import type { Tensor } from '../tensor/tensor.js';
import { ComposedOptimizer, average, averageSquare } from './composed.js';
import type { ComposedOptions } from './composed.js';
import { stateLike } from './launch.js';
import { checkBetas, checkNotNegative } from './optimizer.js';
import type { ParamGroup, ParamState, Parameters } from './optimizer.js';

/** Options of `Adamax`. */
export interface AdamaxOptions extends ComposedOptions {
  /** Default: 0.002, and 0.001 for `RAdam`. */
  lr: number;
  /** Default: [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Default: 10⁻⁸. */
  eps: number;
  weightDecay: number;
}

/** Options of `RAdam`. */
export interface RAdamOptions extends AdamaxOptions {
  /** Default: false. */
  decoupledWeightDecay: boolean;
}

/** Options of `NAdam`. */
export interface NAdamOptions extends RAdamOptions {
  /** Default: 0.004. */
  momentumDecay: number;
}

const ADAMAX: AdamaxOptions = { lr: 2e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, maximize: false };
const RADAM: RAdamOptions = { ...ADAMAX, lr: 1e-3, decoupledWeightDecay: false };
const NADAM: NAdamOptions = { ...ADAMAX, momentumDecay: 4e-3, decoupledWeightDecay: false };

function check(name: string, { lr, betas, eps, weightDecay }: AdamaxOptions): void {
  checkNotNegative(name, 'lr', lr);
  checkNotNegative(name, 'eps', eps);
  checkBetas(name, betas);
  checkNotNegative(name, 'weightDecay', weightDecay);
}

function moments(x: Tensor): ParamState {
  return { exp_avg: stateLike(x), exp_avg_sq: stateLike(x) };
}

/**
 * Adamax: x ← x - lr / (1 - beta1^step) · m / u, u ← max(beta2 · u, |dx| + eps): Adam by the infinity norm.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.Adamax.html;
 * Kingma & Ba 2014, "Adam: a method for stochastic optimization".
 */
export class Adamax extends ComposedOptimizer<AdamaxOptions> {
  /** @throws WasmgradError for no parameters, an option out of range or unknown */
  constructor(params: Parameters<AdamaxOptions>, options: Partial<AdamaxOptions> = {}) {
    super('Adamax', params, options, ADAMAX);
  }

  protected override checkGroup(group: AdamaxOptions): void {
    check('Adamax', group);
  }

  protected override begin(x: Tensor): ParamState {
    return { exp_avg: stateLike(x), exp_inf: stateLike(x) };
  }

  protected override change(
    x: Tensor,
    dx: Tensor,
    state: ParamState,
    { lr, betas, eps }: ParamGroup<AdamaxOptions>,
    step: number,
  ): void {
    const mean = average(state['exp_avg']!, dx, betas[0]);
    const norm = state['exp_inf']!;
    norm.copy_(norm.mul(betas[1]).maximum(dx.abs().add_(eps)));
    x.addcdiv_(mean, norm, { value: -lr / (1 - betas[0] ** step) });
  }
}

/**
 * Adam with Nesterov's momentum.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.NAdam.html; Dozat 2016, "Incorporating Nesterov momentum into Adam".
 */
export class NAdam extends ComposedOptimizer<NAdamOptions> {
  /** @throws WasmgradError for no parameters, an option out of range or unknown */
  constructor(params: Parameters<NAdamOptions>, options: Partial<NAdamOptions> = {}) {
    super('NAdam', params, options, NADAM);
  }

  protected override checkGroup(group: NAdamOptions): void {
    check('NAdam', group);
    checkNotNegative('NAdam', 'momentumDecay', group.momentumDecay);
  }

  protected override begin(x: Tensor): ParamState {
    return { mu_product: full([], 1).keep(), ...moments(x) };
  }

  protected override change(
    x: Tensor,
    dx: Tensor,
    state: ParamState,
    { lr, betas, eps, momentumDecay }: ParamGroup<NAdamOptions>,
    step: number,
  ): void {
    const mu = betas[0] * (1 - 0.5 * 0.96 ** (step * momentumDecay));
    const muNext = betas[0] * (1 - 0.5 * 0.96 ** ((step + 1) * momentumDecay));
    const product = state['mu_product']!.mul_(mu).item();
    const mean = average(state['exp_avg']!, dx, betas[0]);
    const square = averageSquare(state['exp_avg_sq']!, dx, betas[1]);
    const scale = square
      .div(1 - betas[1] ** step)
      .sqrt()
      .add_(eps);
    x.addcdiv_(dx, scale, { value: (-lr * (1 - mu)) / (1 - product) });
    x.addcdiv_(mean, scale, { value: (-lr * muNext) / (1 - product * muNext) });
  }
}

/**
 * Adam whose adaptive rate waits until its variance is known well enough.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.RAdam.html;
 * Liu et al. 2019, "On the variance of the adaptive learning rate and beyond".
 */
export class RAdam extends ComposedOptimizer<RAdamOptions> {
  /** @throws WasmgradError for no parameters, an option out of range or unknown */
  constructor(params: Parameters<RAdamOptions>, options: Partial<RAdamOptions> = {}) {
    super('RAdam', params, options, RADAM);
  }

  protected override checkGroup(group: RAdamOptions): void {
    check('RAdam', group);
  }

  protected override begin(x: Tensor): ParamState {
    return moments(x);
  }

  protected override change(
    x: Tensor,
    dx: Tensor,
    state: ParamState,
    { lr, betas, eps }: ParamGroup<RAdamOptions>,
    step: number,
  ): void {
    const mean = average(state['exp_avg']!, dx, betas[0]).div(1 - betas[0] ** step);
    const square = averageSquare(state['exp_avg_sq']!, dx, betas[1]);
    const decay = betas[1] ** step;
    const longest = 2 / (1 - betas[1]) - 1;
    const length = longest - (2 * step * decay) / (1 - decay);
    if (length <= 5) {
      x.add_(mean, { alpha: -lr });
      return;
    }
    const known = ((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length);
    const rate = -lr * Math.sqrt(known) * Math.sqrt(1 - decay);
    x.addcdiv_(mean, square.sqrt().add_(eps), { value: rate });
  }
}
