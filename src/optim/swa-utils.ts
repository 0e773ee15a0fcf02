/** Averages of weights over a training: `AveragedModel`, `SWALR`, `updateBn`. */
import { isFloat } from '../core/dtypes.js';
import { WasmgradError } from '../core/errors.js';
import { noGrad } from '../autograd/mode.js';
import { deepcopy } from '../nn/copy.js';
import { Module } from '../nn/module.js';
import { BatchNorm } from '../nn/normalization.js';
import { everyTime } from '../runtime/recorder.js';
import { checkOptions } from '../tensor/options.js';
import { zeros } from '../tensor/creation.js';
import { scope } from '../tensor/scope.js';
import { Tensor } from '../tensor/tensor.js';

export { SWALR } from './swa-lr.js';
export type { SWALROptions } from './swa-lr.js';

/** The next average from the one before, the model's value and the number of values so far. */
export type AvgFn = (averaged: Tensor, current: Tensor, numAveraged: number) => Tensor;

/** As `AvgFn` for all parameters at once, in place. */
export type MultiAvgFn = (averaged: readonly Tensor[], current: readonly Tensor[], numAveraged: number) => void;

function checkDecay(name: string, decay: number): void {
  if (!(decay >= 0 && decay <= 1)) throw new WasmgradError(`${name}: decay must be from 0 to 1, got ${String(decay)}`);
}

/** The exponential moving average: decay · averaged + (1 - decay) · current. */
export function getEmaAvgFn(decay = 0.999): AvgFn {
  checkDecay('getEmaAvgFn', decay);
  return (averaged, current) => averaged.mul(decay).add(current, { alpha: 1 - decay });
}

/** x ← x + part · (end - x), also for whole numbers, such as the counters of batch norm. */
function approach(x: Tensor, end: Tensor, part: number): void {
  if (isFloat(x.dtype)) x.lerp_(end, part);
  else x.copy_(x.mul(1 - part).add(end.mul(part)));
}

/** As `getEmaAvgFn`, in place. */
export function getEmaMultiAvgFn(decay = 0.999): MultiAvgFn {
  checkDecay('getEmaMultiAvgFn', decay);
  return (averaged, current) => {
    for (const [i, x] of averaged.entries()) approach(x, current[i]!, 1 - decay);
  };
}

/** The mean of all values: averaged + (current - averaged) / (n + 1). */
export function getSwaAvgFn(): AvgFn {
  return (averaged, current, numAveraged) => averaged.add(current.sub(averaged).div(numAveraged + 1));
}

/** As `getSwaAvgFn`, in place. */
export function getSwaMultiAvgFn(): MultiAvgFn {
  return (averaged, current, numAveraged) => {
    for (const [i, x] of averaged.entries()) approach(x, current[i]!, 1 / (numAveraged + 1));
  };
}

/** Options of `AveragedModel`. */
export interface AveragedModelOptions {
  /** Default: `getSwaAvgFn()`, the mean. */
  avgFn?: AvgFn;
  /** Instead of `avgFn`. */
  multiAvgFn?: MultiAvgFn;
  /** Averages buffers (the statistics of batch norm), too, instead of copying them. Default: false. */
  useBuffers?: boolean;
}

/**
 * A copy of a model whose weights are averages of the model's: of all that `updateParameters` has seen (SWA), or with
 * `{ avgFn: getEmaAvgFn(0.999) }` an exponential moving average (EMA).
 *
 * The names in `stateDict` are `n_averaged` and `module.…`.
 *
 * Source: https://pytorch.org/docs/stable/optim.html#weight-averaging-swa-and-ema;
 * Izmailov et al. 2018, "Averaging weights leads to wider optima and better generalization".
 *
 * @example
 * const ema = new optim.swaUtils.AveragedModel(model, { multiAvgFn: optim.swaUtils.getEmaMultiAvgFn(0.99) });
 * optimizer.step();
 * ema.updateParameters(model);
 */
export class AveragedModel<M extends Module = Module> extends Module {
  readonly module: M;
  /** How many values were averaged. A buffer. */
  declare n_averaged: Tensor;
  readonly useBuffers: boolean;
  readonly avgFn: AvgFn | null;
  readonly multiAvgFn: MultiAvgFn | null;

  /** @throws WasmgradError when both avgFn and multiAvgFn are given, or for an unknown option */
  constructor(model: M, options: AveragedModelOptions = {}) {
    super();
    checkOptions('AveragedModel', options, ['avgFn', 'multiAvgFn', 'useBuffers']);
    if (options.avgFn && options.multiAvgFn) {
      throw new WasmgradError('AveragedModel: takes avgFn or multiAvgFn, got both');
    }
    this.module = deepcopy(model);
    this.registerBuffer('n_averaged', zeros([], { dtype: 'int32' }));
    this.avgFn = options.avgFn ?? null;
    this.multiAvgFn = options.multiAvgFn ?? null;
    this.useBuffers = options.useBuffers ?? false;
  }

  /** What the averaged model computes. */
  forward(...inputs: Parameters<M['forward']>): ReturnType<M['forward']> {
    return this.module.forward(...(inputs as never[])) as ReturnType<M['forward']>;
  }

  /** Takes the model's weights, as they are now, into the average. Counts at each run of a captured step. */
  updateParameters(model: Module): void {
    everyTime(() => noGrad(() => scope(() => this.#update(model))));
  }

  #update(model: Module): void {
    const averagedOf = (of: Module): Tensor[] => [...of.parameters(), ...(this.useBuffers ? of.buffers() : [])];
    const averaged = averagedOf(this.module).map((x) => x.detach());
    const current = averagedOf(model).map((x) => x.detach());
    const count = Number(this.n_averaged.item());
    if (count === 0) {
      for (const [i, x] of averaged.entries()) x.copy_(current[i]!);
    } else if (this.multiAvgFn) {
      this.multiAvgFn(averaged, current, count);
    } else {
      const average = this.avgFn ?? getSwaAvgFn();
      for (const [i, x] of averaged.entries()) x.copy_(average(x, current[i]!, count));
    }
    if (!this.useBuffers) {
      const buffers = model.buffers();
      for (const [i, buffer] of this.module.buffers().entries()) buffer.copy_(buffers[i]!);
    }
    this.n_averaged.add_(1);
  }
}

/**
 * Computes the statistics of the model's batch norm layers anew, as the mean over all batches of a pass through `loader`: those of an
 * averaged model do not belong to its weights.
 *
 * @param loader batches: tensors, or lists whose first element is the input
 *
 * Source: https://pytorch.org/docs/stable/optim.html#taking-care-of-batch-normalization
 */
export function updateBn(loader: Iterable<unknown>, model: Module): void {
  const layers = model.modules().filter((module): module is BatchNorm => module instanceof BatchNorm);
  if (layers.length === 0) return;
  const momenta = layers.map((layer) => layer.momentum);
  const modes = model.modules().map((module) => [module, module.training] as const);
  model.train();
  try {
    for (const layer of layers) {
      layer.momentum = null;
      layer.resetRunningStats();
    }
    noGrad(() => {
      for (const batch of loader) {
        scope(() => {
          const input: unknown = Array.isArray(batch) ? batch[0] : batch;
          if (!(input instanceof Tensor)) {
            throw new WasmgradError('updateBn: expected batches that are tensors or lists that begin with one');
          }
          model.forward(input as never);
        });
      }
    });
  } finally {
    for (const [i, layer] of layers.entries()) layer.momentum = momenta[i]!;
    for (const [module, training] of modes) module.training = training;
  }
}
