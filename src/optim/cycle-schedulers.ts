import { WasmgradError } from '../core/errors.js';
import { checkOptions } from '../tensor/options.js';
import { LRScheduler, checkCount, checkRange, perGroup } from './scheduler.js';
import type { Scheduled, ScheduledGroup, SchedulerOptions } from './scheduler.js';

/** Throws unless every group has a momentum to cycle. */
function checkMomentum(name: string, optimizer: Scheduled): void {
  if (optimizer.paramGroups.every((group) => group.momentum !== undefined || group.betas !== undefined)) return;
  throw new WasmgradError(`${name}: the optimizer has no momentum to cycle (pass { cycleMomentum: false })`);
}

/** Sets what an optimizer has for momentum: `betas[0]`, or `momentum`. */
function setMomentum(group: ScheduledGroup, momentum: number): void {
  if (group.betas) group.betas = [momentum, group.betas[1]];
  else group.momentum = momentum;
}

/** Options of `OneCycleLR`: `totalSteps`, or `epochs` and `stepsPerEpoch`, are required. */
export interface OneCycleLROptions extends SchedulerOptions {
  totalSteps?: number;
  epochs?: number;
  stepsPerEpoch?: number;
  /** The part of the cycle in which the rate rises. Default: 0.3. */
  pctStart?: number;
  /** Default: `'cos'`. */
  annealStrategy?: 'cos' | 'linear';
  /** Whether momentum moves against the rate. Default: true. */
  cycleMomentum?: boolean;
  /** Default: 0.85. */
  baseMomentum?: number | readonly number[];
  /** Default: 0.95. */
  maxMomentum?: number | readonly number[];
  /** lr₀ = maxLr / divFactor. Default: 25. */
  divFactor?: number;
  /** The last rate is lr₀ / finalDivFactor. Default: 10⁴. */
  finalDivFactor?: number;
  /** A third phase goes from lr₀ to the last rate. Default: false. */
  threePhase?: boolean;
}

type Rate = 'initialLr' | 'maxLr' | 'minLr';
type Momentum = 'maxMomentum' | 'baseMomentum';

interface Phase {
  readonly endStep: number;
  readonly lr: readonly [Rate, Rate];
  readonly momentum: readonly [Momentum, Momentum];
}

/**
 * The 1cycle policy: from maxLr / divFactor up to maxLr, then down to a much lower rate, `step()` after each batch.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.OneCycleLR.html;
 * Smith & Topin 2017, "Super-convergence: very fast training of neural networks using large learning rates".
 *
 * @example
 * const scheduler = new optim.lrScheduler.OneCycleLR(optimizer, 0.01, { epochs: 10, stepsPerEpoch: loader.length });
 */
export class OneCycleLR extends LRScheduler {
  totalSteps: number;
  cycleMomentum: boolean;
  annealStrategy: 'cos' | 'linear';
  readonly #phases: readonly Phase[];

  /**
   * @param maxLr the highest rate, one for all groups or one each
   * @throws WasmgradError when neither totalSteps nor epochs and stepsPerEpoch are given, when an option is out of range or unknown,
   *   or when the optimizer has no momentum to cycle
   */
  constructor(optimizer: Scheduled, maxLr: number | readonly number[], options: OneCycleLROptions = {}) {
    const known = [
      'totalSteps',
      'epochs',
      'stepsPerEpoch',
      'pctStart',
      'annealStrategy',
      'cycleMomentum',
      'baseMomentum',
    ];
    super('OneCycleLR', optimizer, options, [...known, 'maxMomentum', 'divFactor', 'finalDivFactor', 'threePhase']);
    const { pctStart = 0.3, divFactor = 25, finalDivFactor = 1e4 } = options;
    this.totalSteps = countSteps(options);
    this.cycleMomentum = options.cycleMomentum ?? true;
    this.annealStrategy = options.annealStrategy ?? 'cos';
    checkRange('OneCycleLR', 'pctStart', pctStart, 0, 1);
    if (this.annealStrategy !== 'cos' && this.annealStrategy !== 'linear') {
      throw new WasmgradError(
        `OneCycleLR: annealStrategy must be 'cos' or 'linear', got '${String(this.annealStrategy)}'`,
      );
    }
    this.#phases = phases(this.totalSteps, pctStart, options.threePhase ?? false);
    const fresh = this.lastEpoch === -1;
    const maxLrs = perGroup('OneCycleLR', 'maxLr', optimizer, maxLr);
    if (fresh) {
      for (const [i, group] of optimizer.paramGroups.entries()) {
        group.initialLr = maxLrs[i]! / divFactor;
        group.maxLr = maxLrs[i]!;
        group.minLr = group.initialLr / finalDivFactor;
      }
    }
    if (this.cycleMomentum) {
      checkMomentum('OneCycleLR', optimizer);
      const most = perGroup('OneCycleLR', 'maxMomentum', optimizer, options.maxMomentum ?? 0.95);
      const least = perGroup('OneCycleLR', 'baseMomentum', optimizer, options.baseMomentum ?? 0.85);
      if (fresh) {
        for (const [i, group] of optimizer.paramGroups.entries()) {
          setMomentum(group, most[i]!);
          group.maxMomentum = most[i]!;
          group.baseMomentum = least[i]!;
        }
      }
    }
    this.baseLrs = optimizer.paramGroups.map((group) => group.initialLr!);
    this.start();
  }

