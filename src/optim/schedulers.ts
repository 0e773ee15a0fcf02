import { WasmgradError } from '../core/errors.js';
import { LRScheduler, checkCount, checkRange, passed } from './scheduler.js';
import type { Scheduled, SchedulerOptions } from './scheduler.js';

/** Options of `StepLR` and `MultiStepLR`. */
export interface GammaOptions extends SchedulerOptions {
  /** The factor of a decay. Default: 0.1. */
  gamma?: number;
}

/**
 * lr ← lr · gamma every `stepSize` epochs.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.StepLR.html
 *
 * @example
 * const scheduler = new optim.lrScheduler.StepLR(optimizer, 7, { gamma: 0.1 });
 */
export class StepLR extends LRScheduler {
  stepSize: number;
  gamma: number;

  /** @throws WasmgradError when stepSize is not a whole number of at least 1, or for an unknown option */
  constructor(optimizer: Scheduled, stepSize: number, options: GammaOptions = {}) {
    super('StepLR', optimizer, options, ['gamma']);
    checkCount('StepLR', 'stepSize', stepSize);
    this.stepSize = stepSize;
    this.gamma = options.gamma ?? 0.1;
    this.start();
  }

  protected override rates(): number[] {
    const decays = this.lastEpoch !== 0 && this.lastEpoch % this.stepSize === 0;
    return this.optimizer.paramGroups.map(({ lr }) => (decays ? lr * this.gamma : lr));
  }

  protected override closedForm(): number[] {
    return this.baseLrs.map((lr) => lr * this.gamma ** Math.floor(this.lastEpoch / this.stepSize));
  }
}

/**
 * lr ← lr · gamma at each milestone (an epoch that comes twice counts twice).
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.MultiStepLR.html
 */
export class MultiStepLR extends LRScheduler {
  milestones: number[];
  gamma: number;

  /** @throws WasmgradError for an unknown option */
  constructor(optimizer: Scheduled, milestones: readonly number[], options: GammaOptions = {}) {
    super('MultiStepLR', optimizer, options, ['gamma']);
    this.milestones = [...milestones].sort((a, b) => a - b);
    this.gamma = options.gamma ?? 0.1;
    this.start();
  }

  protected override rates(): number[] {
    const times = this.milestones.filter((milestone) => milestone === this.lastEpoch).length;
    return this.optimizer.paramGroups.map(({ lr }) => (times === 0 ? lr : lr * this.gamma ** times));
  }

  protected override closedForm(): number[] {
    return this.baseLrs.map((lr) => lr * this.gamma ** passed(this.milestones, this.lastEpoch));
  }
}

/**
 * lr ← lr · gamma every epoch.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ExponentialLR.html
 */
export class ExponentialLR extends LRScheduler {
  gamma: number;

  /** @throws WasmgradError for an unknown option */
  constructor(optimizer: Scheduled, gamma: number, options: SchedulerOptions = {}) {
    super('ExponentialLR', optimizer, options);
    this.gamma = gamma;
    this.start();
  }

  protected override rates(): number[] {
    return this.optimizer.paramGroups.map(({ lr }) => (this.lastEpoch === 0 ? lr : lr * this.gamma));
  }

  protected override closedForm(): number[] {
    return this.baseLrs.map((lr) => lr * this.gamma ** this.lastEpoch);
  }
}

/** Options of `ConstantLR`. */
export interface ConstantLROptions extends SchedulerOptions {
  /** Default: 1/3. */
  factor?: number;
  /** Default: 5. */
  totalIters?: number;
}

/**
 * lr = lr₀ · factor for the first `totalIters` epochs, then lr₀.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ConstantLR.html
 */
export class ConstantLR extends LRScheduler {
  factor: number;
  totalIters: number;

  /** @throws WasmgradError when factor is not in [0, 1], or for an unknown option */
  constructor(optimizer: Scheduled, options: ConstantLROptions = {}) {
    super('ConstantLR', optimizer, options, ['factor', 'totalIters']);
    this.factor = options.factor ?? 1 / 3;
    this.totalIters = options.totalIters ?? 5;
    checkRange('ConstantLR', 'factor', this.factor, 0, 1);
    this.start();
  }

  protected override rates(): number[] {
    const { lastEpoch, totalIters } = this;
    const scale = lastEpoch === 0 ? this.factor : lastEpoch === totalIters ? 1 / this.factor : 1;
    return this.optimizer.paramGroups.map(({ lr }) => lr * scale);
  }

  protected override closedForm(): number[] {
    const scale = this.factor + (this.lastEpoch >= this.totalIters ? 1 - this.factor : 0);
    return this.baseLrs.map((lr) => lr * scale);
  }
}

/** Options of `LinearLR`. */
export interface LinearLROptions extends SchedulerOptions {
  /** Default: 1/3. */
  startFactor?: number;
  /** Default: 1. */
  endFactor?: number;
  /** Default: 5. */
  totalIters?: number;
}

/**
 * lr goes in a straight line from lr₀ · startFactor to lr₀ · endFactor in `totalIters` epochs.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LinearLR.html
 */
