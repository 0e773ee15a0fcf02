import { WasmgradError, checkWhole } from '../core/errors.js';
import { checkOptions } from '../tensor/options.js';
import { Accumulation } from './accumulation.js';
import type { Stepping } from './accumulation.js';
import {
  addResult,
  breathe,
  countBatches,
  loadersOf,
  rememberModes,
  runBatch,
  type Batches,
  type Loss,
  type Model,
} from './batches.js';
import type { Callback, TrainingState } from './callbacks.js';
import { evaluate } from './evaluate.js';
import { Means, namedMetrics, type Metrics } from './means.js';
import { createProgress } from './progress.js';

/** A scheduler whose step takes what was measured, such as `ReduceLROnPlateau`. */
export interface MetricScheduler {
  readonly takesMetric: true;
  step(metric: number): unknown;
}

/** Options of {@link fit}. */
export interface FitOptions {
  /** The loss: `F.crossEntropy`, `new nn.MSELoss()`, any function of output and target. */
  readonly loss: Loss;
  readonly optimizer: Stepping;
  /**
   * Steps after so many batches only, with the gradient of the mean loss over all of their samples (of a loss that is a mean over its
   * batch): as one large batch, but for what looks at a whole batch, such as batch norm. Default 1.
   */
  readonly accumulate?: number;
  /** How often the data is passed through. Default 1. */
  readonly epochs?: number;
  /** Held-out batches, evaluated after each epoch. */
  readonly validation?: Batches;
  /** What else to measure, on both: `['accuracy']`, or functions by name. */
  readonly metrics?: Metrics;
  readonly callbacks?: readonly Callback[];
  /**
   * Ends the training after the current step. The promise is fulfilled; `stopped` says `'aborted'`. The history has what was seen of the epoch,
   * but neither its `onEpoch` is called nor a scheduler steps that steps after epochs.
   */
  readonly signal?: AbortSignal;
  /** A learning-rate scheduler. `ReduceLROnPlateau` looks at the validation loss, or at the loss where there is no validation data. */
  readonly scheduler?: { step(): unknown } | MetricScheduler;
  /** When the scheduler steps. Default `'epoch'`; `OneCycleLR` wants `'step'`. */
  readonly schedulerInterval?: 'epoch' | 'step';
  /**
   * A bar in a terminal, one line an epoch where Node's output goes elsewhere, nothing in browsers (`'auto'`, the default); one of
   * these always; or a function that takes each epoch's line.
   */
  readonly progress?: 'auto' | 'bar' | 'lines' | 'none' | ((line: string) => void);
}

/** What a training went through; one number an epoch. */
export interface History {
  readonly loss: number[];
  /** Empty without validation data. */
  readonly valLoss: number[];
  /** By name; `val…` for those on the validation data: `accuracy`, `valAccuracy`. */
  readonly metrics: Record<string, number[]>;
  /** The loss of every step. */
  readonly steps: number[];
  /** Why it ended: all epochs are done, a callback stopped it, or the signal was aborted. */
  readonly stopped: 'done' | 'early' | 'aborted';
}

const optionNames: readonly (keyof FitOptions)[] = [
  'loss',
  'optimizer',
  'epochs',
  'accumulate',
  'validation',
  'metrics',
  'callbacks',
  'signal',
  'scheduler',
  'schedulerInterval',
  'progress',
];

function checkFitOptions(options: FitOptions): void {
  checkOptions('fit', options, optionNames);
  const { epochs = 1, loss, optimizer } = options;
  checkWhole('fit', 'epochs', epochs, 0, WasmgradError);
  if (typeof loss !== 'function' && typeof loss?.forward !== 'function') {
    throw new WasmgradError('fit: loss must be a function or a module of output and target');
  }
  if (typeof optimizer?.step !== 'function') throw new WasmgradError('fit: optimizer must be an optimizer');
  if (options.scheduler && 'takesMetric' in options.scheduler && options.schedulerInterval === 'step') {
    throw new WasmgradError("fit: ReduceLROnPlateau steps after epochs, got schedulerInterval 'step'");
  }
}