  #anneal(start: number, end: number, done: number): number {
    if (this.annealStrategy === 'linear') return (end - start) * done + start;
    return end + ((start - end) / 2) * (Math.cos(Math.PI * done) + 1);
  }

  protected override rates(): number[] {
    const step = this.lastEpoch;
    if (step > this.totalSteps) {
      throw new WasmgradError(`OneCycleLR: step ${step + 1} is one too many, totalSteps is ${this.totalSteps}`);
    }
    const last = this.#phases.length - 1;
    const index = this.#phases.findIndex((phase, i) => step <= phase.endStep || i === last);
    const { endStep, lr, momentum } = this.#phases[index]!;
    const startStep = index === 0 ? 0 : this.#phases[index - 1]!.endStep;
    const done = (step - startStep) / (endStep - startStep);
    return this.optimizer.paramGroups.map((group) => {
      if (this.cycleMomentum) {
        setMomentum(group, this.#anneal(group[momentum[0]]!, group[momentum[1]]!, done));
      }
      return this.#anneal(group[lr[0]]!, group[lr[1]]!, done);
    });
  }
}

function countSteps({ totalSteps, epochs, stepsPerEpoch }: OneCycleLROptions): number {
  if (totalSteps !== undefined) {
    checkCount('OneCycleLR', 'totalSteps', totalSteps);
    return totalSteps;
  }
  if (epochs === undefined || stepsPerEpoch === undefined) {
    throw new WasmgradError('OneCycleLR: pass totalSteps, or epochs and stepsPerEpoch');
  }
  checkCount('OneCycleLR', 'epochs', epochs);
  checkCount('OneCycleLR', 'stepsPerEpoch', stepsPerEpoch);
  return epochs * stepsPerEpoch;
}

function phases(totalSteps: number, pctStart: number, threePhase: boolean): Phase[] {
  const peak = pctStart * totalSteps - 1;
  const up: Phase = { endStep: peak, lr: ['initialLr', 'maxLr'], momentum: ['maxMomentum', 'baseMomentum'] };
  if (!threePhase) {
    return [up, { endStep: totalSteps - 1, lr: ['maxLr', 'minLr'], momentum: ['baseMomentum', 'maxMomentum'] }];
  }
  return [
    up,
    { endStep: 2 * pctStart * totalSteps - 2, lr: ['maxLr', 'initialLr'], momentum: ['baseMomentum', 'maxMomentum'] },
    { endStep: totalSteps - 1, lr: ['initialLr', 'minLr'], momentum: ['maxMomentum', 'maxMomentum'] },
  ];
}

/** Options of `CyclicLR`. */
export interface CyclicLROptions extends SchedulerOptions {
  /** Steps in the rising half of a cycle. Default: 2000. */
  stepSizeUp?: number;
  /** Steps in the falling half. Default: `stepSizeUp`. */
  stepSizeDown?: number;
  /** Default: `'triangular'`; `'triangular2'` halves the height each cycle, `'exp_range'` scales it by gamma^step. */
  mode?: 'triangular' | 'triangular2' | 'exp_range';
  /** Default: 1. */
  gamma?: number;
  /** Scales the height instead of `mode`. */
  scaleFn?: (x: number) => number;
  /** Whether `scaleFn` takes the cycle or the step. Default: `'cycle'`. */
  scaleMode?: 'cycle' | 'iterations';
  /** Whether momentum moves against the rate. Default: true. */
  cycleMomentum?: boolean;
  /** Default: 0.8. */
  baseMomentum?: number | readonly number[];
  /** Default: 0.9. */
  maxMomentum?: number | readonly number[];
}