export class LinearLR extends LRScheduler {
  startFactor: number;
  endFactor: number;
  totalIters: number;

  /** @throws WasmgradError when startFactor is not in (0, 1] or endFactor not in [0, 1], or for an unknown option */
  constructor(optimizer: Scheduled, options: LinearLROptions = {}) {
    super('LinearLR', optimizer, options, ['startFactor', 'endFactor', 'totalIters']);
    this.startFactor = options.startFactor ?? 1 / 3;
    this.endFactor = options.endFactor ?? 1;
    this.totalIters = options.totalIters ?? 5;
    if (!(this.startFactor > 0 && this.startFactor <= 1)) {
      throw new WasmgradError(`LinearLR: startFactor must be above 0 and at most 1, got ${this.startFactor}`);
    }
    checkRange('LinearLR', 'endFactor', this.endFactor, 0, 1);
    this.start();
  }

  protected override rates(): number[] {
    const { lastEpoch, totalIters, startFactor } = this;
    const slope = this.endFactor - startFactor;
    let scale = 1;
    if (lastEpoch === 0) scale = startFactor;
    else if (lastEpoch <= totalIters) scale = 1 + slope / (totalIters * startFactor + (lastEpoch - 1) * slope);
    return this.optimizer.paramGroups.map(({ lr }) => lr * scale);
  }

  protected override closedForm(): number[] {
    const { lastEpoch, totalIters, startFactor } = this;
    const scale = startFactor + ((this.endFactor - startFactor) * Math.min(totalIters, lastEpoch)) / totalIters;
    return this.baseLrs.map((lr) => lr * scale);
  }
}

/** Options of `PolynomialLR`. */
export interface PolynomialLROptions extends SchedulerOptions {
  /** Default: 5. */
  totalIters?: number;
  /** Default: 1. */
  power?: number;
}

/**
 * lr = lr₀ · (1 - epoch / totalIters)^power, then 0.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.PolynomialLR.html
 */
export class PolynomialLR extends LRScheduler {
  totalIters: number;
  power: number;

  /** @throws WasmgradError for an unknown option */
  constructor(optimizer: Scheduled, options: PolynomialLROptions = {}) {
    super('PolynomialLR', optimizer, options, ['totalIters', 'power']);
    this.totalIters = options.totalIters ?? 5;
    this.power = options.power ?? 1;
    this.start();
  }

  protected override rates(): number[] {
    const { lastEpoch, totalIters } = this;
    const moves = lastEpoch !== 0 && lastEpoch <= totalIters;
    const decay = ((1 - lastEpoch / totalIters) / (1 - (lastEpoch - 1) / totalIters)) ** this.power;
    return this.optimizer.paramGroups.map(({ lr }) => (moves ? lr * decay : lr));
  }

  protected override closedForm(): number[] {
    const { lastEpoch, totalIters } = this;
    return this.baseLrs.map((lr) => lr * (1 - Math.min(totalIters, lastEpoch) / totalIters) ** this.power);
  }
}

/** A factor for an epoch, for all groups or one each. */
export type Factor = (epoch: number) => number;

function factors(name: string, optimizer: Scheduled, given: Factor | readonly Factor[]): Factor[] {
  const groups = optimizer.paramGroups.length;
  if (typeof given === 'function') return new Array<Factor>(groups).fill(given);
  if (given.length !== groups) {
    throw new WasmgradError(`${name}: expected one function for each of ${groups} groups, got ${given.length}`);
  }
  return [...given];
}

/**
 * lr = lr₀ · f(epoch). Functions are not part of `stateDict()`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LambdaLR.html
 */
export class LambdaLR extends LRScheduler {
  readonly #factors: readonly Factor[];

  /** @throws WasmgradError when there is not one function for each group, or for an unknown option */
  constructor(optimizer: Scheduled, lrLambda: Factor | readonly Factor[], options: SchedulerOptions = {}) {
    super('LambdaLR', optimizer, options);
    this.#factors = factors('LambdaLR', optimizer, lrLambda);
    this.start();
  }

  protected override rates(): number[] {
    return this.baseLrs.map((lr, i) => lr * this.#factors[i]!(this.lastEpoch));
  }
}

/**
 * lr ← lr · f(epoch).
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.MultiplicativeLR.html
 */
export class MultiplicativeLR extends LRScheduler {
  readonly #factors: readonly Factor[];

  /** @throws WasmgradError when there is not one function for each group, or for an unknown option */
  constructor(optimizer: Scheduled, lrLambda: Factor | readonly Factor[], options: SchedulerOptions = {}) {
    super('MultiplicativeLR', optimizer, options);
    this.#factors = factors('MultiplicativeLR', optimizer, lrLambda);
    this.start();
  }

  protected override rates(): number[] {
    const { lastEpoch } = this;
    return this.optimizer.paramGroups.map(({ lr }, i) => (lastEpoch > 0 ? lr * this.#factors[i]!(lastEpoch) : lr));
  }
}
