import { WasmgradError } from '../core/errors.js';
import type { DType, TypedArray } from '../core/dtypes.js';
import { tensor } from '../tensor/index.js';
import { checkOptions } from '../tensor/options.js';
import type { Model } from './batches.js';

/** Where a training stands. */
export interface TrainingState {
  readonly model: Model;
  /** The epoch, from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** The step within the epoch, from 1; after an epoch the number of its steps. */
  readonly step: number;
  /** The number of steps an epoch, where it is known. */
  readonly steps: number | undefined;
  /** After a step that step's loss, after an epoch the mean. */
  readonly loss: number;
  /** The mean loss on the validation data, after an epoch. */
  readonly valLoss: number | undefined;
  /** The metrics; after an epoch with `val…` for those on the validation data. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Ends the training after this step or epoch. */
  readonly stop: () => void;
}

/** Functions that `fit` calls on its way; those that return a promise are awaited. */
export interface Callback {
  readonly onStep?: (state: TrainingState) => void | Promise<void>;
  /** Not called for an epoch in which the training was aborted. */
  readonly onEpoch?: (state: TrainingState) => void | Promise<void>;
  /** Called once at the end, also when the training stopped early or was aborted. */
  readonly onEnd?: (state: TrainingState) => void | Promise<void>;
}

/** Options of {@link earlyStopping}. */
export interface EarlyStoppingOptions {
  /** What to watch: `'loss'`, `'valLoss'`, or a metric's name such as `'valAccuracy'`. Default `'valLoss'`. */
  readonly monitor?: string;
  /** How many epochs without improvement are borne. Default 3. */
  readonly patience?: number;
  /** The least change that counts as improvement. Default 0. */
  readonly minDelta?: number;
  /** Whether less or more is better. Default: `'max'` for names that end in `accuracy`, else `'min'`. */
  readonly mode?: 'min' | 'max';
  /** Loads the weights of the best epoch at the end. Default true. */
  readonly restoreBest?: boolean;
}

interface Copy {
  readonly name: string;
  readonly data: TypedArray;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

function copyWeights(model: Model): Copy[] {
  return Object.entries(model.stateDict()).map(([name, x]) => ({
    name,
    data: x.toTypedArray(),
    shape: x.shape,
    dtype: x.dtype,
  }));
}

function loadWeights(model: Model, weights: readonly Copy[]): void {
  const state = Object.fromEntries(
    weights.map(({ name, data, shape, dtype }) => [name, tensor(data, { shape, dtype })]),
  );
  model.loadStateDict(state);
  for (const x of Object.values(state)) x.dispose();
}

/**
 * A callback that ends a training when what it watches has not improved for `patience` epochs.
 *
 * @throws WasmgradError for a mode or patience out of range, an unknown option, and (while training) when there is nothing of the name to
 *   watch
 * @example
 * ```ts
 * import { train } from 'wasmgrad';
 * const callbacks = [train.earlyStopping({ monitor: 'valAccuracy', patience: 2 })];
 * ```
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): Callback {
  checkOptions('earlyStopping', options, ['monitor', 'patience', 'minDelta', 'mode', 'restoreBest']);
  const { monitor = 'valLoss', patience = 3, minDelta = 0, restoreBest = true } = options;
  if (options.mode !== undefined && options.mode !== 'min' && options.mode !== 'max') {
    throw new WasmgradError(`earlyStopping: mode must be 'min' or 'max', got '${String(options.mode)}'`);
  }
  if (!(patience >= 0)) throw new WasmgradError(`earlyStopping: patience must be at least 0, got ${patience}`);
  const sign = (options.mode ?? (/accuracy$/i.test(monitor) ? 'max' : 'min')) === 'max' ? -1 : 1;
  let best = Infinity;
  let bestWeights: Copy[] | null = null;
  let waited = 0;
  return {
    onEpoch(state) {
      if (state.epoch === 1) {
        // Another training with the same callback.
        best = Infinity;
        bestWeights = null;
        waited = 0;
      }
      const watched: Record<string, number | undefined> = {
        ...state.metrics,
        loss: state.loss,
        valLoss: state.valLoss,
      };
      const value = watched[monitor];
      if (value === undefined) {
        const known = Object.keys(watched).filter((name) => watched[name] !== undefined);
        throw new WasmgradError(`earlyStopping: there is no '${monitor}' to watch, got ${known.join(', ')}`);
      }
      if (sign * value < best - minDelta) {
        best = sign * value;
        waited = 0;
        if (restoreBest) bestWeights = copyWeights(state.model);
      } else if (++waited >= patience) {
        state.stop();
      }
    },
    onEnd(state) {
      if (bestWeights && waited > 0) loadWeights(state.model, bestWeights);
    },
  };
}