const CYCLIC: readonly string[] = [
  'stepSizeUp',
  'stepSizeDown',
  'mode',
  'gamma',
  'scaleFn',
  'scaleMode',
  'cycleMomentum',
  'baseMomentum',
  'maxMomentum',
];

/**
 * The rate goes up and down between baseLr and maxLr, `step()` after each batch.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CyclicLR.html;
 * Smith 2015, "Cyclical learning rates for training neural networks".
 */
export class CyclicLR extends LRScheduler {
  maxLrs: number[];
  totalSize: number;
  stepRatio: number;
  mode: 'triangular' | 'triangular2' | 'exp_range';
  gamma: number;
  scaleMode: 'cycle' | 'iterations';
  cycleMomentum: boolean;
  baseMomentums: number[] = [];
  maxMomentums: number[] = [];
  readonly #scale: (x: number) => number;

  /** @throws WasmgradError when an option is out of range or unknown, or when the optimizer has no momentum to cycle */
  constructor(
    optimizer: Scheduled,
    baseLr: number | readonly number[],
    maxLr: number | readonly number[],
    options: CyclicLROptions = {},
  ) {
    // Before super(), which takes the groups' rates for the first ones.
    checkOptions('CyclicLR', options, [...CYCLIC, 'lastEpoch']);
    const baseLrs = perGroup('CyclicLR', 'baseLr', optimizer, baseLr);
    const fresh = (options.lastEpoch ?? -1) === -1;
    if (fresh) for (const [i, group] of optimizer.paramGroups.entries()) group.lr = baseLrs[i]!;
    super('CyclicLR', optimizer, options, CYCLIC);
    const { stepSizeUp = 2000, stepSizeDown = stepSizeUp, mode = 'triangular', gamma = 1, scaleFn } = options;
    const modes: Record<string, (x: number) => number> = {
      triangular: () => 1,
      triangular2: (x) => 1 / 2 ** (x - 1),
      exp_range: (x) => this.gamma ** x,
    };
    const scale = scaleFn ?? modes[mode];
    if (!scale)
      throw new WasmgradError(`CyclicLR: mode must be one of ${Object.keys(modes).join(', ')}, got '${mode}'`);
    this.#scale = scale;
    this.mode = mode;
    this.gamma = gamma;
    this.scaleMode = scaleFn ? (options.scaleMode ?? 'cycle') : mode === 'exp_range' ? 'iterations' : 'cycle';
    this.maxLrs = perGroup('CyclicLR', 'maxLr', optimizer, maxLr);
    this.totalSize = stepSizeUp + stepSizeDown;
    this.stepRatio = stepSizeUp / this.totalSize;
    this.cycleMomentum = options.cycleMomentum ?? true;
    if (this.cycleMomentum) {
      checkMomentum('CyclicLR', optimizer);
      this.baseMomentums = perGroup('CyclicLR', 'baseMomentum', optimizer, options.baseMomentum ?? 0.8);
      this.maxMomentums = perGroup('CyclicLR', 'maxMomentum', optimizer, options.maxMomentum ?? 0.9);
      if (fresh) for (const [i, group] of optimizer.paramGroups.entries()) setMomentum(group, this.baseMomentums[i]!);
    }
    this.baseLrs = baseLrs;
    this.start();
  }

  protected override rates(): number[] {
    const { lastEpoch, totalSize, stepRatio } = this;
    const cycle = Math.floor(1 + lastEpoch / totalSize);
    const x = 1 + lastEpoch / totalSize - cycle;
    const rise = x <= stepRatio ? x / stepRatio : (x - 1) / (stepRatio - 1);
    const scale = this.#scale(this.scaleMode === 'cycle' ? cycle : lastEpoch);
    if (this.cycleMomentum) {
      for (const [i, group] of this.optimizer.paramGroups.entries()) {
        const most = this.maxMomentums[i]!;
        setMomentum(group, most - (most - this.baseMomentums[i]!) * rise * scale);
      }
    }
    return this.baseLrs.map((lr, i) => lr + (this.maxLrs[i]! - lr) * rise * scale);
  }
}