function valName(name: string): string {
  return `val${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/**
 * Trains a model: a thin layer over the plain loop
 *
 * ```ts
 * for (const [x, y] of loader) {
 *   optimizer.zeroGrad();
 *   const loss = lossFunction(model.forward(x), y);
 *   loss.backward();
 *   optimizer.step();
 * }
 * ```
 *
 * with gradient accumulation, validation, metrics, progress and an end on request. The model is in training mode meanwhile, and after in the mode it was in.
 *
 * @param loader batches `[...inputs, target]`
 * @throws WasmgradError when the loss is not finite (the weights stay as the last finite step left them), when there are no batches, or
 *   an option is unknown
 * @example
 * ```ts
 * import { data, nn, optim, tensor, train } from 'wasmgrad';
 * const model = new nn.Linear(1, 1);
 * const set = new data.TensorDataset(tensor([[0], [1], [2]]), tensor([[1], [3], [5]]));
 * const history = await train.fit(model, new data.DataLoader(set, { batchSize: 3 }), {
 *   loss: new nn.MSELoss(),
 *   optimizer: new optim.SGD(model.parameters(), { lr: 0.1 }),
 *   epochs: 100,
 * });
 * ```
 */
export async function fit(model: Model, loader: Batches, options: FitOptions): Promise<History> {
  checkFitOptions(options);
  const {
    loss,
    optimizer,
    epochs = 1,
    validation,
    callbacks = [],
    signal,
    scheduler,
    schedulerInterval = 'epoch',
  } = options;
  const stepScheduler = (after: 'epoch' | 'step', metric: number): void => {
    if (after !== schedulerInterval) return;
    if (scheduler && 'takesMetric' in scheduler) scheduler.step(metric);
    else scheduler?.step();
  };
  const accumulation = new Accumulation(optimizer, options.accumulate ?? 1);
  const metrics = namedMetrics(options.metrics);
  const history = {
    loss: [] as number[],
    valLoss: [] as number[],
    metrics: {} as Record<string, number[]>,
    steps: [] as number[],
  };
  const steps = countBatches(loader);
  const restoreModes = rememberModes(model);
  const progress = createProgress(options.progress ?? 'auto');
  let stoppedEarly = false;
  const ended = (): boolean => stoppedEarly || signal?.aborted === true;
  let state: TrainingState = {
    model,
    epoch: 0,
    epochs,
    step: 0,
    steps,
    loss: NaN,
    valLoss: undefined,
    metrics: {},
    stop: () => {
      stoppedEarly = true;
    },
  };

  const trainEpoch = async (epoch: number): Promise<Means> => {
    const means = new Means();
    let step = 0;
    progress.begin(epoch, epochs, steps);
    for (const load of loadersOf(loader)) {
      step++;
      const result = runBatch(model, load, loss, metrics, (lossTensor, value, samples) => {
        if (!Number.isFinite(value)) {
          throw new WasmgradError(
            `fit: the loss is ${value} in epoch ${epoch}, step ${step}; the weights are those after the step before ` +
              '(a smaller learning rate, clipped gradients or normalised inputs may help)',
          );
        }
        if (accumulation.add(lossTensor, samples)) stepScheduler('step', value);
      });
      addResult(means, result);
      history.steps.push(result.loss);
      progress.step(step, means.get('loss'));
      state = {
        ...state,
        epoch,
        step,
        loss: result.loss,
        valLoss: undefined,
        metrics: Object.fromEntries(result.metrics),
      };
      for (const callback of callbacks) await callback.onStep?.(state);
      await breathe();
      if (ended()) break;
    }
    if (step === 0) {
      const hint = epoch > 1 ? ' (a generator is over after one pass: give an array, or what starts anew)' : '';
      throw new WasmgradError(`fit: there are no batches in epoch ${epoch}${hint}`);
    }
    if (accumulation.finish()) stepScheduler('step', means.get('loss'));
    return means;
  };

  try {
    model.train(true);
    for (let epoch = 1; epoch <= epochs && !ended(); epoch++) {
      const begin = performance.now();
      const means = await trainEpoch(epoch);
      const measured = means.metrics();
      const seen =
        validation && !signal?.aborted ? await evaluate(model, validation, validationOptions(options)) : undefined;
      // What was cut short is no measurement, and the epoch is not over: its scheduler and callbacks wait for one that is.
      const aborted = signal?.aborted === true;
      const evaluated = aborted ? undefined : seen;
      if (!aborted) stepScheduler('epoch', evaluated?.loss ?? means.get('loss'));
      for (const [name, value] of Object.entries(evaluated?.metrics ?? {})) measured[valName(name)] = value;
      history.loss.push(means.get('loss'));
      if (evaluated) history.valLoss.push(evaluated.loss);
      for (const [name, value] of Object.entries(measured)) (history.metrics[name] ??= []).push(value);
      state = { ...state, epoch, loss: means.get('loss'), valLoss: evaluated?.loss, metrics: measured };
      progress.end(state, (performance.now() - begin) / 1000);
      if (aborted) break;
      for (const callback of callbacks) await callback.onEpoch?.(state);
    }
    for (const callback of callbacks) await callback.onEnd?.(state);
  } finally {
    progress.close();
    restoreModes();
  }
  return { ...history, stopped: signal?.aborted ? 'aborted' : stoppedEarly ? 'early' : 'done' };
}

function validationOptions({ loss, metrics, signal }: FitOptions): Parameters<typeof evaluate>[2] {
  return { loss, ...(metrics && { metrics }), ...(signal && { signal }) };
}
